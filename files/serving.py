"""Hand out what is stored, so that no browser runs it.

A file leaves as a download, under a type of our own choice that no browser second-guesses, in a
sandbox should it be shown all the same; only our own small pictures are shown in pages.
"""

from django.http import FileResponse, Http404
from django.utils.http import content_disposition_header

from files import previews
from files.models import File
from files.storing import storage

ALWAYS = {
    "Cache-Control": "private, no-store",  # nothing stays in a browser after signing out
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def download(file: File) -> FileResponse:
    """The bytes of ``file`` as they came, to be saved under its name."""
    response = sent(file.key, file.sort.type)
    response.headers["Content-Disposition"] = content_disposition_header(True, file.name)
    return response


def preview(file: File) -> FileResponse:
    """The small picture that we drew of ``file``."""
    if not file.preview:
        raise Http404
    response = sent(file.preview, previews.TYPE)
    response.headers["Content-Disposition"] = "inline"
    return response


def sent(key, content_type):
    try:
        stored = storage().open(key)
    except FileNotFoundError:
        raise Http404 from None
    return FileResponse(stored, content_type=content_type, headers=ALWAYS)
