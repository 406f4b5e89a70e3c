"""Tables in text files: in which encoding, parted by what, quoted by what, and their rows."""

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice

from imports.parsing.encodings import Replaced, encoding_of, start
from imports.parsing.unreadable import Unreadable
from lists.guarding import unguarded

MOST_CHARACTERS = 131_072  # in a cell
# In the order of how sure they are: a comma also stands in amounts and in sentences.
DELIMITERS = ("\t", ";", "|", ",")
SAMPLE_ROWS = 100
DECLARED = re.compile(r'"?sep=(.)"?[\r\n]+')  # how spreadsheets are told in the first line
WEB_PAGE = re.compile(r"\ufeff?\s*<(!doctype|html|table|\?xml)", re.IGNORECASE)
SINGLE = re.compile(r"(^|[\t;|,])'[^'\n]*'([\t;|,]|$)", re.MULTILINE)
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
BINARY = 0.05  # more control characters than this are in no text
# How files begin that people take for tables.
NO_TEXT = (
    b"%PDF-",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x7fELF",
    b"MZ",
    b"Rar!",
    b"7z\xbc\xaf",
)


class Delimited:
    """A text ``file`` as a table; ``options`` are completed by what is detected."""

    MOST_ROWS = 500_000
    sheets: list[str] = []

    def __init__(self, file, options):
        self.file = file
        head = start(file)
        if head.startswith(NO_TEXT):
            raise Unreadable("no-table")
        encoding = options.get("encoding") or encoding_of(file)
        delimiter, quote = self.sniff(self.decoded(head, encoding), options)
        self.options = {
            "format": "csv",
            "encoding": encoding,
            "delimiter": delimiter,
            "quote": quote,
        }
        self.zeros = 0  # that were found in the text
        self.apostrophe = False  # whether the row that is read has one
        self.pending = []  # its lines

    def decoded(self, head, encoding):
        self.replaced = Replaced()
        try:
            text = head.decode(encoding, Replaced.NAME)
        except LookupError:
            raise Unreadable("encoding", encoding=encoding) from None
        if WEB_PAGE.match(text):
            raise Unreadable("web-page")
        if text.startswith("\ufeff"):  # nobody marks as text what is none
            return text[1:]
        if len(CONTROL.findall(text)) > len(text) * BINARY:
            raise Unreadable("no-table")
        return text

    def sniff(self, text, options):
        """The delimiter and the quotation mark by which the rows agree most on their width."""
        self.declared = DECLARED.match(text)
        if self.declared:
            text = text[self.declared.end() :]
        given = options.get("delimiter") or (self.declared and self.declared[1])
        delimiters = [given] if given else DELIMITERS
        quotes = [options["quote"]] if "quote" in options else quotes_of(text)
        return max(
            ((delimiter, quote) for quote in quotes for delimiter in delimiters),
            key=lambda way: agreement(text, *way),
        )

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Each row, and the line where it begins."""
        self.file.seek(0)
        text = io.TextIOWrapper(
            self.file, self.options["encoding"], errors=Replaced.NAME, newline=""
        )
        self.replaced.count = 0
        lines = self.lines(text)
        skipped = 0
        if self.declared:
            next(lines)
            skipped = 1
        reader = reader_of(lines, self.options)
        line, last = skipped + 1, []
        try:
            for row in reader:
                if self.apostrophe:
                    row, self.apostrophe = [unguarded(cell) for cell in row], False
                last, self.pending = self.pending, []
                began, line = line, skipped + reader.line_num + 1
                yield began, row
        except csv.Error:
            raise Unreadable("long-cell", line=line, most=MOST_CHARACTERS) from None
        finally:
            text.detach()
        if is_open(last, self.options):
            raise Unreadable("open-quote", line=began, quote=self.options["quote"])

    def lines(self, text):
        """The lines as they are written, but for zeros, which no database takes."""
        for number, line in enumerate(text):
            if number == 0:
                line = line.removeprefix("\ufeff")
            if "\0" in line:
                self.zeros += line.count("\0")
                line = line.replace("\0", "\ufffd")
            if "'" in line:
                self.apostrophe = True
            self.pending.append(line)
            yield line

    def notices(self):
        """What was not as it should be in what was read so far."""
        if self.replaced.count:
            yield "replaced", {"count": self.replaced.count, "encoding": self.options["encoding"]}
        if self.zeros:
            yield "zeros", {"count": self.zeros}


def quotes_of(text):
    """Quotation marks to try: single ones only where cells stand between them."""
    if '"' in text:
        return ('"', "")
    return ("'",) if SINGLE.search(text) else ('"',)


def agreement(text, delimiter, quote):
    """How well rows agree on their width with the first one, and a little on how wide they are."""
    options = {"delimiter": delimiter, "quote": quote}
    try:
        rows = list(islice(reader_of(io.StringIO(text, newline=""), options), SAMPLE_ROWS))
    except csv.Error:
        return 0
    rows = [row for row in rows if any(row)]
    if not rows:
        return 0
    width = len(rows[0])
    return sum(len(row) == width for row in rows) / len(rows) * (1 - 1 / width)


def reader_of(lines, options, *, strict=False):
    quote = options["quote"]
    csv.field_size_limit(MOST_CHARACTERS)
    return csv.reader(
        lines,
        delimiter=options["delimiter"],
        quotechar=quote or None,
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
        strict=strict,
    )


def is_open(lines, options):
    """Whether these lines of the last row end between quotation marks."""
    try:
        list(reader_of(lines, options, strict=True))
    except csv.Error as error:
        return str(error) == "unexpected end of data"
    return False
