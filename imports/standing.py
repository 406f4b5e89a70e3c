"""Notes that stand at their records already: a file that is imported again adds none twice."""

from collections.abc import Mapping
from hashlib import md5

from activities.models import Note
from imports.writing.statements import run, sql, table


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
