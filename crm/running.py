"""Who runs on a data folder: one `run` at a time, which `stop` can find.

The lock is inherited by the web server and the worker. So it is held as long as any of the three
lives, even when the first one was killed and could not tidy up.
"""

import contextlib
import fcntl
import json
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TextIO

from crm import embedded

PATIENCE = 30


class AlreadyRuns(RuntimeError):
    """Somebody else runs on these data."""


@dataclass
class Running:
    """What the file says about who runs; ``processes`` names each and what its command holds."""

    address: str
    processes: dict[str, int]


WORDS = {"run": "manage.py", "web": "gunicorn", "worker": "procrastinate"}


def _path(data: Path) -> Path:
    return data / "running"


def _read(file: TextIO) -> Running | None:
    file.seek(0)
    with contextlib.suppress(ValueError, TypeError):
        return Running(**json.loads(file.read()))
    return None


@contextlib.contextmanager
def alone(data: Path, address: str) -> Iterator[TextIO]:
    """Hold the data folder's lock, or say who does."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(_path(data), "a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            other = _read(file)
            where = f" at {other.address}" if other else ""
            raise AlreadyRuns(
                f"Carnet already runs on {data}{where}. Stop it with `make stop`, or start a "
                "second copy with `make run PORT=8001 CARNET_DATA=.data/second`."
            ) from None
        tell(file, Running(address, {"run": os.getpid()}))
        try:
            yield file
        finally:
            file.truncate(0)


def tell(file: TextIO, running: Running) -> None:
    file.seek(0)
    file.truncate()
    file.write(json.dumps(asdict(running)))
    file.flush()


def stop(data: Path) -> bool:
    """End who runs on these data and wait for it; true if there was somebody."""
    try:
        file = open(_path(data), "r+")  # noqa: SIM115 (closed below)
    except FileNotFoundError:
        return False
    with file:
        deadline = time.monotonic() + PATIENCE
        found = False
        while not _is_free(file):
            running = _read(file)
            if running and not found:
                found = True
                _end(running.processes)
            if time.monotonic() > deadline:
                raise AlreadyRuns(f"Carnet still runs on {data} after {PATIENCE} s.")
            time.sleep(0.1)
    return found


def _is_free(file: TextIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _end(processes: dict[str, int]) -> None:
    """The first process ends the others itself; they are told only if it is gone."""
    for name, process in processes.items():
        command = embedded.command_of(process)
        # The number of a process that ended may by now belong to another program.
        if command and WORDS[name] in command:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGTERM)
                if name == "run":
                    return
