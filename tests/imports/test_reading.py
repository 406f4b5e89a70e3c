"""What a text file holds is found without being told, and read in a process of its own."""

import csv
import io
import os
import signal
import subprocess
import sys
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from imports import reading
from imports.reading import NotReadable, look, rows
from lists.guarding import guarded
from tests.factories.imports import ImportFactory

TABLE = [["Name", "E-mail"], ["Zoé", "zoe@client.example"], ["Łukasz", "l@client.example"]]
FRENCH = [["Nom", "Valeur"], ["Hélène", "12,50"], ["François", "1 200,00"]]


def file_of(content):
    return io.BytesIO(content)


def text_of(table, delimiter=",", ends="\r\n"):
    return ends.join(delimiter.join(row) for row in table) + ends


def read(content, **options):
    """All that is in a file, as it is looked at first and then read."""
    seen = look(file_of(content), options)
    found = [cells for _line, cells in rows(file_of(content), seen.options)]
    assert [[cell[:500] for cell in cells] for cells in found[:50]] == seen.rows
    assert len(found) == seen.row_count
    return seen, [seen.headers, *found]


@pytest.mark.parametrize(
    ("written", "encoding"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16-le"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32-le"),
    ],
)
def test_an_encoding_of_unicode_is_detected(written, encoding):
    seen, found = read(text_of(TABLE).encode(written))
    assert found == TABLE
    assert seen.options["encoding"] == encoding
    assert seen.problems == []


@pytest.mark.parametrize("encoding", ["windows-1252", "iso-8859-1"])
def test_an_encoding_of_one_byte_is_detected(encoding):
    table = [*FRENCH, ["Zoé €" if encoding == "windows-1252" else "Zoé \x81", "1"]]
    seen, found = read(text_of(table, ";").encode(encoding))
    assert found == table
    assert seen.options["encoding"] == encoding


def test_the_encoding_shows_in_the_last_row_of_many():
    seen, found = read(b"Name,Value\r\n" + b"Amy,1\r\n" * 30_000 + "Zoé,2".encode("windows-1252"))
    assert seen.options["encoding"] == "windows-1252"
    assert found[-1] == ["Zoé", "2"]


def test_a_broken_byte_makes_no_other_encoding_of_it():
    seen, found = read(
        text_of([*TABLE, *TABLE[1:] * 20, ["Zo@", "x"]]).encode().replace(b"o@", b"\xff")
    )
    assert seen.options["encoding"] == "utf-8"
    assert found[1] == TABLE[1]
    assert found[-1] == ["Z�", "x"]
    assert seen.problems == ["1 character is not utf-8 and stands as �."]


def test_an_encoding_that_was_chosen_is_taken():
    _seen, found = read("Nom\nHélène\n".encode("mac-roman"), encoding="mac-roman")
    assert found == [["Nom"], ["Hélène"]]
    with pytest.raises(NotReadable, match="no encoding “klingon”"):
        look(file_of(b"Name\nAmy\n"), {"encoding": "klingon"})


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_what_parts_cells_and_lines_is_detected(delimiter, ends):
    seen, found = read(text_of(TABLE, delimiter, ends).encode())
    assert found == TABLE
    assert seen.options["delimiter"] == delimiter


def test_commas_of_amounts_and_names_part_no_cells():
    table = [
        ["Nom", "Valeur, EUR", "Note"],
        ["Doe, Amy", "12,50", "a, b, c"],
        ["Roe, Bob", "1,00", ""],
    ]
    _seen, found = read(text_of(table, ";").encode())
    assert found == table


def test_what_a_spreadsheet_is_told_in_the_first_line_holds():
    content = b"sep=|\r\nName,Title|Value\r\nAmy,Dr|1\r\n"
    seen, found = read(content)
    assert found == [["Name,Title", "Value"], ["Amy,Dr", "1"]]
    assert next(rows(file_of(content), seen.options))[0] == 3


def test_quotation_marks_are_detected():
    assert read(b'"Name","Note"\n"Doe, Amy","says ""hi"""\n')[1][1] == ["Doe, Amy", 'says "hi"']
    seen, found = read(b"'Name','Note'\n'Doe, Amy','it''s'\n")
    assert (seen.options["quote"], found[1]) == ("'", ["Doe, Amy", "it's"])
    seen, found = read(b'Name,Size\n"5 inch,1\n"6 inch,2\n"7 inch,3\n')
    assert (seen.options["quote"], found[1]) == ("", ['"5 inch', "1"])


def test_a_cell_may_have_lines_and_a_row_knows_where_it_begins():
    content = b'Name,Note\r\nAmy,"a\r\nb\n\nc"\r\n\r\nBob,d\r\n'
    seen, found = read(content)
    assert found[1:] == [["Amy", "a\r\nb\n\nc"], ["Bob", "d"]]
    assert [line for line, _cells in rows(file_of(content), seen.options)] == [2, 7]


def test_rows_are_as_wide_as_the_headers_unless_they_say_more():
    seen, found = read(b"a,b,c,,\n1\n1,2,3,,,\n1,2,3,4\n,,,\n \n1,2\n")
    assert found == [
        ["a", "b", "c"],
        ["1", "", ""],
        ["1", "2", "3"],
        ["1", "2", "3", "4"],
        ["1", "2", ""],
    ]
    assert seen.problems == [
        "2 rows have fewer cells than the first, from line 2 on; the rest is empty.",
        "1 row has more cells than the first, in line 4.",
    ]


def test_odd_headers_are_told():
    seen, _found = read(b"Name,,E-mail,Name,\n1,2,3,4,5\n")
    assert seen.headers == ["Name", "", "E-mail", "Name"]
    assert seen.problems[:2] == [
        "1 column has no header: number 2.",
        "1 header stands above several columns: Name.",
    ]


def test_a_file_without_headers_shows_it():
    seen, found = read(b"Amy,amy@client.example\nBob,bob@client.example\n")
    assert seen.options["header"] is False
    assert found[0] == ["Column 1", "Column 2"]
    assert len(found) == 3
    seen, found = read(b"Amy,amy@client.example\nBob,bob@client.example\n", header=True)
    assert len(found) == 2


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"\r\n \r\n\t\r\n", "is empty"),
        (b"Name,E-mail\n", "no row below"),
        (b"Name,E-mail\n,\n\n", "no row below"),
        (b"%PDF-1.7\n", "no table"),
        (bytes(range(256)) * 50, "no table"),
        (b"\0" * 5_000, "no table"),
        (b"<html><table><tr><td>Name</td></tr></table>", "a web page"),
        (b'Name,Note\nAmy,b\nBob,"never closed\nZoe,c\n', "line 3 a quotation mark"),
        (b"Name,Note\nAmy,b\nBob," + b"x" * 131_073, "line 3 has more than 131,072"),
        (b",".join([b"h"] * 16_384) + b"\n" + b",".join([b"1"] * 16_384), "16,384 columns"),
        (b"a,b\n" + b",".join([b"1"] * 1_001), "1,001 columns"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_its_reason(content, reason):
    with pytest.raises(NotReadable, match=reason):
        look(file_of(content))


def test_the_largest_file_and_the_most_rows_are_told(settings):
    with pytest.raises(NotReadable, match="more than 500,000 rows"):
        look(file_of(b"a\n" + b"1\n" * 500_001))
    settings.IMPORTS_LARGEST = 10
    with pytest.raises(NotReadable, match="larger than"):
        look(file_of(b"12345678901"))


def test_long_cells_and_zeros_come_through():
    seen, found = read(b"Name,Note\nAmy," + b"x" * 32_767 + b"\nBo\0b,y\n")
    assert found[1:] == [["Amy", "x" * 32_767], ["Bo�b", "y"]]
    assert seen.problems == ["1 zero byte is no text and stands as �."]


def test_of_long_cells_and_rows_only_as_much_is_looked_at_as_a_page_holds():
    seen, _found = read(b"Name,Note\nAmy," + b"x" * 100_000 + b"\n")
    assert seen.rows == [["Amy", "x" * 500]]
    head = b",".join([b"h" * 1_000] * 500) + b"\n"
    seen = look(file_of(head + head.replace(b"h", b"x") * 40))
    assert {len(header) for header in seen.headers} == {500}
    assert len(seen.rows) == 4
    assert seen.row_count == 40


def test_a_lone_surrogate_is_no_text():
    content = "Name\nAmy\n".encode("utf-16") + b"\x00\xd8" + "x\n".encode("utf-16-le")
    _seen, found = read(content)
    assert found == [["Name"], ["Amy"], ["�x"]]


@trying(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.lists(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
            min_size=3,
            max_size=3,
        ),
        min_size=1,
    )
)
def test_what_was_exported_comes_back_letter_for_letter(table):
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(["Name", "Title", "Note"])
    table = [["x" + row[0], *row[1:]] for row in table]
    writer.writerows([[guarded(cell) for cell in row] for row in table])
    assert read(written.getvalue().encode("utf-8-sig"))[1][1:] == table


def test_a_row_of_megabytes_comes_whole_and_is_shown_by_its_beginning():
    cells = ["x" * 100_000] * 200
    content = ",".join(map(str, range(200))) + "\n" + ",".join(cells) + "\n"
    shown = look(file_of(content.encode()), {"header": True})
    assert [set(map(len, row)) for row in shown.rows] == [{500}]
    assert [row for _line, row in rows(file_of(content.encode()), shown.options)] == [cells]


def test_it_reads_what_was_sent_or_lies_in_the_storage(db, tmp_path):
    content = text_of(TABLE).encode()
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    for source in (
        path,
        str(path),
        SimpleUploadedFile("a.csv", content),
        ImportFactory(content=content),
    ):
        assert look(source).rows == TABLE[1:]


def test_a_file_that_was_sent_can_be_stored_afterwards(tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes(text_of(TABLE).encode() * 5_000)
    with path.open("rb") as file:
        head = file.read(10)
        look(file)
        file.seek(0)
        assert file.read(10) == head
        assert len(head + file.read()) == path.stat().st_size


def test_whoever_stops_reading_leaves_no_process_behind():
    taken = rows(file_of(b"a\n" + b"1\n" * 100_000), look(file_of(b"a\n1\n")).options)
    before = children(os.getpid())
    next(taken)
    (child,) = children(os.getpid()) - before
    taken.close()
    assert child not in children(os.getpid())
    assert not os.path.exists(f"/proc/{child}")


def children(pid):
    """The processes that ``pid`` started and that are not over; a browser may be one of them."""
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return set(file.read().split())


def test_the_process_ends_with_the_one_that_asked(tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes(b"a\n" + b"1\n" * 100_000)
    asks = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-m', 'imports.parsing', 'rows', '{}'],"
        f" stdin=open({str(path)!r}), stdout=subprocess.PIPE)\n"
        "print(child.pid, flush=True); time.sleep(60)"
    )
    asker = subprocess.Popen([sys.executable, "-c", asks], stdout=subprocess.PIPE, text=True)
    pid = int(asker.stdout.readline())
    asker.send_signal(signal.SIGKILL)
    asker.wait()
    asker.stdout.close()
    until = time.monotonic() + 5
    while is_running(pid) and time.monotonic() < until:
        time.sleep(0.02)
    assert not is_running(pid)


def is_running(pid):
    """Not when it is gone, nor when only its parent has not asked yet how it ended."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize(
    ("does", "reason"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)", "takes too long"),
        ("import os; os.abort()", "more memory"),
        ("import os; os.kill(os.getpid(), 9)", "more memory"),
        ("raise SystemExit(3)", "is damaged"),
        ("import time; time.sleep(9)", "takes too long"),
    ],
)
def test_how_the_process_ended_is_told_in_words(does, reason, monkeypatch):
    monkeypatch.setattr(reading, "COMMAND", [sys.executable, "-c", does])
    monkeypatch.setattr(reading, "PATIENCE", 0.5)
    with pytest.raises(NotReadable, match=reason):
        look(file_of(b"a\n1\n"))


def test_the_process_knows_neither_django_nor_a_secret_nor_much_memory():
    tells = (
        "import os, resource, sys; import imports.parsing.tables, imports.parsing.limits as l;"
        "l.set_limits();"
        "assert not [name for name in sys.modules if name.startswith('django')];"
        "assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == 0;"
        "bytearray(900 * 1024 * 1024)"
    )
    ended = subprocess.run([*reading.COMMAND[:-2], "-c", tells], env={}, capture_output=True)
    assert b"MemoryError" in ended.stderr
