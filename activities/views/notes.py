"""Write, change, pin and remove a note."""

from django.http import Http404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.policies import may_write, require
from activities import services
from activities.forms import NoteForm, WriteNoteForm
from activities.models import Note
from activities.policies import may_rewrite
from activities.queries import visible_notes
from activities.views.acts import compose_again, where
from activities.views.parts import answer, composer, record_at
from core.errors import NotAllowed
from core.web import page, posted, refusals_on, toast


@require_POST
def write_note(request):
    """A new note about the record that ``on`` names."""
    record = record_at(request.POST.get("on"), request.user)
    require(may_write(request.user))
    form = WriteNoteForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            note = services.write_note(
                Note(**{record.kind: record}, text=form.cleaned_data["text"]),
                token=form.cleaned_data["token"],
                by=request.user,
            )
            return answer(request, note)
    return compose_again(request, composer(record, request.user, note=form))


@require_http_methods(["GET", "POST"])
def change_note(request, pk):
    note = visible(request, pk)
    if not may_rewrite(note, request.user):
        raise NotAllowed(_("Only its author may change this note."))
    form = NoteForm(posted(request), note=note)
    if form.is_valid():
        with refusals_on(form):
            operation = services.change_note(
                note, form.cleaned_data["text"], by=request.user, seen=form.seen().get("text")
            )
            toast(request, _("Saved."), undo=operation)
            return answer(request, note)
    context = {"form": form, "note": note, **where(request)}
    return page(request, "activities/change_note.html", context, parts=["change-note"])


@require_POST
def remove_note(request, pk):
    note = visible(request, pk)
    operation = services.remove_note(note, by=request.user)
    toast(request, _("Note removed."), undo=operation)
    return answer(request, note)


@require_POST
def pin_note(request, pk):
    """Pin the note; with an empty ``pinned``, no longer."""
    note = visible(request, pk)
    services.pin(note, bool(request.POST.get("pinned")), by=request.user)
    return answer(request, note)


def visible(request, pk):
    """The note, if its record may be seen."""
    note = visible_notes(request.user).filter(pk=pk).first()
    if note is None:
        raise Http404
    return note
