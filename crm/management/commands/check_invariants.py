"""Ask the database whether all that must always hold does hold."""

from django.core.management.base import BaseCommand, CommandError

from crm.invariants import INVARIANTS, breaches


class Command(BaseCommand):
    help = "Check what must always hold; name what does not, with some rows, and exit with 1."

    def handle(self, **_options):
        found = breaches()
        for breach in found:
            self.stderr.write(f"{breach.invariant.name}: {breach.invariant.promise}")
            for row in breach.rows:
                pairs = zip(breach.columns, row, strict=True)
                self.stderr.write("    " + ", ".join(f"{name} {value}" for name, value in pairs))
        if found:
            raise CommandError(f"{len(found)} of {len(INVARIANTS)} invariants do not hold.")
        self.stdout.write(f"All {len(INVARIANTS)} invariants hold.")
