"""Everything a company has in one archive, written as it is read, in constant memory.

``lists/`` holds the records as people read them, and as an import takes them back; ``tables/`` all
that the database knows, with the numbers by which records point at each other; ``files/`` what was
attached.
"""

import csv
import io
import json
import shutil
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from exports.delimited import BYTE_ORDER_MARK, Echo
from exports.formats import usual_csv
from exports.registry import EXPORTS, Export
from files.models import File
from files.storing import storage
from lists.guarding import guarded
from takeout.contents import columns_of, tables

AT_A_TIME = 2_000  # rows that are in memory together
BUFFER = 1 << 16
TOLD = 50  # files after which the page of the job hears of it


def pack(into: BinaryIO, *, user: User, tell: Callable[[int, int], None]) -> int:
    """Write the archive; how many files people had attached. ``tell`` hears how many of how many
    parts are in it.

    All of it is as it was at one moment: what is written meanwhile is not seen.
    """
    with transaction.atomic(), ZipFile(into, "w", ZIP_DEFLATED) as archive:
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        attached = File.objects.order_by("pk")
        parts = [
            *((f"lists/{each.name}.csv", list_pieces(each, user)) for each in EXPORTS.values()),
            *((f"tables/{each._meta.db_table}.csv", table_pieces(each)) for each in tables()),
        ]
        number = attached.count()
        of = len(parts) + number
        add(archive, _("Read me") + ".txt", [words().encode()])
        for step, (name, pieces) in enumerate(parts):
            tell(step, of)
            add(archive, name, pieces)
        missing = []
        for step, file in enumerate(attached.iterator(AT_A_TIME), start=len(parts)):
            if step % TOLD == 0:
                tell(step, of)
            if not add_file(archive, file):
                missing.append(name_of(file))
        if missing:
            add(archive, _("Missing files") + ".txt", ["\n".join(missing).encode()])
    return number - len(missing)


def add(archive: ZipFile, name: str, pieces: Iterable[bytes]) -> None:
    opened = archive.open(entry(name), "w", force_zip64=True)
    with io.BufferedWriter(opened, BUFFER) as buffered:
        for piece in pieces:
            buffered.write(piece)


def add_file(archive: ZipFile, file: File) -> bool:
    """Whether the bytes of ``file``, which do not get smaller any more, were there."""
    try:
        stored = storage().open(file.key)
    except FileNotFoundError:
        return False
    with stored, archive.open(entry(name_of(file), ZIP_STORED), "w", force_zip64=True) as opened:
        shutil.copyfileobj(stored, opened, BUFFER)
    return True


def entry(name, compression=ZIP_DEFLATED):
    found = ZipInfo(name, timezone.localtime().timetuple()[:6])
    found.compress_type = compression
    found.external_attr = 0o600 << 16
    return found


def name_of(file: File) -> str:
    """By its number, by which the tables name it; two may have one name."""
    return f"files/{file.pk}/{file.name.replace('/', '_')}"


def list_pieces(export: Export, user: User) -> Iterator[bytes]:
    """All records of a list, in all their columns, as an export of the list writes them."""
    columns = export.all_columns(user)
    rows = export.rows(export.everything(user).order_by("pk"), columns, user)
    return usual_csv(user).pieces(columns, rows, str(export.title))


def table_pieces(model: type[Model]) -> Iterator[bytes]:
    """All rows of a table, as programs read them."""
    columns = columns_of(model)
    writer = csv.writer(Echo())
    yield (BYTE_ORDER_MARK + writer.writerow([each.column for each in columns])).encode()
    rows = model._base_manager.order_by("pk").values_list(*(each.attname for each in columns))
    for row in rows.iterator(AT_A_TIME):
        yield writer.writerow([plain(value) for value in row]).encode()


def plain(value) -> str:
    """A value in the one way that programs agree on."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return guarded(value)
        case datetime():
            return value.astimezone(UTC).isoformat()
        case dict() | list():
            return guarded(json.dumps(value, ensure_ascii=False))
    return str(value)


def words() -> str:
    """What whoever opens the archive should know."""
    return "\n\n".join(
        (
            _("Everything that your company has in Carnet, as it was at one moment."),
            _(
                "lists: your records as you read them, one file for each list. They open in a "
                "spreadsheet, and an import takes them back."
            ),
            _(
                "tables: all that is kept, with the numbers by which records point at each other, "
                "what was deleted lately, and the history. Moments are in UTC."
            ),
            _("files: what was attached, in folders with the numbers of files_file.csv."),
            _(
                "A text that a spreadsheet would take for a formula stands behind an apostrophe. "
                "Passwords are in none of these files."
            ),
        )
    )
