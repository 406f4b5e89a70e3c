"""Run all of Carnet on this machine: database, web server, job worker; Ctrl-C ends all of it."""

import contextlib
import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from crm import embedded, env, running

PATIENCE = 60  # seconds until the web server answers
GRACE = 15  # seconds for a child to end by itself
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

DEMO_PASSWORD = "carnet-demo"  # noqa: S105 (known to everybody; production refuses it)
DEMO_USERS = {
    "alice@carnet.example": "sells, on a team",
    "bob@carnet.example": "sells, on Alice's team",
    "charlie@carnet.example": "sells, on another team",
    "manager@carnet.example": "leads the teams",
    "admin@carnet.example": "sets Carnet up",
    "reader@carnet.example": "may only read",
}


class Command(BaseCommand):
    help = "Run database, web server and job worker on this machine until Ctrl-C."
    requires_system_checks = []

    def handle(self, **options):
        port = env.number("PORT", 8000)
        address = f"http://{env.text('HOST', '127.0.0.1')}:{port}"
        for name in ENDINGS:  # SIGINT too: a shell starts what runs in the background without it
            signal.signal(name, signal.default_int_handler)
        try:
            with running.alone(settings.DATA, address) as lock:
                self.refuse_taken_port(port)
                self.run(address, lock)
        except (running.AlreadyRuns, embedded.ServerFailed) as error:
            raise CommandError(str(error)) from None

    def run(self, address, lock):
        children = {}
        own_server = not env.secret("DATABASE_URL")  # production always names one
        try:
            if own_server:
                self.say("Starting the database …")
                embedded.start()
            self.say("Preparing the database …")
            call_command("migrate", interactive=False, verbosity=0)
            if settings.LOCAL and "demo" in get_commands():
                call_command("demo", if_empty=True)
            call_command("first_steps")
            self.collect_static()
            has_demo = settings.LOCAL and self.has_demo_users()
            connections.close_all()

            children["web"] = self.spawn_web(lock)
            children["worker"] = self.spawn_worker(lock)
            self.tell(lock, address, children)
            self.wait_for(address, children["web"])
            self.greet(address, has_demo)
            self.watch(children, lock, address)
        except KeyboardInterrupt:
            self.say("\nStopping …")
        finally:
            # From here on nothing may interrupt: what was begun is ended.
            for name in ENDINGS:
                signal.signal(name, signal.SIG_IGN)
            for child in children.values():
                child.terminate()
            for child in children.values():
                end(child)
            if own_server:
                embedded.stop()
        self.say("Stopped.")

    # --- Before the children ------------------------------------------------------------------

    def refuse_taken_port(self, port):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((env.text("HOST", "127.0.0.1"), port))
            except OSError as error:
                raise CommandError(
                    f"Port {port} cannot be used ({error.strerror}). If another copy of Carnet "
                    f"runs there, this one can have its own: "
                    f"make run PORT={port + 1} CARNET_DATA=.data/second"
                ) from None

    def collect_static(self):
        """Collecting takes seconds, looking whether it is needed does not."""
        stamp = Path(settings.DATA) / "static.stamp"
        state = hashlib.sha256(repr([str(settings.STATIC_ROOT), *static_files()]).encode())
        known = stamp.read_text() if stamp.exists() else ""
        if known != state.hexdigest() or not (settings.STATIC_ROOT / "staticfiles.json").exists():
            self.say("Collecting static files …")
            call_command("collectstatic", interactive=False, verbosity=0)
            stamp.write_text(state.hexdigest())

    def has_demo_users(self):
        return get_user_model().objects.filter(email__in=DEMO_USERS).exists()

    # --- The children -------------------------------------------------------------------------

    def spawn_web(self, lock):
        arguments = ["-m", "gunicorn", "--log-level", "warning", "crm.wsgi"]
        return spawn(arguments, lock, DATABASE_STATEMENT_TIMEOUT="30")

    def spawn_worker(self, lock):
        grace = str(GRACE - 5)
        return spawn(
            ["manage.py", "procrastinate", "worker", "--shutdown-graceful-timeout", grace], lock
        )

    def tell(self, lock, address, children):
        processes = {"run": os.getpid()} | {name: child.pid for name, child in children.items()}
        running.tell(lock, running.Running(address, processes))

    def wait_for(self, address, web):
        host, port = address.removeprefix("http://").rsplit(":", 1)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if web.poll() is not None:
                raise CommandError("The web server ended while starting; see above.")
            with contextlib.suppress(OSError), socket.create_connection((host, int(port)), 1):
                return
            time.sleep(0.1)
        raise CommandError(f"The web server has not answered for {PATIENCE} s.")

    def watch(self, children, lock, address):
        """A worker that ended is started again; without a web server there is no point."""
        while True:
            if children["web"].poll() is not None:
                raise CommandError("The web server ended; see above.")
            if children["worker"].poll() is not None:
                self.say("The job worker ended; starting it again.")
                time.sleep(2)
                children["worker"] = self.spawn_worker(lock)
                self.tell(lock, address, children)
            time.sleep(0.5)

    # --- Words --------------------------------------------------------------------------------

    def say(self, words):
        self.stdout.write(words)
        self.stdout.flush()

    def greet(self, address, has_demo):
        self.say(f"\nCarnet runs at {address}\n")
        if has_demo:
            self.say(f"Sign in with the password {DEMO_PASSWORD} as")
            for email, what in DEMO_USERS.items():
                self.say(f"  {email:<24} {what}")
        else:
            self.say("The first admin is made by: .venv/bin/python manage.py createsuperuser")
        self.say("\nCtrl-C stops it; the data stay.")


def spawn(arguments, lock, **defaults):
    """A child in its own session, so that Ctrl-C reaches it only through us, in good order."""
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        env=defaults | os.environ,
        stdin=subprocess.DEVNULL,
        pass_fds=[lock.fileno()],
        start_new_session=True,
    )


def end(child):
    """Wait for a child that was told to end; if it does not, it goes with its whole group."""
    try:
        child.wait(GRACE)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def static_files():
    """Every file a page may ask for, with what changes when it does."""
    for finder in get_finders():
        for path, storage in finder.list(ignore_patterns=[]):
            found = os.stat(storage.path(path))
            yield path, found.st_size, found.st_mtime_ns
