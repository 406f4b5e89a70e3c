"""Fill an empty database with a sales team that has a past, to try Carnet out."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from crm import demo


class Command(BaseCommand):
    help = "Fill an empty database with demo data (never in production)."

    def add_arguments(self, parser):
        parser.add_argument(
            "--if-empty", action="store_true", help="Do nothing when the database is not empty."
        )

    def handle(self, *, if_empty, **_options):
        if settings.PRODUCTION:
            raise CommandError(
                "The demo has passwords that everybody knows; CARNET_ENV=production refuses it."
            )
        if not demo.is_empty():
            if if_empty:
                return
            raise CommandError("The database is not empty; the demo would mix with what is there.")
        counts = demo.fill()
        made = ", ".join(f"{number} {name}" for name, number in counts.items())
        self.stdout.write(f"Made a demo with {made}.")
