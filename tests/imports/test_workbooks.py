"""Workbooks become text without loss, and those that are traps are refused before they spring."""

import io
import resource
import zipfile
from datetime import date, datetime

import pytest
import xlsxwriter

from imports.reading import NotReadable, look, rows

BOOK = """<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">
 <sheets><sheet name="Leads" sheetId="1" r:id="rId1"/></sheets></workbook>"""
LINK = """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
 <Relationship Id="rId1" Target="{}" Type=
 "http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}"/></Relationships>"""
SHEET = """<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
 <sheetData>{}</sheetData></worksheet>"""
HEADER = '<row r="1"><c r="A1" t="inlineStr"><is><t>Name</t></is></c></row>'


def cell(place, value):
    return f'<row r="{place[1:]}"><c r="{place}"><v>{value}</v></c></row>'


def by_hand(*cells, book=BOOK, **parts):
    """A workbook of the smallest kind, with whatever belongs in no workbook."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("_rels/.rels", LINK.format("xl/workbook.xml", "officeDocument"))
        archive.writestr("xl/workbook.xml", book)
        link = LINK.format("worksheets/sheet1.xml", "worksheet")
        archive.writestr("xl/_rels/workbook.xml.rels", link)
        archive.writestr("xl/worksheets/sheet1.xml", SHEET.format(HEADER + "".join(cells)))
        for name, content in parts.items():
            archive.writestr(f"xl/{name}", content)
    return written


class Written:
    """A workbook as a spreadsheet program writes it; ``sheet`` is its first one."""

    def __init__(self, **options):
        self.file = io.BytesIO()
        self.book = xlsxwriter.Workbook(self.file, options)
        self.sheet = self.book.add_worksheet("Leads")
        self.sheet.write_row(0, 0, ["Name", "Value"])

    def format(self, pattern):
        return self.book.add_format({"num_format": pattern})

    def read(self, **options):
        self.book.close()
        return read(self.file, **options)


def read(file, **options):
    seen = look(file, options)
    found = [cells for _line, cells in rows(file, seen.options)]
    assert [[cell[:500] for cell in cells] for cells in found[:50]] == seen.rows
    return seen, found


def test_numbers_keep_their_digits():
    written = Written()
    for number, value in enumerate([3, 0.1, 1234567.891, -5, 1e22, 12345678901234, 1e-7], 1):
        written.sheet.write_row(number, 0, [str(number), value])
    _seen, found = written.read()
    assert [cells[1] for cells in found] == [
        "3",
        "0.1",
        "1234567.891",
        "-5",
        "10000000000000000000000",
        "12345678901234",
        "0.0000001",
    ]


@pytest.mark.parametrize("since_1904", [False, True])
def test_days_and_times_are_told_as_such(since_1904):
    written = Written(date_1904=since_1904)
    day, clock, long = map(written.format, ["dd/mm/yyyy", "hh:mm", "[h]:mm"])
    written.sheet.write_datetime(1, 1, datetime(2026, 1, 31), day)
    written.sheet.write_datetime(2, 1, datetime(2026, 1, 31, 9, 10, 11), day)
    written.sheet.write_datetime(3, 1, datetime(1999, 12, 31), day)
    written.sheet.write_datetime(4, 1, date(1904, 3, 1), day)
    written.sheet.write_number(5, 1, 0.25, clock)
    written.sheet.write_number(6, 1, 1.5, long)
    written.sheet.write_boolean(7, 1, True)
    _seen, found = written.read()
    assert [cells[1] for cells in found] == [
        "2026-01-31",
        "2026-01-31 09:10:11",
        "1999-12-31",
        "1904-03-01",
        "06:00:00",
        "36:00:00",
        "TRUE",
    ]


def test_text_is_taken_letter_for_letter():
    texts = ["'=1+1", "007", "a\nb", "  x ", "Ünïcödé 日本 😀", "_x000D_", "x" * 32_767]
    written = Written()
    for number, text in enumerate(texts, 1):
        written.sheet.write_string(number, 1, text)
    _seen, found = written.read()
    assert [cells[1] for cells in found] == texts


def test_rows_keep_their_numbers_and_empty_ones_are_left_out():
    written = Written()
    written.sheet.write_row(4, 0, ["Amy", 1])
    written.sheet.write_string(9, 1, "2")
    seen, found = written.read()
    assert found == [["Amy", "1"], ["", "2"]]
    assert [line for line, _cells in rows(written.file, seen.options)] == [5, 10]


def test_what_is_odd_is_told():
    written = Written()
    written.sheet.write_formula(1, 1, "=1+1", None, 2)
    written.sheet.write_formula(2, 1, "='[Other.xlsx]Sheet1'!A1", None, "outside")
    written.sheet.write_formula(3, 1, "=1/0", None, "#DIV/0!")
    written.sheet.merge_range(4, 0, 5, 1, "Merged")
    written.book.add_worksheet("Costs").hide()
    written.book.add_vba_project(io.BytesIO(b"macros"), is_stream=True)
    seen, found = written.read()
    assert found == [["", "2"], ["", "outside"], ["Merged", ""]]
    assert seen.problems == [
        "1 sheet is hidden: Costs.",
        "The workbook has macros. They are not run; only cells are read.",
        "3 cells are calculated. They are read as they were when the workbook was last saved.",
        "1 cell shows an error, such as #N/A, and is read as empty.",
        "1 group of cells is merged. Its value is read in its first cell.",
    ]


def test_the_sheet_is_the_first_that_shows_and_has_rows_unless_one_is_chosen():
    written = Written()
    written.sheet.hide()
    written.sheet.write_row(1, 0, ["Hidden", 1])
    cover = written.book.add_worksheet("Cover")
    cover.write(0, 0, "Export of 2026")
    cover.activate()
    people = written.book.add_worksheet("People & Co")
    people.write_column(0, 0, ["Name", "Amy"])
    seen, found = written.read()
    assert seen.sheets == ["Leads", "Cover", "People & Co"]
    assert (seen.options["sheet"], found) == ("People & Co", [["Amy"]])
    assert read(written.file, sheet="Leads")[1] == [["Hidden", "1"]]
    with pytest.raises(NotReadable, match="no sheet “Gone”"):
        look(written.file, {"sheet": "Gone"})


def test_a_number_that_is_none_is_no_number():
    assert read(by_hand(cell("A2", "1e400"), cell("A3", "7")))[1] == [["#NUM!"], ["7"]]


def test_a_hidden_zero_is_no_text():
    zero = '<row r="2"><c r="A2" t="inlineStr"><is><t>a_x0000_b</t></is></c></row>'
    assert "\0" not in read(by_hand(zero))[1][0][0]


def lying(file):
    """The same workbook, whose directory says that its sheet is a tenth as large as it is."""
    with zipfile.ZipFile(file) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    true, told = size.to_bytes(4, "little"), (size // 10).to_bytes(4, "little")
    return io.BytesIO(file.getvalue().replace(true, told))


def locked(file):
    """The same workbook, whose parts say that a password is needed."""
    content = bytearray(file.getvalue())
    with zipfile.ZipFile(file) as archive:
        starts = [part.header_offset + 6 for part in archive.infolist()]
    directory = content.index(b"PK\x01\x02")
    while directory >= 0:
        starts.append(directory + 8)
        directory = content.find(b"PK\x01\x02", directory + 1)
    for start in starts:
        content[start] |= 1
    return io.BytesIO(content)


LAUGHS = """<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "{}"><!ENTITY c "{}"><!ENTITY d "{}">
<!ENTITY e "{}"><!ENTITY f "{}"><!ENTITY g "{}"><!ENTITY h "{}">]>
<workbook><sheets><sheet name="&h;"/></sheets></workbook>""".format(
    *(f"&{letter};" * 50 for letter in "abcdefg")
)
OUTSIDE = """<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<workbook><sheets><sheet name="&x;"/></sheets></workbook>"""
FAR = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
WIDE = '<row r="2"><c r="A2"><v>1</v></c><c r="XFD2"><v>1</v></c></row>'
TRAPS = {
    "bomb": (lambda: by_hand(cell("A2", "1" * 80_000_000)), "unpacks to"),
    "bomb beside the sheet": (
        lambda: by_hand(cell("A2", "1"), **{"media/a.bmp": b"\0" * 80_000_000}),
        "unpacks to",
    ),
    "many parts": (lambda: by_hand(**{f"{n}.xml": "" for n in range(1_001)}), "1,005 parts"),
    "a lie": (lambda: lying(by_hand(*(cell(f"A{n}", n) for n in range(2, 2_000)))), "damaged"),
    "a lie about strings": (
        lambda: io.BytesIO(
            by_hand(cell("A2", 1), **{"sharedStrings.xml": "x" * 70_001})
            .getvalue()
            .replace((70_001).to_bytes(4, "little"), (7_000).to_bytes(4, "little"))
        ),
        "damaged",
    ),
    "laughs": (lambda: by_hand(cell("A2", 1), book=LAUGHS), "damaged"),
    "outside": (lambda: by_hand(cell("A2", 1), book=OUTSIDE), "damaged"),
    "far apart": (lambda: by_hand(FAR), "memory"),
    "wide": (lambda: by_hand(WIDE), "16,384 columns"),
    "no row": (lambda: by_hand(), "no row below"),
    "cut": (lambda: io.BytesIO(by_hand(cell("A2", 1)).getvalue()[:-40]), "damaged"),
    "only a start": (lambda: io.BytesIO(b"PK\x03\x04" + b"x" * 500), "damaged"),
    "no XML": (lambda: by_hand(book="Amy"), "damaged"),
    "locked": (lambda: locked(by_hand(cell("A2", 1))), "password"),
    "password": (
        lambda: io.BytesIO(
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")
        ),
        "password",
    ),
    "of 1997": (lambda: io.BytesIO(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99), "older"),
    "a document": (lambda: plain_archive("word/document.xml"), "no table"),
    "binary": (lambda: plain_archive("xl/workbook.bin"), "another kind"),
}


def plain_archive(name):
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr(name, "x")
    return written


@pytest.mark.parametrize("trap", TRAPS)
def test_a_trap_is_refused_with_its_reason_and_takes_nothing_here(trap):
    make, reason = TRAPS[trap]
    file = make()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(NotReadable, match=reason):
        look(file)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000
    assert read(by_hand(cell("A2", 1)))[1] == [["1"]]
