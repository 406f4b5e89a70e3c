"""What a file is, is told by its name and its bytes together; a lie makes it nothing but bytes."""

import pytest

from files.naming import LONGEST, MOST_BYTES, clean_name, renamed
from files.sorts import BYTES, HEAD, decide, ending_of, sort_of
from tests.files.making import image, packed


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.pdf", b"%PDF-1.7\n", "application/pdf"),
        ("A.PDF", b"%PDF-1.7\n", "application/pdf"),
        ("a.png", image(), "image/png"),
        ("a.jpg", image("JPEG"), "image/jpeg"),
        ("a.jpeg", image("JPEG"), "image/jpeg"),
        ("a.gif", image("GIF", mode="P", colour=1), "image/gif"),
        ("a.webp", image("WEBP"), "image/webp"),
        ("a.zip", packed(a=b"b"), "application/zip"),
        ("a.csv", b"a;b\n", "text/csv"),
        ("a.txt", "é".encode("cp1252"), "text/plain"),
        # Not what they are called
        ("a.pdf", b"<html><script>alert(1)</script>", BYTES),
        ("a.png", b"<svg onload='alert(1)'/>", BYTES),
        ("a.png", b"GIF89a", BYTES),
        ("a.txt", b"MZ\x90\x00\x03", BYTES),
        # What browsers would run is never called by its name
        ("a.html", b"<p>", BYTES),
        ("a.svg", b"<svg/>", BYTES),
        ("a.xml", b"<?xml?>", BYTES),
        ("a.js", b"alert(1)", BYTES),
        ("a.xhtml", b"<html/>", BYTES),
        ("a.swf", b"FWS", BYTES),
        # Names without an ending of ours
        ("png", image(), BYTES),
        (".png", image(), BYTES),
        ("a.png.exe", image(), BYTES),
        ("a", b"", BYTES),
    ],
)
def test_a_type_is_decided_by_name_and_bytes(name, content, expected):
    assert decide(name, content[:HEAD]) == expected


def test_every_type_has_a_title_and_a_sign():
    from core.icons import ICONS
    from files.sorts import SORTS, UNKNOWN

    assert {sort.icon for sort in (*SORTS, UNKNOWN)} <= ICONS
    assert sort_of("text/html") is UNKNOWN


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Offer 2026.pdf", "Offer 2026.pdf"),
        ("C:\\Users\\ada\\Offer.pdf", "Offer.pdf"),
        ("../../etc/passwd", "passwd"),
        ("/etc/passwd", "passwd"),
        ("..\\..\\windows\\win.ini", "win.ini"),
        ("a\x00.pdf", "a.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie_ x=1.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("\u200bzero\ufeff.txt", "zero.txt"),
        ('<img src=x onerror="x">.png', "_img src=x onerror=_x__.png"),
        ("  spaces   inside .txt ", "spaces inside.txt"),
        ("...", "File"),
        ("", "File"),
        ("/", "File"),
        ("\ud800.txt", "txt"),
        ("e\u0301t\u00e9.txt", "été.txt"),
        (".htaccess", "htaccess"),
        ("日本語.pdf", "日本語.pdf"),
    ],
)
def test_a_name_is_no_path_and_shows_what_it_is(sent, kept):
    assert clean_name(sent) == kept


@pytest.mark.parametrize("sign", ["a", "é", "語", "😀"])
def test_a_long_name_keeps_its_ending(sign):
    name = clean_name(f"{sign * 400}.pdf")
    assert len(name) <= LONGEST
    assert len(name.encode()) <= MOST_BYTES
    assert name.endswith(f"{sign}.pdf")


def test_an_ending_is_short_and_plain():
    assert ending_of("a.b.tar") == "tar"
    assert ending_of("a." + "x" * 11) == ""
    assert ending_of("a.p df") == ""


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("Contract", "scan.pdf", "Contract.pdf"),
        ("Contract.pdf", "scan.pdf", "Contract.pdf"),
        ("Contract.PDF", "scan.pdf", "Contract.PDF"),
        ("Contract.exe", "scan.pdf", "Contract.exe.pdf"),
        ("Contract", "scan", "Contract"),
        ("x" * 200, "scan.pdf", "x" * 196 + ".pdf"),
    ],
)
def test_a_new_name_keeps_the_ending(name, before, after):
    assert renamed(name, before) == after
