"""What sorts of files there are: told by their name and their first bytes, never by who sent them.

The browser that sends a file says what it is as it likes. Here a file is a PDF when it is called so
*and* begins like one; what is called one thing and looks like another is nothing but bytes. All of
them leave as downloads, so a type only helps the receiver to open what it saved.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

HEAD = 4096  # bytes that are looked at
BYTES = "application/octet-stream"


@dataclass(frozen=True)
class Sort:
    """A sort of files: its content ``type`` and ``icon``, how its names end, and how it begins.

    ``starts`` are pairs of an offset and the bytes there, any of which will do; without one it is
    text, which holds no NUL.
    """

    type: str
    title: str
    icon: str
    endings: tuple[str, ...] = ()
    starts: tuple[tuple[int, bytes], ...] = ()

    def is_true_of(self, head: bytes) -> bool:
        if self.starts:
            return any(head[at : at + len(start)] == start for at, start in self.starts)
        return is_text(head)


PACKED = ((0, b"PK\x03\x04"),)
COMPOUND = ((0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),)
FILM = ((4, b"ftyp"),)
OFFICE = "application/vnd.openxmlformats-officedocument"
OPEN = "application/vnd.oasis.opendocument"
DOCUMENT, TABLE = _("Text document"), _("Spreadsheet")
SLIDES, IMAGE, TEXT = _("Presentation"), _("Image"), _("Text")
ARCHIVE, SOUND, VIDEO = _("Archive"), _("Sound"), _("Video")

UNKNOWN = Sort(BYTES, _("File"), "file")
SORTS = (
    Sort("application/pdf", _("PDF"), "file-text", ("pdf",), ((0, b"%PDF-"),)),
    Sort("image/png", IMAGE, "image", ("png",), ((0, b"\x89PNG\r\n\x1a\n"),)),
    Sort("image/jpeg", IMAGE, "image", ("jpg", "jpeg"), ((0, b"\xff\xd8\xff"),)),
    Sort("image/gif", IMAGE, "image", ("gif",), ((0, b"GIF87a"), (0, b"GIF89a"))),
    Sort("image/webp", IMAGE, "image", ("webp",), ((8, b"WEBP"),)),
    Sort("image/tiff", IMAGE, "image", ("tif", "tiff"), ((0, b"II*\x00"), (0, b"MM\x00*"))),
    Sort("image/heic", IMAGE, "image", ("heic", "heif"), FILM),
    Sort(f"{OFFICE}.wordprocessingml.document", DOCUMENT, "file-text", ("docx",), PACKED),
    Sort(f"{OFFICE}.spreadsheetml.sheet", TABLE, "file-spreadsheet", ("xlsx",), PACKED),
    Sort(f"{OFFICE}.presentationml.presentation", SLIDES, "presentation", ("pptx",), PACKED),
    Sort(f"{OPEN}.text", DOCUMENT, "file-text", ("odt",), PACKED),
    Sort(f"{OPEN}.spreadsheet", TABLE, "file-spreadsheet", ("ods",), PACKED),
    Sort(f"{OPEN}.presentation", SLIDES, "presentation", ("odp",), PACKED),
    Sort("application/msword", DOCUMENT, "file-text", ("doc",), COMPOUND),
    Sort("application/vnd.ms-excel", TABLE, "file-spreadsheet", ("xls",), COMPOUND),
    Sort("application/vnd.ms-powerpoint", SLIDES, "presentation", ("ppt",), COMPOUND),
    Sort("application/vnd.ms-outlook", _("E-mail"), "mail", ("msg",), COMPOUND),
    Sort("application/rtf", DOCUMENT, "file-text", ("rtf",), ((0, b"{\\rtf"),)),
    Sort("application/zip", ARCHIVE, "file-archive", ("zip",), PACKED),
    Sort("application/gzip", ARCHIVE, "file-archive", ("gz", "tgz"), ((0, b"\x1f\x8b"),)),
    Sort("application/x-7z-compressed", ARCHIVE, "file-archive", ("7z",), ((0, b"7z\xbc\xaf'"),)),
    Sort("video/mp4", VIDEO, "video", ("mp4", "m4v"), FILM),
    Sort("video/quicktime", VIDEO, "video", ("mov",), FILM),
    Sort("audio/mpeg", SOUND, "music", ("mp3",), ((0, b"ID3"), (0, b"\xff\xfb"))),
    Sort("audio/mp4", SOUND, "music", ("m4a",), FILM),
    Sort("audio/wav", SOUND, "music", ("wav",), ((8, b"WAVE"),)),
    Sort("text/csv", TABLE, "file-spreadsheet", ("csv",)),
    Sort("text/calendar", TEXT, "calendar", ("ics",)),
    Sort("text/vcard", TEXT, "contact", ("vcf",)),
    Sort("text/plain", TEXT, "file-text", ("txt", "md", "log")),
)
BY_TYPE = {sort.type: sort for sort in SORTS}
BY_ENDING = {ending: sort for sort in SORTS for ending in sort.endings}


def decide(name: str, head: bytes) -> str:
    """The content type of a file of this ``name`` that begins with ``head``."""
    sort = BY_ENDING.get(ending_of(name).lower())
    return sort.type if sort and sort.is_true_of(head) else BYTES


def sort_of(type: str) -> Sort:  # noqa: A002 - the word of the trade
    return BY_TYPE.get(type, UNKNOWN)


def is_text(head: bytes) -> bool:
    return b"\x00" not in head


def ending_of(name: str) -> str:
    """``pdf`` of “Offer.pdf”; nothing where a name has no such end."""
    stem, dot, ending = name.rpartition(".")
    return ending if stem and dot and ending.isalnum() and len(ending) <= 10 else ""
