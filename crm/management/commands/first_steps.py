"""Give an empty Carnet its first pipeline, labels, channels, lost reasons and activity types."""

from django.conf import settings
from django.core.management.base import BaseCommand

from crm.first_steps import first_steps


class Command(BaseCommand):
    help = "Fill the lists that are still empty: pipelines, labels, channels, lost reasons, types."

    def add_arguments(self, parser):
        parser.add_argument(
            "--language",
            choices=[code for code, _name in settings.LANGUAGES],
            default=settings.LANGUAGE_CODE,
            help="The language of their names.",
        )

    def handle(self, *, language, **_options):
        for name in first_steps(language):
            self.stdout.write(f"Made the first {name}.")
