"""Fill a database with as many leads, deals, people and products as one likes, to try it out."""

import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from crm.generating import generate

KINDS = ("leads", "deals", "people", "products")


class Command(BaseCommand):
    help = "Add many made-up leads, deals, people and products to what is there."

    def add_arguments(self, parser):
        for kind in KINDS:
            parser.add_argument(f"--{kind}", type=int, default=0, metavar="N")
        parser.add_argument(
            "--shared",
            type=int,
            default=50,
            metavar="PERCENT",
            help="How many of the leads and deals everyone may see; the rest: team or owner.",
        )
        parser.add_argument(
            "--private",
            type=int,
            metavar="PERCENT",
            help="How many only their owner may see; usually a quarter of what not everyone may.",
        )
        parser.add_argument(
            "--pipeline",
            default="",
            metavar="NAME",
            help="Put the deals into this pipeline, all of them open; it is made if need be.",
        )
        parser.add_argument("--yes", action="store_true", help="Even in production.")

    def handle(self, *, shared, private, pipeline, yes, **options):
        counts = {kind: options[kind] for kind in KINDS if options[kind]}
        if settings.PRODUCTION and not yes:
            raise CommandError("Made-up records have no place in production; add --yes to insist.")
        if not counts or min(counts.values()) < 0 or not 0 <= shared <= 100:
            raise CommandError("Say how many: --leads N, --deals N, --people N, --products N.")
        if private is not None and not 0 <= private <= 100 - shared:
            raise CommandError("--private and --shared are parts of a hundred.")
        started = time.monotonic()
        generate(**counts, shared=shared, private=private, pipeline=pipeline)
        made = ", ".join(f"{count:,} {kind}" for kind, count in counts.items())
        self.stdout.write(f"Made {made} in {time.monotonic() - started:.1f} s.")
