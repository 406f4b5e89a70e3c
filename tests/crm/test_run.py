"""`manage.py run` starts everything, alone, and ends everything that it started."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection

import pytest

from crm import env
from crm.embedded import Server
from tests.crm.outside import environment, python
from tests.crm.test_embedded import remove

pytestmark = pytest.mark.slow


def free_port():
    """Of those that the system gives to nobody by itself: what else is tested meanwhile asks it for
    ports all the time.
    """
    ports = random.sample(range(20_000, 30_000), 100)
    return next(port for port in ports if refuses_connections(port))


class Run:
    """A running `manage.py run`, and what it said."""

    def __init__(self, data, port, **ours):
        self.known = {"CARNET_DATA": data, "PORT": port, "CARNET_ENV": "local"} | ours
        self.server = Server(data)
        self.port = port
        self.log = data.with_suffix(".log")
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "run"],
                cwd=env.CHECKOUT,
                env=environment(**self.known),
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    @property
    def said(self):
        return self.log.read_text()

    def wait_until_it_says(self, words, seconds=120):
        deadline = time.monotonic() + seconds
        while words not in self.said:
            assert self.process.poll() is None, self.said
            assert time.monotonic() < deadline, self.said
            time.sleep(0.05)
        return self

    def status(self, path):
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        finally:
            connection.close()

    def children(self):
        """The processes below it, by their numbers."""
        done = subprocess.run(
            ["ps", "-e", "-o", "pid=,ppid="], capture_output=True, text=True, check=True
        )
        pairs = [tuple(map(int, line.split())) for line in done.stdout.splitlines()]
        found = {self.process.pid}
        while more := {pid for pid, parent in pairs if parent in found} - found:
            found |= more
        return found - {self.process.pid}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """One data folder for all: making and filling it is what takes time."""
    data = tmp_path_factory.mktemp("run") / "data"
    yield data
    remove(Server(data))


@pytest.fixture
def run(data):
    """Starts `manage.py run`; all that it started is gone after the test."""
    begun = []

    def begin():
        begun.append(Run(data, free_port(), CARNET_FSYNC="0"))
        return begun[-1]

    yield begin
    for one in begun:
        one.process.send_signal(signal.SIGTERM)
        try:
            one.process.wait(60)
        except subprocess.TimeoutExpired:
            for child in one.children():
                os.kill(child, signal.SIGKILL)
            one.process.kill()
            one.process.wait()


def lives(process):
    """Whether it still does something: one that ended but was not yet buried does not count."""
    done = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True, check=False
    )
    return done.stdout.strip()[:1] not in ("", "Z")


def refuses_connections(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


@pytest.mark.parametrize("signal_", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_it_is_told_to_end_and_leaves_nothing_behind(run, signal_):
    one = run().wait_until_it_says("Ctrl-C stops it")
    assert one.status("/") in (200, 302)
    assert one.server.is_running()
    children = one.children()
    assert len(children) >= 3, "web server, its processes, worker"
    one.process.send_signal(signal_)
    assert one.process.wait(60) == 0, one.said
    assert one.said.endswith("Stopped.\n")
    assert not any(lives(child) for child in children)
    assert refuses_connections(one.port)
    assert not one.server.is_running()
    assert "Traceback" not in one.said


def test_a_second_copy_is_told_what_stands_in_its_way(run):
    one = run().wait_until_it_says("Ctrl-C stops it")

    done = python("manage.py", "run", **one.known | {"PORT": free_port()})
    assert done.returncode == 1
    assert f"already runs on {one.known['CARNET_DATA']} at http://127.0.0.1:{one.port}" in (
        done.stderr
    )

    other = f"{one.known['CARNET_DATA']}-other"
    done = python("manage.py", "run", **one.known | {"CARNET_DATA": other})
    assert done.returncode == 1
    assert f"Port {one.port} cannot be used" in done.stderr
    assert "CARNET_DATA=" in done.stderr

    assert one.status("/") in (200, 302), "the first one is not disturbed"
    assert one.server.is_running()


def test_stop_ends_it_from_elsewhere(run):
    one = run().wait_until_it_says("Ctrl-C stops it")
    done = python("manage.py", "stop", **one.known)
    assert done.stdout == "Stopped.\n", done.stderr
    assert one.process.wait(5) == 0
    assert not one.server.is_running()


def test_stop_finds_what_a_killed_run_left_behind(run):
    one = run().wait_until_it_says("Ctrl-C stops it")
    children = one.children()
    one.process.kill()
    one.process.wait()
    assert not refuses_connections(one.port)
    done = python("manage.py", "stop", **one.known)
    assert done.stdout == "Stopped.\n", done.stderr
    assert not any(lives(child) for child in children)
    assert not one.server.is_running()


def test_a_worker_that_ends_is_started_again(run):
    one = run().wait_until_it_says("Ctrl-C stops it")
    done = subprocess.run(
        ["ps", "-e", "-o", "pid=,ppid=,args="], capture_output=True, text=True, check=True
    )
    (worker,) = (
        int(line.split()[0])
        for line in done.stdout.splitlines()
        if line.split()[1] == str(one.process.pid) and "procrastinate" in line
    )
    os.kill(worker, signal.SIGKILL)
    one.wait_until_it_says("The job worker ended; starting it again.")
    assert one.status("/") in (200, 302)


def test_a_second_start_finds_everything_done(run):
    one = run().wait_until_it_says("Ctrl-C stops it")
    one.process.send_signal(signal.SIGTERM)
    assert one.process.wait(60) == 0
    again = run().wait_until_it_says("Ctrl-C stops it")
    assert "Collecting static files" not in again.said
    assert again.status("/") in (200, 302)


def test_told_to_end_while_it_starts_it_ends(run):
    one = run().wait_until_it_says("Preparing the database")
    one.process.send_signal(signal.SIGTERM)
    assert one.process.wait(60) == 0, one.said
    assert not one.server.is_running()
