"""A workbook is an archive: what is in it and how large, before anybody unpacks it.

Three hundred kilobytes may unpack to hundreds of megabytes. What the archive says of its sizes is
read first; then what will be loaded runs by piece by piece, and must be as large as was said.
"""

import posixpath
import zipfile
import zlib
from xml.etree import ElementTree

from imports.parsing.unreadable import Unreadable

MEGABYTE = 1024 * 1024
MOST_PARTS = 1_000
MOST_BYTES = 300 * MEGABYTE  # unpacked
MOST_RATIO, FEW_BYTES = 100, 10 * MEGABYTE  # unpacked beside packed, of what is not small anyway
PIECE, OVERLAP = MEGABYTE, 8
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    ElementTree.ParseError,
    EOFError,
    KeyError,
    NotImplementedError,
    ValueError,
)
BOOK, LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
LOADED = ("xl/sharedStrings.xml", "xl/styles.xml")
ROW = b"<row"
COUNTED = {"formulas": (b"<f>", b"<f "), "errors": (b' t="e"',)}


class Archive:
    """The parts of a workbook; refused where it is none, or where it is a trap."""

    def __init__(self, file):
        try:
            self.zip = zipfile.ZipFile(file)
            self.refuse_traps(self.zip.infolist())
            self.parts = self.sheets()
        except BROKEN:
            raise Unreadable("damaged") from None
        for part in LOADED:
            self.count(part)

    def refuse_traps(self, parts):
        self.names = {part.filename for part in parts}
        if any(part.flag_bits & 1 for part in parts):
            raise Unreadable("password")
        if BOOK not in self.names:
            raise Unreadable("old-workbook" if "xl/workbook.bin" in self.names else "no-table")
        unpacked = sum(part.file_size for part in parts)
        packed = sum(part.compress_size for part in parts)
        is_dense = unpacked > FEW_BYTES and unpacked > packed * MOST_RATIO
        if is_dense or unpacked > MOST_BYTES or len(parts) > MOST_PARTS:
            raise Unreadable("bomb", size=unpacked // MEGABYTE, parts=len(parts))

    @property
    def has_macros(self):
        return "xl/vbaProject.bin" in self.names

    def sheets(self) -> dict[str, str]:
        """In which part each sheet is, by its name."""
        targets = {link.get("Id"): link.get("Target", "") for link in self.elements(LINKS)}
        return {
            each.get("name"): posixpath.join("xl", targets[identity]).lstrip("/")
            for each in self.elements(BOOK)
            for name, identity in each.items()
            if name.endswith("}id") and identity in targets
        }

    def elements(self, part):
        """Those of a small part. Python's parser asks nobody else for what an entity stands for,
        and lets none grow beyond measure.
        """
        return ElementTree.fromstring(self.zip.read(part)).iter()  # noqa: S314

    def first_with_rows(self, names: list[str]) -> str:
        """The first of these sheets that has two rows, or else the first."""
        for name in names:
            if self.count(self.parts.get(name), rows=(ROW,), enough=2)["rows"] >= 2:
                return name
        if not names:
            raise Unreadable("empty")
        return names[0]

    def see(self, name: str) -> dict[str, int]:
        """How many formulas and errors a sheet has."""
        return self.count(self.parts.get(name), **COUNTED)

    def count(self, part, *, enough=None, **wanted):
        """How often a part has what is ``wanted``, which is also a way to see all of it."""
        found = dict.fromkeys(wanted, 0)
        for before, piece in self.pieces(part):
            for word, signs in wanted.items():
                found[word] += sum((before + piece).count(sign) for sign in signs)
                found[word] -= sum(before.count(sign) for sign in signs)
            if enough and min(found.values()) >= enough:
                break
        return found

    def pieces(self, part):
        """A part unpacked piece by piece, each with the end of the one before."""
        if part not in self.names:
            return
        before = b""
        try:
            with self.zip.open(part) as stream:
                while piece := stream.read(PIECE):
                    yield before, piece
                    before = piece[-OVERLAP:]
        except BROKEN:
            raise Unreadable("damaged") from None
