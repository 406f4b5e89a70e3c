"""Coming from Pipedrive: all its files at once, imported one after the other."""

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.policies import may_write, require
from core.errors import Refused
from core.web import aimed_at, page, redirect_after, toast
from files.uploading import takes_one_file
from imports.coming import bring, parts_of
from imports.forms.coming import ExportsForm

PARTS = ["sequence", "add-files"]


@takes_one_file("IMPORTS_LARGEST")
@require_http_methods(["GET", "POST"])
def pipedrive(request):
    """How far one is, and what comes next; POST brings files."""
    require(may_write(request.user))
    form = ExportsForm()
    if request.method == "POST":
        sent = (request.POST, request.FILES)  # only once they are read is known what was dropped
        form = ExportsForm(*sent, too_large=getattr(request, "too_large", ()))
        if form.is_valid() and take(form, by=request.user):
            count = len(form.cleaned_data["files"])
            words = ngettext("%(count)s file added.", "%(count)s files added.", count)
            toast(request, words % {"count": count})
            if aimed_at(request) == "add-files":  # the page stays, and asks for what is new itself
                return HttpResponse(status=204)
            return redirect_after(request, "imports:pipedrive")
    parts = parts_of(request.user)
    is_begun = any(part.files for part in parts)
    context = {
        "form": form,
        "largest": settings.IMPORTS_LARGEST,
        "parts": parts,
        "is_busy": any(part.is_busy for part in parts),
        "is_begun": is_begun,
        "is_done": is_begun and all(part.is_done for part in parts if part.files),
    }
    return page(request, "imports/pipedrive.html", context, parts=PARTS)


def take(form, *, by):
    """Bring each of the files; those that are refused are told by name, the others are there."""
    for upload in form.cleaned_data["files"]:
        try:
            bring(upload, by=by)
        except Refused as refused:
            told = {"name": upload.name, "reason": refused}
            form.add_error(None, _("“%(name)s”: %(reason)s") % told)
    return form.is_valid()
