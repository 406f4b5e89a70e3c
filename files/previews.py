"""A small picture of an image: drawn anew from its pixels, so that nothing else of it comes along.

An image is a program for its reader. Only four formats are read, none with more pixels than a
camera makes, one at a time in each process, and whatever goes wrong means that there is none.
"""

import io
import logging
import threading
from typing import BinaryIO

from PIL import Image, ImageOps

logger = logging.getLogger(__name__)

READ = {"image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF", "image/webp": "WEBP"}
MOST_PIXELS = 40_000_000
SIDE = 640  # pixels of the longer side at most
TYPE = "image/webp"

one_at_a_time = threading.Lock()


def draw(stream: BinaryIO, content_type: str) -> bytes | None:
    """The small picture of what ``stream`` holds; ``None`` when there is nothing to draw."""
    if content_type not in READ:
        return None
    stream.seek(0)
    try:
        with one_at_a_time:
            return drawn(stream, READ[content_type])
    except Exception as problem:  # decoders raise what they like
        logger.info("No small picture: %s", problem)
        return None


def drawn(stream, image_format):
    with Image.open(stream, formats=[image_format]) as image:
        if image.width * image.height > MOST_PIXELS:
            return None
        image.draft("RGB", (SIDE * 2, SIDE * 2))  # a JPEG is read no larger than needed
        image.thumbnail((SIDE, SIDE))
        picture = ImageOps.exif_transpose(image)
        picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
        written = io.BytesIO()
        # A new image from pixels alone: no profile, no place where it was taken, no comment.
        plain = Image.frombytes(picture.mode, picture.size, picture.tobytes())
        plain.save(written, "WEBP", quality=80)
        return written.getvalue()
