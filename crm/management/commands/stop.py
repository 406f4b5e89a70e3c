"""Stop what runs on the data folder: web server, worker and the database server of ours."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from crm import embedded, running


class Command(BaseCommand):
    help = "Stop the web server, the worker and the embedded database server."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "--mode",
            choices=["fast", "immediate"],
            default="fast",
            help="how the database server stops: fast (default), or immediate, like a crash",
        )

    def handle(self, *, mode, **options):
        try:
            was_running = running.stop(settings.DATA)
            # Also when DATABASE_URL is set by now: the server may be from before.
            was_running = embedded.stop(mode) or was_running
        except (running.AlreadyRuns, embedded.ServerFailed) as error:
            raise CommandError(str(error)) from None
        self.stdout.write("Stopped." if was_running else "Nothing was running.")
