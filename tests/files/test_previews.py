"""A small picture holds nothing but pixels, and no image keeps the server from its work."""

import io
import time
import tracemalloc

import pytest
from PIL import Image

from files import previews
from tests.files.making import flood, image, text_bomb


def drawn(content, content_type="image/png"):
    return previews.draw(io.BytesIO(content), content_type)


@pytest.mark.parametrize(
    ("form", "content_type"),
    [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("GIF", "image/gif"), ("WEBP", "image/webp")],
)
def test_an_image_is_drawn_anew_and_small(form, content_type):
    picture = Image.open(io.BytesIO(drawn(image(form, (2000, 1000)), content_type)))
    assert picture.format == "WEBP"
    assert picture.size == (640, 320)


def test_what_is_transparent_stays_so():
    picture = Image.open(io.BytesIO(drawn(image(mode="RGBA", colour=(1, 2, 3, 0)))))
    assert picture.mode == "RGBA"


def test_nothing_but_pixels_comes_along():
    """Neither where it was taken, nor a comment, nor what hangs on its end."""
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    content = image("JPEG", exif=exif, comment=b"<script>alert(1)</script>") + b"<script>x</script>"
    made = drawn(content, "image/jpeg")
    for secret in (b"script", b"taken at home", b"Exif", b"EXIF"):
        assert secret not in made


def test_a_photo_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    content = image("JPEG", (400, 200), exif=exif)
    assert Image.open(io.BytesIO(drawn(content, "image/jpeg"))).size == (200, 400)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x89PNG\r\n\x1a\n",
        image()[:40],
        flood(),
        flood(7_000, 7_000),
        text_bomb(),
        b"%PDF-1.7",
        b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>",
        b"%!PS-Adobe-3.0 EPSF-3.0\n",
        image("BMP"),
        image("TIFF"),
    ],
    ids="empty head cut flood large comment pdf svg eps bmp tiff".split(),
)
def test_what_cannot_or_must_not_be_drawn_has_no_picture(content):
    tracemalloc.start()
    begin = time.monotonic()
    assert drawn(content) is None
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 80 * 1024 * 1024
    assert time.monotonic() - begin < 10


@pytest.mark.parametrize("content_type", ["image/svg+xml", "image/tiff", "image/heic", "text/html"])
def test_only_four_formats_are_read(content_type):
    assert drawn(image(), content_type) is None
