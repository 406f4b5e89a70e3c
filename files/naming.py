"""What a file is called: what was sent as its name, cleaned of all that is not a name.

No name ever becomes part of a path here; but people save files under it.
"""

import re
import unicodedata

from django.utils.translation import gettext as _

from core.validators import HIDDEN
from files.sorts import ending_of

LONGEST = 200  # characters
MOST_BYTES = 240  # most file systems keep 255, and browsers add “ (1)”
# Besides what no line may hold: joiners and marks without width, halves of characters.
UNSEEN = re.compile(f"[{HIDDEN}\t\n\r\u200b-\u200f\u2028\u2029\u2060\ufeff\ud800-\udfff]")
# What some system has no file of: it would be changed while saving, or taken for a folder.
FORBIDDEN = re.compile(r'[<>:"|?*]')


def clean_name(sent: str) -> str:
    """``sent`` without folders and without what cannot be seen or saved, within the bounds."""
    name = unicodedata.normalize("NFC", sent).replace("\\", "/").rpartition("/")[2]
    name = FORBIDDEN.sub("_", UNSEEN.sub("", name))
    name = " ".join(name.split()).strip(". ")
    return shortened(name) or _("File")


def shortened(name: str) -> str:
    """``name`` within the bounds, and its ending with it."""
    ending = ending_of(name)
    stem = name.removesuffix(f".{ending}") if ending else name
    end = f".{ending}" if ending else ""
    stem = stem[: LONGEST - len(end)]
    while len(f"{stem}{end}".encode()) > MOST_BYTES:
        stem = stem[:-1]
    return f"{stem.rstrip()}{end}"


def renamed(name: str, before: str) -> str:
    """``name`` cleaned, with the ending that ``before`` has: it tells how the bytes are read."""
    name, ending = clean_name(name), ending_of(before)
    if ending and ending_of(name).lower() != ending.lower():
        name = f"{name}.{ending}"
    return shortened(name)
