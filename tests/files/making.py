"""Files as people, cameras and attackers make them."""

import io
import struct
import zipfile
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def upload(name="offer.txt", content=b"Some words.\n", content_type="text/plain"):
    return SimpleUploadedFile(name, content, content_type)


def image(form="PNG", size=(32, 20), colour="teal", mode="RGB", **options):
    drawn = io.BytesIO()
    Image.new(mode, size, colour).save(drawn, form, **options)
    return drawn.getvalue()


def flood(width=50_000, height=50_000):
    """A PNG of a few bytes that says it has two and a half thousand million pixels."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 999))


def text_bomb():
    """A PNG whose comment unpacks to a hundred megabytes."""
    whole = image()
    packed = b"Comment\0\0" + zlib.compress(b"\0" * 100_000_000)
    return whole[:33] + chunk(b"zTXt", packed) + whole[33:]


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def packed(**members):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return made.getvalue()


def zip_bomb():
    return packed(**{f"{n}.txt": b"\0" * 1_000_000 for n in range(10)})
