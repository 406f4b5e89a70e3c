"""Ask a process of its own what a file holds: neither a page nor a job ever parses one.

The process (``imports.parsing``) gets the file and nothing else, may use little, and is gone
afterwards. What it answers is text for which nothing is run here.
"""

import json
import logging
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.files.base import File
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from core.errors import Refused
from files.storing import storage
from imports.models import Import

logger = logging.getLogger(__name__)

COMMAND = [sys.executable, "-E", "-s", "-m", "imports.parsing"]
PATIENCE = 60  # seconds without a word
PIECE = 1024 * 1024

ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16 BE",
    "utf-32-le": "UTF-32",
    "windows-1252": "Windows-1252",
    "iso-8859-1": "Latin-1 (ISO 8859-1)",
    "iso-8859-15": "Latin-9 (ISO 8859-15)",
    "mac-roman": "Mac Roman",
    "windows-1250": "Windows-1250",
    "iso-8859-2": "Latin-2 (ISO 8859-2)",
    "windows-1251": "Windows-1251",
    "shift_jis": "Shift JIS",
    "euc-kr": "EUC-KR",
    "gb18030": "GB 18030",
    "big5": "Big5",
}
DELIMITERS = {
    ",": gettext_lazy("Comma"),
    ";": gettext_lazy("Semicolon"),
    "\t": gettext_lazy("Tab"),
    "|": gettext_lazy("Vertical bar"),
}
QUOTES = {'"': '"', "'": "'", "": gettext_lazy("No quotation mark")}

# Why a file cannot be read. The names in brackets come from the process that tried.
REASONS = {
    "empty": gettext_lazy("The file is empty."),
    "no-rows": gettext_lazy("The file has a line of headers, but no row below it."),
    "no-table": gettext_lazy("This is no table. Choose a CSV file or an Excel workbook (.xlsx)."),
    "web-page": gettext_lazy(
        "This is a web page, whatever it is called. Open it in a spreadsheet program and save it"
        " as a workbook (.xlsx)."
    ),
    "encoding": gettext_lazy("There is no encoding “%(encoding)s”."),
    "long-cell": gettext_lazy(
        "A cell in the row that begins in line %(line)s has more than %(most)s characters. Is a"
        " quotation mark not closed there?"
    ),
    "open-quote": gettext_lazy(
        "In the row that begins in line %(line)s a quotation mark (%(quote)s) is never closed."
        " Close it, or choose another quotation mark."
    ),
    "many-columns": gettext_lazy(
        "The file has %(count)s columns; at most %(most)s can be imported."
    ),
    "many-rows": gettext_lazy("The file has more than %(most)s rows. Part it into several files."),
    "large": gettext_lazy("The file is larger than %(most)s MB. Part it into several files."),
    "memory": gettext_lazy(
        "The file takes more memory than one import may have. Save what you need of it as CSV."
    ),
    "slow": gettext_lazy(
        "Reading the file takes too long. Save what you need of it as CSV, or part it into"
        " several files."
    ),
    "password": gettext_lazy("The file is protected by a password. Save it without one."),
    "old-workbook": gettext_lazy(
        "This is a workbook of an older or of another kind. Save it as an Excel workbook (.xlsx) or"
        " as CSV."
    ),
    "sheet": gettext_lazy("The workbook has no sheet “%(name)s”."),
    "bomb": gettext_lazy(
        "The workbook unpacks to %(size)s MB in %(parts)s parts, which is more than it should."
        " Save what you need of it as CSV."
    ),
    "damaged": gettext_lazy("The file is damaged. Save it once more and try again."),
}
# What is odd about a file that can be read.
NOTICES = {
    "replaced": ngettext_lazy(
        "%(count)s character is not %(encoding)s and stands as �.",
        "%(count)s characters are not %(encoding)s and stand as �.",
        "number",
    ),
    "zeros": ngettext_lazy(
        "%(count)s zero byte is no text and stands as �.",
        "%(count)s zero bytes are no text and stand as �.",
        "number",
    ),
    "blank-headers": ngettext_lazy(
        "%(count)s column has no header: number %(columns)s.",
        "%(count)s columns have no header: numbers %(columns)s.",
        "number",
    ),
    "same-headers": ngettext_lazy(
        "%(count)s header stands above several columns: %(names)s.",
        "%(count)s headers stand above several columns: %(names)s.",
        "number",
    ),
    "short-rows": ngettext_lazy(
        "%(count)s row has fewer cells than the first, in line %(line)s; the rest is empty.",
        "%(count)s rows have fewer cells than the first, from line %(line)s on; the rest is empty.",
        "number",
    ),
    "long-rows": ngettext_lazy(
        "%(count)s row has more cells than the first, in line %(line)s.",
        "%(count)s rows have more cells than the first, from line %(line)s on.",
        "number",
    ),
    "hidden-sheets": ngettext_lazy(
        "%(count)s sheet is hidden: %(names)s.", "%(count)s sheets are hidden: %(names)s.", "number"
    ),
    "macros": gettext_lazy("The workbook has macros. They are not run; only cells are read."),
    "formulas": ngettext_lazy(
        "%(count)s cell is calculated. It is read as it was when the workbook was last saved.",
        "%(count)s cells are calculated. They are read as they were when the workbook was last"
        " saved.",
        "number",
    ),
    "errors": ngettext_lazy(
        "%(count)s cell shows an error, such as #N/A, and is read as empty.",
        "%(count)s cells show an error, such as #N/A, and are read as empty.",
        "number",
    ),
    "merged": ngettext_lazy(
        "%(count)s group of cells is merged. Its value is read in its first cell.",
        "%(count)s groups of cells are merged. Their values are read in their first cells.",
        "number",
    ),
}


# An import, whose file lies in the storage; a file that was sent; or where one lies.
Source = Import | File | BinaryIO | Path | str


class NotReadable(Refused):
    """The file is no table that can be imported; the message says why."""


@dataclass(frozen=True)
class Look:
    """What a file holds: how it is read, its columns, its first rows, and what is odd about it."""

    options: dict
    sheets: list[str]
    headers: list[str]
    rows: list[list[str]]
    row_count: int
    problems: list[str]


def look(source: Source, options: dict | None = None) -> Look:
    """What the file holds. ``options`` say how to read it; what they leave out is detected, and
    said in the options of the answer.

    Refused with ``NotReadable``.
    """
    found = next(answers("look", source, options))
    headers = found["headers"] or [
        _("Column %(number)s") % {"number": number} for number in range(1, found["width"] + 1)
    ]
    return Look(
        options=found["options"],
        sheets=found["sheets"],
        headers=headers,
        rows=found["rows"],
        row_count=found["row_count"],
        problems=[sentence(NOTICES[word], values) for word, values in found["notices"]],
    )


def rows(source: Source, options: dict) -> Iterator[tuple[int, list[str]]]:
    """Each row of data with the line where it begins, as they are read; ``options`` are those that
    ``look`` answered with.

    A row has as many cells as there are headers, or more if it says more. Rows without any text
    are not there. Refused with ``NotReadable``, perhaps after many rows.
    """
    for batch in answers("rows", source, options):
        yield from map(tuple, batch)


def answers(act, source, options):
    """What the process says about the file, until it says that it is done."""
    with opened(source) as file, process(act, file, options or {}) as child:
        for line in said(child):
            answer = json.loads(line)
            if isinstance(answer, dict):
                if "unreadable" in answer:
                    raise unreadable(answer["unreadable"], answer["values"])
                if "end" in answer:
                    return
            yield answer
        raise unreadable(how_it_ended(child), {})


@contextmanager
def opened(source):
    """A file of our own that the process can be given. Up to where it is read is shared with it,
    so that it must not be the file of somebody else.
    """
    if isinstance(source, Import):
        with storage().open(source.key) as file, opened(file) as own:
            yield own
    elif isinstance(source, str | Path):
        with open(source, "rb") as file:
            yield checked(file)
    else:
        with tempfile.TemporaryFile() as file:
            source.seek(0)
            shutil.copyfileobj(source, file, PIECE)
            file.flush()
            yield checked(file)


def checked(file):
    if file.seek(0, 2) > settings.IMPORTS_LARGEST:
        raise unreadable("large", {"most": settings.IMPORTS_LARGEST // 1024 // 1024})
    file.seek(0)
    return file


@contextmanager
def process(act, file, options):
    """The one that parses, without our environment, and gone when nobody listens any more."""
    child = subprocess.Popen(
        [*COMMAND, act, json.dumps(options)],
        cwd=settings.BASE_DIR,
        env={},
        stdin=file,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
    )
    try:
        yield child
    finally:
        child.kill()
        child.wait()
        child.stdout.close()
        child.stderr.close()


def said(child):
    """The lines it writes, as long as it keeps writing. A long line comes in many pieces."""
    poll, pieces = select.poll(), []
    poll.register(child.stdout, select.POLLIN)
    while True:
        if not poll.poll(PATIENCE * 1000):
            raise unreadable("slow", {})
        piece = child.stdout.read(PIECE)
        if not piece:
            return
        if b"\n" not in piece:
            pieces.append(piece)
            continue
        first, *lines, rest = piece.split(b"\n")
        yield b"".join([*pieces, first])
        yield from lines
        pieces = [rest]


def how_it_ended(child):
    """The reason that lies in the way it ended, if it did so without a word."""
    code = child.wait()
    if code == -signal.SIGXCPU:
        return "slow"
    if code in (-signal.SIGABRT, -signal.SIGKILL):  # nobody else kills it before it is done
        return "memory"
    logger.error("Parsing ended with %s: %s", code, child.stderr.read()[-2000:])
    return "damaged"


def unreadable(reason, values):
    return NotReadable(sentence(REASONS[reason], values))


def sentence(text, values):
    told = {name: shown(value) for name, value in values.items()}
    return str(text % (told | {"number": values.get("count")}))


def shown(value):
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return number_format(value, force_grouping=True) if isinstance(value, int) else value
