"""In which encoding a text is written: told by its mark, by its pattern, or by what fits."""

import codecs
import re

HEAD = 64 * 1024
PIECE = 1024 * 1024
MARKS = (  # the longer ones first: that of UTF-32 begins like that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
HIGH = bytes(range(0x80, 0x100))
NOT_IN_WINDOWS = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
BROKEN = 0.05  # of the bytes beyond ASCII may be wrong in what is still UTF-8


class Replaced:
    """An error handler of codecs that counts what it replaces by �."""

    NAME = "replaced"

    def __init__(self):
        self.count = 0
        codecs.register_error(self.NAME, self)

    def __call__(self, error):
        self.count += 1
        return "\ufffd", error.end


def encoding_of(file) -> str:
    """The encoding of all of ``file``, which is read to its end: a table may be plain ASCII for a
    hundred thousand rows before the first accent.
    """
    head = start(file)
    for mark, encoding in MARKS:
        if head.startswith(mark):
            return encoding
    return without_mark(head) or (
        "utf-8" if is_utf8(file) else "windows-1252" if is_windows(file) else "iso-8859-1"
    )


def start(file):
    file.seek(0)
    return file.read(HEAD)


def without_mark(head):
    """UTF-16 shows by its zeros: every second byte of most letters is one."""
    pairs = len(head) // 2
    first, second = head[0 : pairs * 2 : 2].count(0), head[1 : pairs * 2 : 2].count(0)
    if second > pairs * 0.4 and first < pairs * 0.05:
        return "utf-16-le"
    if first > pairs * 0.4 and second < pairs * 0.05:
        return "utf-16-be"
    return None


def is_utf8(file):
    """Whether it is UTF-8, but for a few bytes that somebody broke."""
    replaced, high = Replaced(), 0
    decoder = codecs.getincrementaldecoder("utf-8")(errors=Replaced.NAME)
    for piece in pieces(file):
        if not piece.isascii():
            high += len(piece) - len(piece.translate(None, HIGH))
        decoder.decode(piece)
    decoder.decode(b"", final=True)
    return replaced.count <= high * BROKEN


def is_windows(file):
    return not any(NOT_IN_WINDOWS.search(piece) for piece in pieces(file))


def pieces(file):
    file.seek(0)
    while piece := file.read(PIECE):
        yield piece
