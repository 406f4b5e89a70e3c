"""The files of a deal."""

from functools import wraps

from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from conversion.queries import later_life
from deals.models import Deal, DealFile
from files import pages


def or_where_it_went(view):
    """Of a deal that was merged, the files are at the deal that it is part of: so do the notes
    that name their old addresses still find them.
    """

    @wraps(view)
    def answer(request, pk, **file):
        try:
            return view(request, pk, **file)
        except Http404:
            is_there = Deal.objects.visible_to(request.user).filter(pk=pk).exists()
            life = None if is_there else later_life("deal", pk, request.user)
            if request.method != "GET" or not isinstance(life, Deal):
                raise
            return redirect(request.resolver_match.view_name, life.pk, *file.values())

    return answer


@require_http_methods(["GET", "POST"])
@or_where_it_went
def files(request, pk):
    return pages.files(request, DealFile, pk)


@require_GET
@or_where_it_went
def file(request, pk, file):
    return pages.download(request, DealFile, pk, file)


@require_GET
@or_where_it_went
def file_preview(request, pk, file):
    return pages.preview(request, DealFile, pk, file)


@require_http_methods(["GET", "POST"])
@or_where_it_went
def change_file(request, pk, file):
    return pages.change(request, DealFile, pk, file)


@require_http_methods(["GET", "POST"])
@or_where_it_went
def delete_file(request, pk, file):
    return pages.delete(request, DealFile, pk, file)
