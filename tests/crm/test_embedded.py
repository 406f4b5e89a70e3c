"""The database server that comes along starts, stops, recovers, and touches nothing outside."""

import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from crm import embedded
from crm.embedded import Server, ServerFailed
from tests.crm.outside import environment, python

START = "from crm import embedded; print(embedded.start())"
AS_ROOT = os.geteuid() == 0


def remove(server):
    server.stop("immediate")
    shutil.rmtree(server.home, ignore_errors=True)
    if server.socket_folder != server.home:
        shutil.rmtree(server.socket_folder, ignore_errors=True)


@pytest.fixture
def new_server(tmp_path):
    """A server that was never started."""
    server = Server(tmp_path / "data")
    yield server
    remove(server)


@pytest.fixture(scope="module")
def module_server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("embedded") / "data")
    yield server
    remove(server)


@pytest.fixture
def running(module_server):
    """A server that runs when the test begins; most tests share it."""
    module_server.start()
    return module_server


def ask(server, question):
    with psycopg.connect(server.dsn()) as connection:
        return connection.execute(question).fetchone()[0]


def ends(process, seconds=10):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


def modes(*paths):
    """Of these folders and all above them."""
    folders = {folder for path in paths for folder in (path, *path.parents)}
    return {folder: stat.S_IMODE(folder.stat().st_mode) for folder in folders if folder.exists()}


# --- Start and stop ----------------------------------------------------------------------------


def test_a_server_starts_once_and_stops_once(new_server):
    assert not new_server.is_running()
    assert new_server.start() is True
    assert new_server.start() is False
    assert ask(new_server, "SELECT current_database()") == "carnet"
    assert new_server.stop() is True
    assert new_server.stop() is False
    assert not new_server.is_running()


def test_rows_outlive_a_restart(running):
    with psycopg.connect(running.dsn(), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('still here')")
    running.stop()
    running.start()
    assert ask(running, "SELECT word FROM kept") == "still here"


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("listen_addresses", ""),
        ("data_checksums", "on"),
        ("server_encoding", "UTF8"),
        ("work_mem", "32MB"),
        ("random_page_cost", "1.1"),
        ("jit", "off"),
        ("synchronous_commit", "on"),
        ("autovacuum", "on"),
        ("fsync", "off"),  # only under test
    ],
)
def test_the_server_is_set_up_as_measured(running, setting, value):
    assert ask(running, f"SHOW {setting}") == value


def test_outside_of_tests_the_server_is_durable(new_server):
    done = python("-c", START, CARNET_DATA=new_server.data_folder, CARNET_ENV="local")
    assert done.stdout == "True\n", done.stderr
    assert ask(new_server, "SHOW fsync") == "on"
    assert ask(new_server, "SHOW full_page_writes") == "on"
    assert ask(new_server, "SHOW shared_buffers") == "512MB"


def test_the_database_knows_the_letters_of_all_people(running):
    assert ask(running, "SELECT lower('ÉLODIE ŒUVRE ЖАННА')") == "élodie œuvre жанна"


def test_an_unknown_way_to_stop_is_refused(running):
    with pytest.raises(ValueError, match="unknown"):
        running.stop("slowly")


def test_many_starts_at_once_are_one_start(new_server):
    starting = [
        subprocess.Popen(
            [sys.executable, "-c", START],
            env=environment(CARNET_DATA=new_server.data_folder, CARNET_ENV="test"),
            cwd=embedded.env.CHECKOUT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(4)
    ]
    said = sorted(process.communicate(timeout=120)[0] for process in starting)
    assert said == ["False\n", "False\n", "False\n", "True\n"]


def test_variables_meant_for_another_server_are_ignored(running, monkeypatch):
    monkeypatch.setenv("PGDATA", "/nowhere")
    monkeypatch.setenv("PGOPTIONS", "-c search_path=nowhere")
    running.stop()
    running.start()
    assert running.is_running()


# --- After a crash -----------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["kill", "immediate"])
def test_after_a_crash_what_was_committed_is_there(running, way):
    with psycopg.connect(running.dsn(), autocommit=True) as connection:
        connection.execute(f"CREATE TABLE crash_{way} AS SELECT 7 AS number")
    process = running.process_id()
    if way == "kill":
        os.kill(process, signal.SIGKILL)
        assert ends(process)
    else:
        running.stop("immediate")
    assert not running.is_running()
    assert running.start() is True
    assert ask(running, f"SELECT number FROM crash_{way}") == 7


def test_a_crash_whose_number_went_to_another_program_is_recovered(running):
    process = running.process_id()
    os.kill(process, signal.SIGKILL)
    assert ends(process)
    owner = running.home.stat()
    who = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []} if AS_ROOT else {}
    with subprocess.Popen(["sleep", "60"], **who) as stranger:
        lines = running.postmaster_pid.read_text().split("\n")
        running.postmaster_pid.write_text("\n".join([str(stranger.pid), *lines[1:]]))
        assert not running.is_running()
        assert running.stop() is False
        assert running.start() is True
        assert stranger.poll() is None, "it is not ours to end"
        stranger.kill()
    assert running.process_id() != stranger.pid


@pytest.mark.parametrize("content", ["", "not a number", "\n\n"])
def test_a_torn_process_file_does_not_hinder(running, content):
    running.stop()
    running.postmaster_pid.write_text(content)
    assert not running.is_running()
    assert running.start() is True


def test_a_creation_that_was_cut_off_begins_anew(new_server):
    new_server._prepare_home()
    (new_server.home / "data.new").mkdir()
    (new_server.home / "data.new" / "PG_VERSION").write_text("18\n")
    assert new_server.start() is True


def test_a_start_that_fails_says_why(running):
    running.stop()
    auto = running.cluster / "postgresql.auto.conf"
    before = auto.read_text()
    auto.write_text("no_such_setting = 1\n")
    try:
        with pytest.raises(ServerFailed, match="no_such_setting"):
            running.start()
    finally:
        auto.write_text(before)
    assert running.start() is True


# --- Where things lie --------------------------------------------------------------------------


def test_only_its_owner_may_enter(running):
    assert stat.S_IMODE(running.home.stat().st_mode) == 0o700
    assert stat.S_IMODE(running.cluster.stat().st_mode) == 0o700
    socket = running.socket_folder / ".s.PGSQL.5432"
    assert stat.S_IMODE(socket.stat().st_mode) == 0o700


@pytest.mark.skipif(not AS_ROOT, reason="only root cannot run PostgreSQL itself")
def test_root_runs_it_as_a_system_user(running):
    owner = running.home.stat().st_uid
    assert 0 < owner < 1000 or pwd.getpwuid(owner).pw_name == "nobody"
    assert Path(f"/proc/{running.process_id()}").stat().st_uid == owner
    assert running.home.parent == embedded.ROOTS_FOLDER
    assert not running.data_folder.exists()


def test_no_folder_outside_changes_its_mode(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    server = Server(closed / "data")
    watched = (closed, Path.home(), Path("/tmp"), embedded.env.CHECKOUT, embedded.ROOTS_FOLDER)
    before = modes(*watched)
    try:
        server.start()
        server.stop()
        after = modes(*watched)
    finally:
        remove(server)
    assert {folder: after[folder] for folder in before} == before


def test_a_long_path_puts_the_socket_elsewhere(tmp_path):
    server = Server(tmp_path / ("a" * 60) / ("b" * 60) / "data")
    assert len(os.fsencode(server.socket_folder)) < 90
    try:
        assert server.start() is True
        assert ask(server, "SELECT 1") == 1
        assert stat.S_IMODE(server.socket_folder.stat().st_mode) == 0o700
    finally:
        remove(server)


def test_a_prepared_socket_folder_is_not_trusted(tmp_path):
    opened = tmp_path / "open"
    opened.mkdir(mode=0o755)
    with pytest.raises(ServerFailed, match="open to others"):
        embedded._private(opened)
    link = tmp_path / "link"
    link.symlink_to(opened)
    with pytest.raises(ServerFailed, match="not ours"):
        embedded._private(link)


@pytest.mark.skipif(AS_ROOT, reason="root may write anywhere")
def test_a_folder_one_may_not_write_in_is_named(tmp_path):
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(ServerFailed, match="Set CARNET_DATA"):
            Server(tmp_path / "data").start()
    finally:
        tmp_path.chmod(0o700)


def test_two_data_folders_are_two_servers(tmp_path):
    one, other = Server(tmp_path / "one"), Server(tmp_path / "other")
    assert one.mark != other.mark
    assert one.home != other.home
    assert one.socket_folder != other.socket_folder


# --- Who starts it -----------------------------------------------------------------------------

SHELL = (
    "from django.db import connection as c; cursor = c.cursor();"
    "cursor.execute('SHOW unix_socket_directories'); print(cursor.fetchone()[0])"
)


def test_settings_start_nothing(new_server):
    done = python("manage.py", "check", CARNET_DATA=new_server.data_folder, CARNET_ENV="local")
    assert done.returncode == 0, done.stderr
    assert not new_server.is_running()


def test_production_never_starts_a_server_of_its_own(new_server):
    done = python(
        "manage.py", "migrate", CARNET_DATA=new_server.data_folder, CARNET_ENV="production"
    )
    assert "needs SECRET_KEY and DATABASE_URL" in done.stderr
    assert not new_server.home.exists()


def test_a_command_that_needs_the_database_starts_it_and_leaves_it_running(new_server):
    known = {"CARNET_DATA": new_server.data_folder, "CARNET_ENV": "test"}
    done = python("manage.py", "shell", "-v", "0", "-c", SHELL, **known)
    assert done.stdout.strip() == str(new_server.socket_folder), done.stderr
    assert new_server.is_running()
    assert python("manage.py", "stop", **known).stdout == "Stopped.\n"
    assert not new_server.is_running()
    assert python("manage.py", "stop", **known).stdout == "Nothing was running.\n"


def test_with_a_database_url_that_server_is_used(running, new_server):
    done = python(
        "manage.py",
        *("shell", "-v", "0", "-c", SHELL),
        CARNET_DATA=new_server.data_folder,
        CARNET_ENV="test",
        DATABASE_URL=f"postgresql://carnet@/carnet?host={running.socket_folder}",
    )
    assert done.stdout.strip() == str(running.socket_folder), done.stderr
    assert not new_server.home.exists()
