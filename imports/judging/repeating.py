"""What the rows of one file say of the same new record: by which words it is known in this file,
and which row brings it along.
"""

from collections.abc import Iterable

from django.db import connection

from imports.models import Import, Row

# A new record is known by its first word; what is there already, by its number.
Said = tuple[str | int, int]


class Earlier:
    """The new records of the rows before, for a check of the whole file: as many of them as there
    are rows, so they stand in a temporary table.
    """

    def __init__(self):
        self.asked: dict[str, dict[str, Said]] = {}
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS pg_temp.imports_told")
            cursor.execute(
                "CREATE TEMP TABLE imports_told (kind text, key text, name text, number int,"
                " PRIMARY KEY (kind, key)) ON COMMIT DROP"
            )

    def among(self, kind: str, keys: Iterable[str]) -> dict[str, Said]:
        """Which of ``keys`` are known, and as what; what is asked for again costs nothing."""
        asked = self.asked.setdefault(kind, {})
        new = list({key for key in keys if key not in asked})
        if new:
            asked |= dict.fromkeys(new)
            asked |= self.look_up(kind, new)
        return {key: said for key, said in asked.items() if said}

    def look_up(self, kind, keys) -> dict[str, Said]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT key, name, number FROM imports_told WHERE kind = %s AND key = ANY(%s)",
                [kind, keys],
            )
            return {key: (name, number) for key, name, number in cursor.fetchall()}

    def tell(self, told: Iterable[tuple[str, str, str, int]]) -> None:
        """Remember the new records of a chunk for the next ones: kind, key, name, number of row."""
        self.asked = {}
        first = {}
        for kind, key, name, number in told:
            first.setdefault((kind, key), (name, number))
        if not first:
            return
        with (
            connection.cursor() as cursor,
            cursor.copy("COPY imports_told (kind, key, name, number) FROM STDIN") as copy,
        ):
            for (kind, key), (name, number) in first.items():
                copy.write_row((kind, key, name, number))


class Others(Earlier):
    """The new records of all the other rows, as their check found them: for rows that are checked
    once more.
    """

    def __init__(self, importing: Import, but: Iterable[int]):
        self.asked = {}
        self.rows = Row.objects.filter(of=importing, verdict=Row.Verdict.READY)
        self.rows = self.rows.exclude(number__in=list(but))

    def look_up(self, kind, keys):
        said = self.rows.speaking_of(kind, keys).order_by("-number")
        return {
            name: (name, number) for name, number in said.values_list(f"matched__{kind}", "number")
        }

    def tell(self, told):
        self.asked = {}
