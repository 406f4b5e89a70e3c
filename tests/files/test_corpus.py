"""Two hundred hostile names and contents: stored or refused, never run, never outside the store."""

import uuid
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from deals.models import DealFile
from files.models import File
from files.naming import LONGEST, MOST_BYTES
from files.sorts import BY_TYPE, BYTES
from tests.factories import DealFactory
from tests.files.making import flood, image, packed, text_bomb, zip_bomb

pytestmark = pytest.mark.django_db

FOLDERS = (
    "../",
    "../../../../",
    "..\\..\\",
    "/",
    "//",
    "\\\\server\\share\\",
    "C:\\",
    "./",
    "a/../",
)
ENCODED = ("..%2f..%2f", "%252e%252e%252f", "..%c0%af", "%2e%2e/", "..%5c", "&#46;&#46;&#47;")
TARGETS = ("etc/passwd", "settings.py", "index.html", ".htaccess")
MARKUP = (
    "<script>top.xss=1</script>.txt",
    '"><img src=x onerror=alert(1)>.png',
    "'-alert(1)-'.pdf",
    "a.pdf\r\nSet-Cookie: session=1",
    "a\nContent-Type: text/html\n\n<script>.txt",
    'a"; filename="b.exe',
    "{{7*7}}{% debug %}.txt",
    "${jndi:ldap://x}.txt",
    "=HYPERLINK(1).csv",
    "$(touch x).txt",
    "`id`.txt",
    "; rm -rf x.txt",
    "| cat.txt",
)
HIDDEN = (
    "a\x00.pdf", "a.pdf\x00.exe", "\x00", "a\x1b[31m.txt", "a\x7f.txt", "x\u202egnp.exe",
    "\u2066a\u2069.txt", "\u200b.txt", "\ufeff.txt", "a\u2028b.txt", "\ud800.txt", "a\t.txt",
)  # fmt: skip
ODD = (
    "", ".", "..", "...", " ", "~", "-", "-rf", "CON", "NUL.txt", "aux.h", "a.txt.", "a.txt ",
    "a::$DATA", "a:b.txt", "a*?.txt", ".bashrc", "web.config", "a.php.jpg", "a.jpg.php", "a.pHp5",
    "a.tar.gz", "e\u0301.txt", "日本語.txt", "😀" * 60 + ".txt", "a" * 255 + ".pdf", "é" * 255,
    "a" * 5000, "a." + "b" * 5000, "." * 300, "/" * 300, "a/" * 300 + "b.txt",
)  # fmt: skip
NAMES = [
    *(folder + target for folder in (*FOLDERS, *ENCODED) for target in TARGETS),
    *MARKUP,
    *HIDDEN,
    *ODD,
]
HTML = b"<html><body onload=alert(1)><script>alert(1)</script>"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(1)</script></svg>"
SVG_OBJECT = b"<svg><foreignObject><iframe src='javascript:alert(1)'/></foreignObject></svg>"
SVG_LINK = b"<svg><use xlink:href='data:image/svg+xml,<svg onload=alert(1)>#x'/></svg>"
XML = b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>"
XHTML = b"<html xmlns='http://www.w3.org/1999/xhtml'><script>alert(1)</script></html>"
PDF = b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>"
GIF_JS = b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert(1)"
PHP = b"<?php system($_GET[0]);"
JPEG_PHP = image("JPEG", comment=PHP)
PNG_HTML = image() + HTML
ZIP_PDF = PDF + packed(a=b"b")
MZ = b"MZ\x90\x00" + b"\0" * 60
SHELL = b"#!/bin/sh\ntouch executed\n"
EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n(%pipe%id) (r) file\n"
SLIP = packed(**{"../../outside.txt": b"x"})
NESTED = packed(**{"a.zip": zip_bomb()})
CONTENTS = {
    "html": HTML, "svg": SVG, "svg object": SVG_OBJECT, "svg link": SVG_LINK, "xml": XML,
    "xhtml": XHTML, "pdf": PDF, "gif and script": GIF_JS, "php": PHP, "jpeg and php": JPEG_PHP,
    "png and html": PNG_HTML, "pdf and zip": ZIP_PDF, "program": MZ, "shell": SHELL, "eps": EPS,
    "slip": SLIP, "nested": NESTED, "zip bomb": zip_bomb(), "flood": flood(),
    "text bomb": text_bomb(), "cut": image()[:50], "head": b"\x89PNG\r\n\x1a\n", "zero": b"\0",
    "utf-16": "\ufeff<script>".encode("utf-16"), "utf-7": b"+ADw-script+AD4-alert(1)",
    "tiff": image("TIFF"), "bmp": image("BMP"), "icon": image("ICO"),
}  # fmt: skip
CALLED = ("a.pdf", "a.png", "a.html", "a.svg")
CASES = [
    *((name, b"words", "name") for name in NAMES),
    *((called, content, what) for what, content in CONTENTS.items() for called in CALLED),
]


@pytest.fixture
def place(settings, tmp_path):
    """The storage, in a folder that nothing else is in; what is beside it must not change."""
    settings.STORAGES = settings.STORAGES | {
        "files": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "deep" / "in" / "files"},
        }
    }
    (tmp_path / "outside.txt").write_text("untouched")
    return tmp_path


def test_there_are_two_hundred():
    assert len(CASES) >= 200


def multipart(name, content):
    """A body as no browser makes one: the name goes as it is."""
    raw = name.encode("utf-8", "surrogatepass").replace(b'"', b'\\"')
    token = str(uuid.uuid4()).encode()
    return (
        b'--edge\r\nContent-Disposition: form-data; name="token"\r\n\r\n' + token + b"\r\n"
        b'--edge\r\nContent-Disposition: form-data; name="files"; filename="' + raw + b'"\r\n'
        b"Content-Type: text/html\r\n\r\n" + content + b"\r\n--edge--\r\n"
    )


def test_hostile_files_are_stored_or_refused(signed_in, alice, stages, place):
    deal = DealFactory(owner=alice, stage=stages[0])
    client, wrong, kept = signed_in(alice), [], 0
    for name, content, what in CASES:
        body = multipart(name, content)
        url = f"/deals/{deal.pk}/files/"
        answer = client.post(url, body, content_type="multipart/form-data; boundary=edge")
        how = f"{what} {name[:40]!r}"
        if answer.status_code not in (302, 400, 422):
            wrong.append(f"{how}: {answer.status_code}")
        attachment = DealFile.objects.select_related("file").order_by("-pk").first()
        if answer.status_code != 302:
            continue
        kept += 1
        wrong += [f"{how}: {each}" for each in wrong_file(client, attachment, content)]
    assert not wrong, "\n".join(wrong)
    assert kept > 150
    listed = client.get(f"/deals/{deal.pk}/files/").text
    assert "<script>top" not in listed
    assert "<img src=x" not in listed
    # Nothing lies anywhere but in the store, under keys of ours.
    outside = [
        path.relative_to(place).as_posix()
        for path in place.rglob("*")
        if path.is_file() and not path.is_relative_to(place / "deep" / "in" / "files")
    ]
    assert outside == ["outside.txt"]
    assert (place / "outside.txt").read_text() == "untouched"
    keys = {key for pair in File.objects.values_list("key", "preview") for key in pair if key}
    store = place / "deep" / "in" / "files"
    found = {path.relative_to(store).as_posix() for path in store.rglob("*") if path.is_file()}
    assert found == keys


def wrong_file(client, attachment, content):
    file = attachment.file
    if not (0 < len(file.name) <= LONGEST and len(file.name.encode()) <= MOST_BYTES):
        yield f"name of {len(file.name)}"
    if set(file.name) & set("/\\\x00\r\n\u202e<>"):
        yield f"name {file.name!r}"
    if file.type not in {BYTES, *BY_TYPE}:
        yield f"type {file.type}"
    answer = client.get(attachment.get_absolute_url())
    if b"".join(answer.streaming_content) != content:
        yield "other bytes"
    headers = answer.headers
    if headers["Content-Type"].split(";")[0] in ("text/html", "image/svg+xml", "text/xml"):
        yield f"served as {headers['Content-Type']}"
    if not headers["Content-Disposition"].startswith("attachment; filename"):
        yield headers["Content-Disposition"]
    if headers["X-Content-Type-Options"] != "nosniff":
        yield "may be sniffed"
    if "sandbox" not in headers["Content-Security-Policy"]:
        yield "not in a sandbox"
    if file.preview:
        picture = client.get(attachment.get_preview_url())
        if picture.headers["Content-Type"] != "image/webp":
            yield "preview of another type"
        if b"script" in b"".join(picture.streaming_content):
            yield "script in the preview"


@pytest.mark.parametrize(
    "path", ["../../etc/passwd", "..%2f..%2fetc%2fpasswd", "%2e%2e/1", "1/../2"]
)
def test_no_address_leads_elsewhere(signed_in, alice, stages, path):
    deal = DealFactory(owner=alice, stage=stages[0])
    for tried in (path, quote(path), quote(quote(path))):
        assert signed_in(alice).get(f"/deals/{deal.pk}/files/{tried}").status_code in (302, 404)
    assert signed_in(alice).get("/media/files/").status_code == 404


def test_a_name_longer_than_its_column_is_cut(signed_in, alice, stages):
    deal = DealFactory(owner=alice, stage=stages[0])
    sent = SimpleUploadedFile("x" * 250 + ".pdf", b"%PDF-")
    data = {"token": str(uuid.uuid4()), "files": sent}
    assert signed_in(alice).post(f"/deals/{deal.pk}/files/", data).status_code == 302
    assert File.objects.get().name.endswith("x.pdf")
