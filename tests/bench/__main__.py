"""``make bench``: every promise of speed, in a database of its own, filled once and kept."""

import argparse
import os
from pathlib import Path

data = Path(os.environ.get("CARNET_DATA", ".data"))
os.environ["CARNET_DATA"] = str(data / "bench")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")

import django  # noqa: E402 - the settings read the environment that was just set

django.setup()

from django.core.management import call_command  # noqa: E402

from crm import embedded  # noqa: E402
from leads.models import Lead  # noqa: E402
from tests.bench import board, bulk, calculated, conversion, imports, inbox, reading  # noqa: E402

BENCHES = {
    "bulk": bulk.bench,
    "conversion": conversion.bench,
    "inbox": inbox.bench,
    "board": board.bench,
    "calculated": calculated.bench,
    "imports": imports.bench,
    "reading": reading.bench,
}
SELF_FILLED = {"board", "calculated", "imports", "reading"}  # those that need no leads


def main():
    parser = argparse.ArgumentParser(prog="make bench ARGS=")
    parser.add_argument("names", nargs="*", choices=[[], *BENCHES], default=[])
    parser.add_argument("--leads", type=int, default=1_000_000, help="how large the table is")
    arguments = parser.parse_args()
    started = embedded.start()
    try:
        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        names = arguments.names or BENCHES
        missing = arguments.leads - Lead.objects.count()
        if missing > 0 and not SELF_FILLED.issuperset(names):
            # Nothing is for everyone, so that there are people who see few of many.
            call_command("generate", leads=missing, deals=20_000, people=20_000, shared=0)
        for name in names:
            BENCHES[name]()
    finally:
        if started:
            embedded.stop()


main()
