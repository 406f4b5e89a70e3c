"""Take back an act on leads or deals, from what its events remember."""

from itertools import chain

from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts.models import User
from accounts.policies import lock_rows
from custom_fields.queries import fields_named
from custom_fields.values import hold_targets, seen_value, split, stored_value
from history.services import begin, changed_again, gone_since
from history.undoing import undoes
from labels.models import Label
from opportunities import following, services
from opportunities.former import (
    AFTER,
    BEFORE,
    Changes,
    changed_since,
    frozen_values,
    keys_of,
    put_back,
    put_sets_back,
    record_turned,
)

NOT_LINKED = Q(person=None) | Q(organization=None)


def undo_on(model, *, suspects: Q = NOT_LINKED, refuse=services.allow):
    """Register how acts on ``model`` are taken back: called once by each app that has records of
    this sort. ``suspects`` are those whom a former value may not fit any more; ``refuse`` says
    which fields are not written by hand any more.
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
        [frozen] = before or after
        label = Label.objects.filter(pk=frozen["id"]).first()
        if label is None:
            raise gone_since(frozen["name"])
        act = services.remove_label if after else services.add_label
        act(subjects(operation), label, by=by)

    @undoes(f"{kind}.followed", f"{kind}.unfollowed")
    def swap_follower(operation, *, by):
        [event] = operation.events.all()
        before, after = event.changes["followers"]
        user = User.objects.get(pk=(before or after)[0]["id"])
        act = following.unfollow if after else following.follow
        act(model(pk=event.subject_id), user, by=by)

    @undoes(f"{kind}.assigned", f"{kind}.changed")
    def set_back(operation, *, by):
        """Put the old values back, where nobody changed them again since."""
        rows = lock_rows(subjects(operation), by=by)
        changes = Changes(operation, model, keys_of(operation))
        refuse(rows, changes.keys)
        own, custom = split(dict.fromkeys(changes.keys))
        fields = [model._meta.get_field(name) for name in own]
        sets = [field for field in fields if field.many_to_many]
        columns = [field for field in fields if not field.many_to_many]
        left, was = (kept_values(changes, custom, side) for side in (AFTER, BEFORE))
        if custom.keys() - left.keys():
            raise changed_again(list(rows))
        if stale := changed_since(changes, columns, sets, left):
            raise changed_again(list(rows.filter(pk__among=stale)))
        for field in fields:
            if field.is_relation:
                still_there(changes, field)
        undone, _new = begin(f"{kind}.changed", by=by)
        record_turned(changes, undone)
        try:
            with transaction.atomic():
                put_back(changes, columns, was)
        except IntegrityError:  # what was added is the only link by now
            raise changed_again(list(rows.filter(suspects))) from None
        for field in sets:
            put_sets_back(changes, field)

    def subjects(operation):
        """What the act was about. What was purged since is asked for too, and found missing."""
        numbers = operation.events.filter(subject_kind=kind).values_list("subject_id", flat=True)
        return [model(pk=number) for number in numbers]


def kept_values(changes, keys, side):
    """For each custom field that is still there: what is kept for each text frozen of its values.

    What the values point at before is held, so that it is still there when they name it again.
    """
    kept = {}
    for key, field in fields_named(keys, changes.model.custom_of).items() if keys else ():
        values = frozen_values(changes, key, side)
        keep = seen_value if side == AFTER else stored_value
        kept[key] = {text: keep(field, value) for text, value in values.items()}
        if side == BEFORE:
            hold_targets(field, kept[key].values())
    return kept


def still_there(changes, field):
    """Hold the records that stood in ``field`` before; refuse when one of them has gone since, or
    is a user who owns nothing any more.
    """
    former = frozen_members(changes, field)
    live = field.related_model._default_manager.filter(pk__among=list(former)).order_by("pk")
    held = {each.pk: each for each in live.select_for_update(of=("self",), no_key=True)}
    for number in former.keys() - held.keys():
        raise gone_since(former[number])
    if field.name == "owner":
        for user in held.values():
            services.require_owner(user)


def frozen_members(changes, field):
    """The names, by id, of the records that ``field`` named before."""
    values = frozen_values(changes, field.name, BEFORE).values()
    members = chain.from_iterable(values) if field.many_to_many else values
    return {member["id"]: member["name"] for member in members}
