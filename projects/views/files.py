"""The files of a project."""

from django.views.decorators.http import require_GET, require_http_methods

from files import pages
from projects.models import ProjectFile


@require_http_methods(["GET", "POST"])
def files(request, pk):
    return pages.files(request, ProjectFile, pk)


@require_GET
def file(request, pk, file):
    return pages.download(request, ProjectFile, pk, file)


@require_GET
def file_preview(request, pk, file):
    return pages.preview(request, ProjectFile, pk, file)


@require_http_methods(["GET", "POST"])
def change_file(request, pk, file):
    return pages.change(request, ProjectFile, pk, file)


@require_http_methods(["GET", "POST"])
def delete_file(request, pk, file):
    return pages.delete(request, ProjectFile, pk, file)
