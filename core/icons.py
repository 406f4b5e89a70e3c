"""The drawings Carnet uses, by their names at lucide.dev, made into one sprite."""

import hashlib
from functools import cache
from importlib import resources
from io import BytesIO
from xml.etree import ElementTree  # reads the package's own files, nothing a stranger sent
from zipfile import ZipFile

UNKNOWN = "circle"
NAMES = """
archive archive-restore arrow-down arrow-left arrow-right arrow-up arrow-up-down at-sign ban
bell bookmark briefcase building-2 calendar calendar-check calendar-clock calendar-plus
chart-column check chevron-down chevron-left chevron-right chevron-up circle circle-alert
circle-check circle-dot circle-question-mark circle-user circle-x clock coffee columns-3
contact copy download ellipsis ellipsis-vertical external-link eye eye-off file-text flag
folder-kanban
file file-archive file-spreadsheet image music
funnel globe grip-vertical handshake hash history hourglass inbox info key-round keyboard languages
layout-list life-buoy link list list-checks list-filter loader lock log-in log-out mail map-pin
maximize-2 megaphone menu merge message-square minus moon notebook-pen package panel-right paperclip
pencil phone play plus presentation refresh-ccw repeat rotate-ccw save search send settings shapes
share-2 shield sigma sliders-horizontal sparkles split square-kanban square-pen star sticky-note sun
table tag tags target text-cursor-input trash-2 triangle-alert trophy truck type undo-2 upload
unlink user user-check user-cog user-plus user-round users users-round utensils video wallet x zap
"""
ICONS = frozenset(NAMES.split())
SVG = "{http://www.w3.org/2000/svg}"


@cache
def sprite() -> str:
    """One SVG with a symbol per icon; strokes take the colour of the text around them."""
    packed = ZipFile(BytesIO(resources.files("lucide").joinpath("lucide.zip").read_bytes()))
    symbols = "".join(symbol(name, packed.read(f"{name}.svg")) for name in sorted(ICONS))
    return f'<svg xmlns="http://www.w3.org/2000/svg">{symbols}</svg>'


def symbol(name, drawing):
    shapes = ElementTree.fromstring(drawing)  # noqa: S314
    inner = "".join(
        "<{} {}/>".format(
            shape.tag.removeprefix(SVG),
            " ".join(f'{key}="{value}"' for key, value in shape.items()),
        )
        for shape in shapes
    )
    return f'<symbol id="{name}" viewBox="0 0 24 24">{inner}</symbol>'


@cache
def digest() -> str:
    """Changes whenever the sprite does, so that browsers may keep it for ever."""
    return hashlib.sha256(sprite().encode()).hexdigest()[:12]
