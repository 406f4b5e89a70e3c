"""The first step: the file, and how it is read."""

from django.conf import settings
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.policies import may_write, require
from core.web import page, posted, redirect_after, refusals_on, toast
from files.uploading import takes_one_file
from imports.forms.file import ReadingForm, SentForm
from imports.receiving import receive, reread
from imports.views.finding import found

SHOWN = 10  # rows


@takes_one_file("IMPORTS_LARGEST")
@require_http_methods(["GET", "POST"])
def create(request):
    """Send a file; ``kind`` is what its rows are if they do not say so themselves."""
    require(may_write(request.user))
    form = SentForm(initial={"kind": request.GET.get("kind", "")}, user=request.user)
    if request.method == "POST":
        sent = (request.POST, request.FILES)  # only once they are read is known what was dropped
        dropped = getattr(request, "too_large", ())
        form = SentForm(*sent, user=request.user, too_large=dropped)
        if form.is_valid():
            with refusals_on(form):
                values = form.cleaned_data
                one = receive(values["file"], kind=values["kind"], by=request.user)
                return redirect_after(request, "imports:file", one.pk)
    context = {"form": form, "largest": settings.IMPORTS_LARGEST}
    return page(request, "imports/new.html", context, parts=["new-import"])


@require_http_methods(["GET", "POST"])
def file(request, number):
    """What was found in the file, and how it is read: that can be changed until it has run."""
    one = found(request, number, with_samples=True)
    if not one.is_open:
        return redirect(one.get_absolute_url())
    form = ReadingForm(posted(request), one=one, user=request.user)
    if form.is_valid():
        with refusals_on(form):
            reread(one, form.options, kind=form.cleaned_data["kind"], by=request.user)
            if "show" not in request.POST:
                return redirect_after(request, "imports:columns", one.pk)
            toast(request, _("This is how the file is read now."), level="info")
            return redirect_after(request, "imports:file", one.pk)
    context = {"import": one, "form": form, "rows": one.samples[:SHOWN], "step": "file"}
    return page(request, "imports/file.html", context, parts=["reading"])
