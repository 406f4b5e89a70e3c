"""Take back an act on leads or deals, from what its events remember."""

from collections import defaultdict

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.policies import lock, named
from core.errors import Stale
from core.frozen import frozen
from custom_fields.values import is_as_left, split, write
from history.services import NothingToUndo, begin, record
from history.undoing import undoes
from labels.models import Label
from opportunities import services


def undo_on(model):
    """Register how acts on ``model`` are taken back: called once by each app that has
    opportunities.
    """
    kind = model.kind

    @undoes(f"{kind}.archived")
    def unarchive(operation, *, by):
        services.restore(subjects(operation), by=by)

    @undoes(f"{kind}.restored")
    def archive_again(operation, *, by):
        services.archive(subjects(operation), by=by)

    @undoes(f"{kind}.deleted")
    def bring_back(operation, *, by):
        services.bring_back(subjects(operation), by=by)

    @undoes(f"{kind}.labelled", f"{kind}.unlabelled")
    def swap_label(operation, *, by):
        [before, after] = operation.events.first().changes["labels"]
        [label] = before or after
        act = services.remove_label if after else services.add_label
        act(subjects(operation), still_there(Label, label), by=by)

    @undoes(f"{kind}.assigned", f"{kind}.changed")
    def set_back(operation, *, by):
        """Put the old values back, where nobody changed them again since."""
        locked = {each.pk: each for each in lock(subjects(operation), by=by)}
        alike = defaultdict(list)
        for event in operation.events.all():
            each = locked[event.subject_id]
            if is_changed_again(each, event.changes):
                raise changed_again(each)
            alike[repr(sorted(event.changes.items()))].append((each, event.changes))
        undone, _new = begin(f"{kind}.changed", by=by)
        for group in alike.values():
            changes = group[0][1]
            records = [each for each, _changes in group]
            put_back(records, {name: was for name, (was, _now) in changes.items()})
            turned = {name: [now, was] for name, (was, now) in changes.items()}
            record(undone, records, changes=turned)

    def subjects(operation):
        """What the act was about. What was purged since is asked for too, and found missing."""
        numbers = operation.events.filter(subject_kind=kind).values_list("subject_id", flat=True)
        return [model(pk=number) for number in numbers]


def is_changed_again(each, changes):
    """Whether a field no longer holds what it was changed to."""
    own, custom = split(changes)
    return any(frozen(present(each, name)) != now for name, (_was, now) in own.items()) or any(
        not is_as_left(each, key, now) for key, (_was, now) in custom.items()
    )


def changed_again(each):
    return Stale(_("Changed again since: %(titles)s.") % {"titles": named([each])}, records=[each])


def present(each, name):
    """What stands in field ``name`` now: one value, or the list of a many-to-many field."""
    if each._meta.get_field(name).many_to_many:
        return sorted(getattr(each, name).all(), key=lambda member: member.pk)
    return getattr(each, name)


def put_back(records, values):
    """Put former ``values`` back into ``records``, all columns at once: some depend on others.

    ``Stale`` when one depends on what was changed since: an organization that was added stays when
    the person is gone by now.
    """
    columns = {}
    values, custom = split(values)
    if custom:
        for each in records:  # what else stands in their fields differs
            write(each, custom)
            services.rows([each]).update(custom=each.custom)
    for name, before in values.items():
        field = records[0]._meta.get_field(name)
        if field.many_to_many:
            members = [still_there(field.related_model, member) for member in before]
            for each in records:
                getattr(each, name).set(members)
        elif field.is_relation:
            columns[field.name] = before and still_there(field.related_model, before)
        else:
            columns[field.attname] = field.to_python(before)
    try:
        with transaction.atomic():
            services.rows(records).update(**columns, updated_at=timezone.now())
    except IntegrityError:
        raise changed_again(records[0]) from None


def still_there(model, frozen):
    """The live record that an event names; it may have gone since."""
    found = model._default_manager.filter(pk=frozen["id"]).first()
    if found is None:
        raise NothingToUndo(_("“%(name)s” is no longer there.") % {"name": frozen["name"]})
    return found
