"""Remove what is no longer a file of anything, as the worker does every night."""

from django.core.management.base import BaseCommand

from files.sweeping import sweep


class Command(BaseCommand):
    help = "Remove files deleted a month ago, and stored bytes that belong to no file."

    def add_arguments(self, parser):
        parser.add_argument(
            "--sure",
            action="store_true",
            help="even when no file is known for most of what is stored",
        )

    def handle(self, *, sure, **_options):
        gone = sweep(is_sure=sure)
        self.stdout.write(f"Gone for good: {gone['deleted']} files. Orphans: {gone['orphans']}.")
