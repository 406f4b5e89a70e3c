"""What was said and done already at records that are there: a file that is imported again adds
nothing twice.
"""

from collections.abc import Iterable, Mapping
from hashlib import md5

from django.db.models import Q
from psycopg import sql

from activities.models import SUBJECTS, Note
from core.statements import run, table


def digest(text: str) -> str:
    """By which two texts are known to be the same, in Python as in the database."""
    return md5(text.encode(), usedforsecurity=False).hexdigest()


def notes_there(kind: str, wanted: Mapping[int, tuple[int, str]]) -> dict[int, int]:
    """By row, the note that says the same at the same record of ``kind``; ``wanted`` holds the
    numbers of these and the digests of the texts. One statement.
    """
    if not wanted:
        return {}
    found = run(
        """
        SELECT wanted.row, min(note.id)
        FROM unnest(%(rows)s::int[], %(records)s::bigint[], %(digests)s::text[])
            AS wanted (row, record, digest)
        JOIN {note} AS note ON note.{key} = wanted.record AND md5(note.text) = wanted.digest
        GROUP BY wanted.row
        """,
        {
            "rows": list(wanted),
            "records": [record for record, _digest in wanted.values()],
            "digests": [each for _record, each in wanted.values()],
        },
        note=table(Note),
        key=sql.Identifier(f"{kind}_id"),
    )
    return dict(found)


def still_there(model, numbers: Iterable[int]) -> set[int]:
    """Which of the activities or notes with ``numbers`` are there, at records that are: what was
    deleted, or went with its record, may come anew.
    """
    numbers = list(numbers)
    if not numbers:
        return set()
    live = Q(pk__in=[])
    for kind in SUBJECTS:
        live |= Q(**{f"{kind}__isnull": False, f"{kind}__deleted_at": None})
    return set(model.objects.filter(live, pk__among=numbers).values_list("pk", flat=True))
