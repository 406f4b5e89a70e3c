"""Take back an act on leads or deals, from what its events remember."""

from collections import defaultdict

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.policies import lock, named
from core.errors import Stale
from history.services import begin, frozen, record
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
        act(subjects(operation), Label.objects.get(pk=label["id"]), by=by)

    @undoes(f"{kind}.assigned", f"{kind}.changed")
    def set_back(operation, *, by):
        """Put the old values back, where nobody changed them again since."""
        locked = {each.pk: each for each in lock(subjects(operation), by=by)}
        groups = defaultdict(list)
        for event in operation.events.all():
            each = locked[event.subject_id]
            for name, (before, after) in event.changes.items():
                if frozen(present(each, name)) != after:
                    raise Stale(
                        _("Changed again since: %(titles)s.") % {"titles": named([each])},
                        records=[each],
                    )
                groups[name, repr(before)].append((each, before))
        for (name, _key), pairs in groups.items():
            put(model, name, pairs)
        undone, _new = begin(f"{kind}.changed", by=by)
        changes = {
            event.subject_id: {
                name: [after, before] for name, (before, after) in event.changes.items()
            }
            for event in operation.events.all()
        }
        record(undone, locked.values(), changes=lambda each: changes[each.pk])

    def subjects(operation):
        numbers = operation.events.filter(subject_kind=kind).values_list("subject_id", flat=True)
        return model.everything.filter(pk__in=numbers)


def present(each, name):
    """What stands in field ``name`` now: one value, or the list of a many-to-many field."""
    if each._meta.get_field(name).many_to_many:
        return sorted(getattr(each, name).all(), key=lambda member: member.pk)
    return getattr(each, name)


def put(model, name, pairs):
    """Put one former value into field ``name`` of several records."""
    field = model._meta.get_field(name)
    before = pairs[0][1]
    if field.many_to_many:
        for each, members in pairs:
            getattr(each, name).set([member["id"] for member in members])
        return
    value = before["id"] if field.is_relation and before else before
    services.rows([each for each, _before in pairs]).update(
        **{field.attname: field.to_python(value) if not field.is_relation else value},
        updated_at=timezone.now(),
    )
