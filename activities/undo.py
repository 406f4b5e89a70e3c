"""Take back acts on activities and notes, from what their events remember."""

from django.utils.translation import gettext as _

from activities.models import SUBJECTS, Activity, ActivityType, Note
from activities.services.notes import change_note, pin, put_back_note, remove_note
from activities.services.planning import change, complete, put_back, remove, reopen
from activities.services.planning_many import remove_planned
from core.errors import Missing
from history.services import NothingToUndo, gone_since
from history.undoing import undoes


@undoes("activity.planned")
def unplan(operation, *, by):
    remove(found(Activity, "activity", operation), by=by)


@undoes("activities.planned")
def unplan_all(operation, *, by):
    remove_planned(operation, by=by)


@undoes("activity.done")
def redo(operation, *, by):
    """Undo *done*; what was noted as done at once is removed."""
    activity = found(Activity, "activity", operation)
    before, _after = operation.events.get().changes["activity"]
    act = reopen if before else remove
    act(activity, by=by)


@undoes("activity.undone")
def do_again(operation, *, by):
    complete(found(Activity, "activity", operation), by=by)


@undoes("activity.changed")
def change_back(operation, *, by):
    """Put the old values back, where nobody changed them again since."""
    values, seen = former(Activity, operation)
    change(found(Activity, "activity", operation), values, by=by, seen=seen)


@undoes("activity.removed")
def bring_back(operation, *, by):
    put_back(made_again(Activity, operation), by=by)


@undoes("note.written")
def unwrite(operation, *, by):
    remove_note(found(Note, "note", operation), by=by)


@undoes("note.changed")
def change_note_back(operation, *, by):
    """Put the old text or the pin back, where nobody changed it again since."""
    note = found(Note, "note", operation)
    values, seen = former(Note, operation)
    if "text" in values:
        change_note(note, values["text"], by=by, seen=seen["text"])
    else:
        pin(note, values["is_pinned"], by=by)


@undoes("note.removed")
def bring_note_back(operation, *, by):
    put_back_note(made_again(Note, operation), by=by)


def found(model, name, operation):
    """The activity or note that ``operation`` was about, wherever it hangs now."""
    before, after = operation.events.get().changes[name]
    item = model.objects.filter(pk=(after or before)["id"]).first()
    if item is None:
        raise Missing(_("This is no longer there."))
    return item


def former(model, operation):
    """The values before ``operation`` and those after it, as fields hold them."""
    before, after = {}, {}
    for name, pair in operation.events.get().changes.items():
        if name == model.__name__.lower():
            continue
        before[name], after[name] = (value_of(model, name, value) for value in pair)
    return before, after


def value_of(model, name, value):
    field = model._meta.get_field(name)
    if not field.is_relation:
        return field.to_python(value)
    row = field.related_model.objects.filter(pk=value["id"]).first()
    if row is None:
        raise gone_since(value["name"])
    return row


def made_again(model, operation):
    """What ``operation`` removed, unsaved, about the record it was about."""
    event = operation.events.get()
    item = model()
    for field in model._meta.fields:
        before, _after = event.changes.get(field.attname, [None, None])
        if field.name not in SUBJECTS and before is not None:
            setattr(item, field.attname, field.to_python(before))
    setattr(item, f"{event.subject_kind}_id", event.subject_id)
    if model is Activity and not ActivityType.objects.filter(pk=item.type_id).exists():
        raise NothingToUndo(_("Its type is no longer there."))
    return item
