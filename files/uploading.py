"""How what a browser sends is taken in: within limits, and nothing that outlives its request.

These stand before every form that may carry files, signed in or not, since a request is read before
anybody knows whose it is.
"""

import tempfile

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import (
    FileUploadHandler,
    SkipFile,
    TemporaryFileUploadHandler,
)


def takes_one_file(largest: str):
    """Let the view take one file of another size than the rest do: ``largest`` names the setting
    that says how many bytes.
    """

    def mark(view):
        view.largest_file = largest
        return view

    return mark


def largest_of(request) -> int | None:
    """The bytes that a file may have for the view that is asked, when that view says so itself."""
    asked = request.resolver_match
    name = getattr(asked.func, "largest_file", None) if asked else None
    return getattr(settings, name) if name else None


class Bounded(FileUploadHandler):
    """Reads no more than one may send. A file that is too large is dropped as it comes in, and its
    name stands in ``request.too_large``.
    """

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):  # noqa: N803 - Django calls it so
        most = settings.FILES_LARGEST_REQUEST
        if own := largest_of(self.request):
            most = own + settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if content_length > most:
            raise RequestDataTooBig("A request is larger than the files that it may carry.")

    def receive_data_chunk(self, raw_data, start):
        if start + len(raw_data) > (largest_of(self.request) or settings.FILES_LARGEST):
            dropped = getattr(self.request, "too_large", [])
            self.request.too_large = [*dropped, self.file_name]
            raise SkipFile
        return raw_data

    def file_complete(self, file_size):
        return None


class Nameless(TemporaryFileUploadHandler):
    """Keeps what is too large for memory in a file without a name: when this process dies, however
    it dies, the system takes it back.
    """

    def new_file(self, *args, **kwargs):
        FileUploadHandler.new_file(self, *args, **kwargs)
        nameless = tempfile.TemporaryFile()  # noqa: SIM115 - whoever has the upload closes it
        self.file = UploadedFile(nameless, self.file_name, self.content_type, 0)

    def upload_interrupted(self):
        if hasattr(self, "file"):
            self.file.close()
