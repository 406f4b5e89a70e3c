"""The files of a deal."""

from django.views.decorators.http import require_GET, require_http_methods

from deals.models import DealFile
from files import pages


@require_http_methods(["GET", "POST"])
def files(request, pk):
    return pages.files(request, DealFile, pk)


@require_GET
def file(request, pk, file):
    return pages.download(request, DealFile, pk, file)


@require_GET
def file_preview(request, pk, file):
    return pages.preview(request, DealFile, pk, file)


@require_http_methods(["GET", "POST"])
def change_file(request, pk, file):
    return pages.change(request, DealFile, pk, file)


@require_http_methods(["GET", "POST"])
def delete_file(request, pk, file):
    return pages.delete(request, DealFile, pk, file)
