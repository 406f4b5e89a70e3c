"""Update, compile or check the translations."""

from django.core.management.base import BaseCommand, CommandError

from crm import catalogues


class Command(BaseCommand):
    help = "Collect texts into locale/, compile them, or say what is missing, fuzzy or stale."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("act", choices=catalogues.ACTS)

    def handle(self, *, act, **options):
        if lines := catalogues.perform(act):
            raise CommandError("Translations are not complete:\n" + "\n".join(lines))
