"""Acts on leads and deals alike: open, change, assign, label, archive, restore, delete, bring
back.

Each takes a set (one record is a set of one), is one transaction and one operation, and may be
undone. The verb carries the kind of the records: ``lead.archived``, ``deal.archived``.
"""

import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policies import lock, may_write, require
from contacts.services import hold
from core.errors import Refused, Stale
from core.frozen import frozen
from custom_fields.values import check, split, write
from history.models import Operation
from history.services import begin, changed, record
from labels.models import Label
from opportunities.models import Opportunity

# Fields that one rule of the database speaks of: a change of one is checked with the other.
BOUND_TOGETHER = ({"person", "organization"}, {"value", "currency"})


class AlreadyDone(Refused):
    """A repeat of a submission whose result is gone meanwhile."""

    status = 409


class OwnerInactive(Refused):
    """Records are assigned to people who still work here."""


@transaction.atomic
def create(
    opportunity: Opportunity, *, by: User, token: uuid.UUID | None = None, save
) -> Opportunity:
    """Save an unsaved ``opportunity`` through ``save()``, with its first event.

    Its owner is ``by`` unless it has one. A repeat with the same ``token`` answers with the first
    record. Refused to people who may not write; ``Missing`` when its person or organization was
    deleted a moment ago.
    """
    require(may_write(by))
    operation, is_new = begin(f"{opportunity.kind}.created", by=by, token=token)
    if not is_new:
        return first_result(operation, type(opportunity))
    if opportunity.owner_id is None:
        opportunity.owner = by
    opportunity.created_by = by
    hold(person=opportunity.person_id, organization=opportunity.organization_id)
    check(opportunity)
    save(opportunity)
    record(operation, [opportunity])
    return opportunity


def first_result(operation: Operation, model):
    """The record that ``operation`` made, for a repeated submission."""
    number = operation.events.filter(subject_kind=model.kind).values_list("subject_id", flat=True)
    found = model.objects.filter(pk__in=number[:1]).first()
    if found is None:
        raise AlreadyDone(_("This was already saved, and the record is no longer there."))
    return found


@transaction.atomic
def change(
    record_: Opportunity,
    values: dict,
    *,
    by: User,
    seen: dict | None = None,
    extra: dict | None = None,
) -> Operation | None:
    """Set fields of one record to ``values`` (many-to-many fields take lists of records); custom
    fields go by their keys.

    ``seen`` holds what the writer saw in those fields: when the record says otherwise now and does
    not yet say what the writer wants, nothing is written and ``Stale`` is raised with both values.
    ``extra`` are columns that change along with any change. Changing nothing records nothing.
    ``ValidationError`` for what a field cannot hold, or not beside the other ones, ``UnknownField``
    for a custom one that is not there.
    """
    [locked] = lock([record_], by=by)
    values, custom = split(values)
    sets = {f.name for f in locked._meta.many_to_many}
    changes, plain, lists = {}, {}, {}
    for name, value in values.items():
        if name in sets:
            now = sorted(getattr(locked, name).all(), key=lambda each: each.pk)
            value = sorted(value, key=lambda each: each.pk)
        else:
            now = getattr(locked, name)
        if now == value:
            continue
        if seen is not None and name in seen and frozen(seen[name]) != frozen(now):
            raise Stale(
                _("“%(field)s” was changed meanwhile.")
                % {"field": locked._meta.get_field(name).verbose_name},
                seen=seen[name],
                found=now,
                records=[locked],
            )
        changes[name] = changed(now, value)
        (lists if name in sets else plain)[name] = value
    if told := write(locked, custom, seen=seen):
        changes |= told
        plain["custom"] = locked.custom
    if not changes:
        return None
    hold(**{name: plain[name].pk for name in ("person", "organization") if plain.get(name)})
    for name, value in {**plain, **(extra or {})}.items():
        setattr(locked, name, value)
    checked = set(plain).union(*(bound for bound in BOUND_TOGETHER if bound & plain.keys()))
    locked.full_clean(exclude=[f.name for f in locked._meta.fields if f.name not in checked])
    locked.save(update_fields=[*plain, *(extra or {}), "updated_at"])
    for name, value in lists.items():
        getattr(locked, name).set(value)
    operation, _new = begin(f"{locked.kind}.changed", by=by)
    record(operation, [locked], changes=changes)
    return operation


@transaction.atomic
def assign(records, *, to: User, by: User) -> Operation | None:
    """Give ``records`` to ``to``. Those ``to`` owns already stay as they are and record nothing.

    Refused when ``to`` no longer works here. Visibility stays; for the team, it is now the new
    owner's team.
    """
    if not may_write(to):
        raise OwnerInactive(_("%(name)s cannot own records.") % {"name": to})
    moving = [each for each in lock(records, by=by) if each.owner_id != to.pk]
    if not moving:
        return None
    owners = User.objects.in_bulk({each.owner_id for each in moving})
    rows(moving).update(owner=to, updated_at=timezone.now())
    operation, _new = begin(f"{moving[0].kind}.assigned", by=by)
    record(operation, moving, changes=lambda each: {"owner": changed(owners[each.owner_id], to)})
    return operation


@transaction.atomic
def add_label(records, label: Label, *, by: User) -> Operation | None:
    """Put ``label`` on ``records``; those that have it already stay as they are."""
    return _label(records, label, by=by, on=True)


@transaction.atomic
def remove_label(records, label: Label, *, by: User) -> Operation | None:
    """Take ``label`` off ``records``; those without it stay as they are."""
    return _label(records, label, by=by, on=False)


def _label(records, label, *, by, on):
    locked = lock(records, by=by)
    if not locked:
        return None
    model = type(locked[0])
    through, key = label_links(model)
    links = through.objects.filter(label=label, **{f"{key}__in": locked})
    having = set(links.values_list(key, flat=True))
    touched = [each for each in locked if (each.pk in having) != on]
    if not touched:
        return None
    if on:
        through.objects.bulk_create(
            (through(label=label, **{f"{key}_id": each.pk}) for each in touched),
            ignore_conflicts=True,
        )
    else:
        links.delete()
    rows(touched).update(updated_at=timezone.now())
    operation, _new = begin(f"{model.kind}.{'labelled' if on else 'unlabelled'}", by=by)
    there, gone = [frozen(label)], []
    record(operation, touched, changes={"labels": [gone, there] if on else [there, gone]})
    return operation


def label_links(model):
    """The table that links ``model`` to its labels, and the name of its key to the record."""
    field = model._meta.get_field("labels")
    return field.remote_field.through, field.m2m_field_name()


@transaction.atomic
def archive(records, *, by: User) -> Operation | None:
    """Put ``records`` away: gone from inbox, board and totals, neither lost nor deleted."""
    touched = [each for each in lock(records, by=by) if not each.is_archived]
    return _set(touched, "archived", by=by, archived_at=timezone.now(), archived_by=by)


@transaction.atomic
def restore(records, *, by: User) -> Operation | None:
    """Take archived ``records`` out of the archive."""
    touched = [each for each in lock(records, by=by) if each.is_archived]
    return _set(touched, "restored", by=by, archived_at=None, archived_by=None)


@transaction.atomic
def delete(records, *, by: User) -> Operation | None:
    """Set ``records`` aside for 30 days as *Recently deleted*; needs ownership."""
    touched = lock(records, by=by, may="deletable_by")
    return _set(touched, "deleted", by=by, deleted_at=timezone.now(), deleted_by=by)


@transaction.atomic
def bring_back(records, *, by: User) -> Operation | None:
    """Bring ``records`` back from *Recently deleted*, whole. What lives on in another form stays
    there.
    """
    touched = lock(records, by=by, may="deletable_by", deleted=True)
    touched = [each for each in touched if not each.is_replaced]
    return _set(touched, "brought_back", by=by, deleted_at=None, deleted_by=None)


def _set(touched, verb, *, by, **columns):
    if not touched:
        return None
    rows(touched).update(**columns, updated_at=timezone.now())
    operation, _new = begin(f"{touched[0].kind}.{verb}", by=by)
    record(operation, touched)
    return operation


def rows(records):
    """The rows of ``records``, set aside or not, for one statement over all of them."""
    return type(records[0]).everything.filter(pk__among=[each.pk for each in records])
