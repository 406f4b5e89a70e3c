"""The pages of the files of a record: list and upload, download, change, delete.

Each app whose records have files gives them addresses and names its model of attachments; the
record is found as ``visible_to`` whoever asks, and the file through its record.
"""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.policies import require
from core.errors import Stale
from core.web import aimed_at, page, posted, redirect_after, refusals_on, safe_next, toast
from files import services, serving
from files.forms import FileForm, UploadForm
from files.queries import all_files_of, files_of, with_files


def files(request, holder, pk):
    """All files of a record; POST adds some. Its own page asks here for the newest."""
    record = visible(request, holder, pk)
    if request.method == "POST":
        return add(request, holder, record)
    if aimed_at(request) == "files":
        return render(request, "files/_newest.html", newest(request, holder, record))
    return listed(request, holder, record, UploadForm())


def newest(request, holder, record):
    asked = type(record).objects.visible_to(request.user).filter(pk=record.pk)
    record = with_files(asked, holder).get()
    record.may_change = may_change(request.user, record)
    return {"record": record, "files": files_of(record, holder)}


def add(request, holder, record):
    require(may_change(request.user, record))
    sent = (request.POST, request.FILES)  # only once they are read is known what was dropped
    form = UploadForm(*sent, too_large=getattr(request, "too_large", ()))
    if form.is_valid():
        with refusals_on(form):
            uploads, token = form.cleaned_data["files"], form.cleaned_data["token"]
            operation = services.attach(holder, record, uploads, token=token, by=request.user)
            words = ngettext("%(count)s file added.", "%(count)s files added.", len(uploads))
            toast(request, words % {"count": len(uploads)}, undo=operation)
            if aimed_at(request) == "add-files":  # the page stays, and asks for its list itself
                return HttpResponse(status=204)
            return redirect_after(request, safe_next(request, all_files(record)))
    return listed(request, holder, record, form)


def listed(request, holder, record, form):
    record.may_change = may_change(request.user, record)
    context = {
        "record": record,
        "files": all_files_of(record, holder),
        "form": form,
        "next": safe_next(request, all_files(record)),
    }
    return page(request, "files/list.html", context, parts=["all-files", "add-files"])


def download(request, holder, pk, number):
    return serving.download(attached(request, holder, pk, number).file)


def preview(request, holder, pk, number):
    return serving.preview(attached(request, holder, pk, number).file)


def change(request, holder, pk, number):
    """The name of a file, and what it is; and what else can be done with it."""
    attachment = attached(request, holder, pk, number)
    require(may_change(request.user, attachment.record))
    form = FileForm(posted(request), attachment=attachment)
    if form.is_valid():
        values = form.cleaned_data
        try:
            with refusals_on(form, but=Stale):
                operation = services.change(attachment, **values, by=request.user)
                return done(request, attachment, operation, _("Saved."))
        except Stale as stale:
            attachment = attached(request, holder, pk, number)
            form = FileForm(request.POST, attachment=attachment)
            form.tell_what_changed_meanwhile()
            return asked(request, "files/change.html", attachment, form, status=stale.status)
    return asked(request, "files/change.html", attachment, form)


def delete(request, holder, pk, number):
    """Asks, and deletes."""
    attachment = attached(request, holder, pk, number)
    require(may_change(request.user, attachment.record))
    if request.method == "POST":
        operation = services.remove(attachment, by=request.user)
        return done(
            request, attachment, operation, _("“%(name)s” is deleted.") % {"name": attachment}
        )
    return asked(request, "files/delete.html", attachment)


# --- What these share -----------------------------------------------------------------------------


def visible(request, holder, pk):
    """The record, if whoever asks may see it."""
    records = holder.record_model().objects.visible_to(request.user)
    return get_object_or_404(records, pk=pk)


def attached(request, holder, pk, number):
    """The file of this record."""
    record = visible(request, holder, pk)
    rows = holder.objects.filter(**{holder.holder: record}).select_related("file__uploaded_by")
    attachment = get_object_or_404(rows, pk=number)
    setattr(attachment, holder.holder, record)
    return attachment


def may_change(user, record):
    return type(record).objects.changeable_by(user).filter(pk=record.pk).exists()


def all_files(record):
    return reverse(f"{record.kind}s:files", args=[record.pk])


def asked(request, template, attachment, form=None, status=None):
    context = {
        "attachment": attachment,
        "record": attachment.record,
        "next": safe_next(request, attachment.record),
    }
    if form is not None:
        context["form"] = form
    part = "change-file" if form is not None else "delete-file"
    return page(request, template, context, parts=[part], status=status)


def done(request, attachment, operation, text):
    if operation:
        toast(request, text, undo=operation)
    return redirect_after(request, safe_next(request, attachment.record))
