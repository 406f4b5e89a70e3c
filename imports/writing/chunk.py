"""A chunk: the rows of an import that one transaction writes."""

from dataclasses import dataclass, field
from datetime import datetime

from accounts.models import User
from core.statements import run, table
from history.models import Operation
from imports.models import Import, Row
from imports.rules.selling import Sales

# What a row makes comes with what it is about: which of these a note or an activity goes to.
ABOUT = {
    "lead": ("lead",),
    "deal": ("deal",),
    "person": ("person",),
    "organization": ("organization",),
    "activity": ("deal", "lead", "person", "organization"),
    "note": ("deal", "lead", "person", "organization"),
}


@dataclass
class Chunk:
    """The rows after ``after`` up to ``upto`` of an import, written by ``by`` at the moment ``at``
    as part of ``operation``; ``choices`` says what becomes of records that are known already.
    """

    of: Import
    after: int
    upto: int
    by: User
    at: datetime
    operation: Operation
    choices: dict[str, str]
    # How many records of each kind were created, updated or linked, and how many rows left out.
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    sales: Sales = field(default_factory=Sales)  # what its rows sell

    @property
    def about(self) -> tuple[str, ...]:
        return ABOUT.get(self.of.kind, ())

    def count(self, kind: str, what: str, number: int) -> None:
        if number:
            told = self.counts.setdefault(kind, {})
            told[what] = told.get(what, 0) + number

    @property
    def keys(self) -> set[str]:
        """What the columns of the file say, of whichever record."""
        return {(column.get("field") or "").partition(".")[2] for column in self.of.columns}

    @property
    def parameters(self) -> dict:
        return {
            "import": self.of.pk,
            "origin_id": str(self.of.pk),
            "by": self.by.pk,
            "currency": self.by.currency,
            "at": self.at,
            "operation": self.operation.pk,
            "system": self.of.system,
        }


def gather(chunk: Chunk) -> int:
    """Lay out what the ready rows of ``chunk`` say, and answer with how many there are."""
    run(
        """
        DROP TABLE IF EXISTS pg_temp.coming, pg_temp.meant;
        CREATE TEMP TABLE coming (number int PRIMARY KEY, said jsonb) ON COMMIT DROP;
        CREATE TEMP TABLE meant (kind text, number int, id bigint, what text) ON COMMIT DROP
        """
    )
    [[number]] = run(
        """
        WITH ready AS (
            INSERT INTO coming (number, said)
            SELECT number, prepared FROM {row}
            WHERE of_id = %(import)s AND number > %(after)s AND number <= %(upto)s
                AND verdict = 'ready'
            RETURNING 1
        )
        SELECT count(*) FROM ready
        """,
        {"import": chunk.of.pk, "after": chunk.after, "upto": chunk.upto},
        row=table(Row),
    )
    return number
