"""Acts on leads and deals alike: open, change, assign, label, archive, restore, delete, bring
back.

Each takes a set (one record is a set of one), is one transaction and one operation, and may be
undone. The verb carries the kind of the records: ``lead.archived``, ``deal.archived``.
"""

import uuid
from collections.abc import Callable, Iterable

from django.db import transaction
from django.db.models import Exists, F, JSONField, OuterRef, Q, Value
from django.db.models.functions import JSONArray, JSONObject
from django.utils import timezone

from accounts.models import User
from accounts.policies import lock, lock_rows, may_write, numbers_of, require, require_owner
from contacts.models import Organization, Person
from contacts.services import bring_back_all, hold
from core.frozen import frozen
from core.selecting import insert_from
from core.stale import refuse_stale
from custom_fields.values import check, split, write
from history.models import Operation
from history.services import begin, changed, first_result, record, record_rows
from labels.models import Label
from opportunities.models import Opportunity

# What a service tells of a long act, as it goes.
Tell = Callable[[int], None]
LOCKED, RECORDED, WRITTEN = 1, 2, 3
STEPS = WRITTEN
BOUND_TOGETHER = Opportunity.BOUND_TOGETHER


def silent(_step: int) -> None:
    """Whoever waits for the answer needs not be told how far it is."""


# Says no to writing some fields into locked records, by a list of them or by a queryset.
Refuse = Callable[[object, Iterable[str]], None]


def allow(_records, _names: Iterable[str]) -> None:
    """Records of most kinds are written as people like."""


@transaction.atomic
def create(
    opportunity: Opportunity,
    *,
    by: User,
    token: uuid.UUID | None = None,
    save,
    verb: str = "created",
    changes: dict | None = None,
) -> Opportunity:
    """Save an unsaved ``opportunity`` through ``save()``, with its first event, ``verb`` and
    ``changes``.

    Its owner is ``by`` unless it has one. A repeat with the same ``token`` answers with the first
    record. Refused to people who may not write; ``Missing`` when its person or organization was
    deleted a moment ago.
    """
    require(may_write(by))
    operation, is_new = begin(f"{opportunity.kind}.{verb}", by=by, token=token)
    if not is_new:
        return first_result(operation, type(opportunity))
    if opportunity.owner_id is None:
        opportunity.owner = by
    require_owner(opportunity.owner)
    opportunity.created_by = by
    hold(person=opportunity.person_id, organization=opportunity.organization_id)
    check(opportunity)
    save(opportunity)
    record(operation, [opportunity], changes=changes)
    return opportunity


@transaction.atomic
def change(
    record_: Opportunity,
    values: dict,
    *,
    by: User,
    seen: dict | None = None,
    refuse: Refuse = allow,
) -> Operation | None:
    """Set fields of one record to ``values`` (many-to-many fields take lists of records); custom
    fields go by their keys.

    ``seen`` holds what the writer saw in those fields: when the record says otherwise now and does
    not yet say what the writer wants, nothing is written and ``Stale`` is raised with both values.
    Changing nothing records nothing.
    ``ValidationError`` for what a field cannot hold, or not beside the other ones, ``UnknownField``
    for a custom one that is not there; and what ``refuse`` says of the fields that would change.
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
        refuse_stale(locked, name, now, seen)
        changes[name] = changed(now, value)
        (lists if name in sets else plain)[name] = value
    if told := write(locked, custom, seen=seen):
        changes |= told
        plain["custom"] = locked.custom
    if not changes:
        return None
    refuse([locked], plain)
    if "owner" in plain:
        require_owner(plain["owner"])
    hold(**{name: plain[name].pk for name in ("person", "organization") if plain.get(name)})
    stamps = locked.stamps(timezone.now())
    for name, value in {**plain, **stamps}.items():
        setattr(locked, name, value)
    checked = set(plain).union(*(each for each in locked.BOUND_TOGETHER if each & plain.keys()))
    locked.full_clean(exclude=[f.name for f in locked._meta.fields if f.name not in checked])
    locked.save(update_fields=[*plain, *stamps])
    for name, value in lists.items():
        getattr(locked, name).set(value)
    operation, _new = begin(f"{locked.kind}.changed", by=by)
    record(operation, [locked], changes=changes)
    return operation


@transaction.atomic
def assign(records, *, to: User, by: User, tell: Tell = silent) -> Operation | None:
    """Give ``records`` to ``to``. Those ``to`` owns already stay as they are and record nothing.

    Refused when ``to`` no longer works here. Visibility stays; for the team, it is now the new
    owner's team.
    """
    require_owner(to)
    moving = lock_rows(records, by=by).exclude(owner=to)
    return write_all(moving, "assigned", by=by, tell=tell, changes=told_owner(to), owner=to)


@transaction.atomic
def share_out(
    records, *, among: list[User], anew: bool = False, by: User, tell: Tell = silent
) -> Operation | None:
    """Give ``records``, in their order, to the users ``among`` in turns.

    Those that one of them owns already stay with them, unless ``anew``. Refused when one of the
    users no longer works here. Two statements for each user, however many records there are.
    """
    for to in among:
        require_owner(to)
    order = list(numbers_of(records))
    held = lock_rows(records, by=by)
    tell(LOCKED)
    owners = dict(held.order_by().values_list("pk", "owner"))
    users = {to.pk for to in among}
    turns = [pk for pk in order if pk in owners and (anew or owners[pk] not in users)]
    given = {
        to: [pk for pk in turns[place :: len(among)] if owners[pk] != to.pk]
        for place, to in enumerate(among)
    }
    if not any(given.values()):
        return None
    operation, _new = begin(f"{held.model.kind}.assigned", by=by)
    for to, numbers in given.items():
        theirs = held.filter(pk__among=numbers)
        record_rows(operation, theirs, changes=told_owner(to))
        theirs.order_by().update(owner=to, **held.model.stamps(timezone.now()))
    tell(WRITTEN)
    return operation


def told_owner(to: User) -> JSONObject:
    """What the event of each record tells: whose it was, and whose it is."""
    former = JSONObject(id="owner_id", name="owner__name")
    return JSONObject(owner=JSONArray(former, Value(frozen(to), JSONField())))


@transaction.atomic
def add_label(records, label: Label, *, by: User, tell: Tell = silent) -> Operation | None:
    """Put ``label`` on ``records``; those that have it already stay as they are."""
    held = lock_rows(records, by=by)
    through, key = label_links(held.model)
    lacking = _fixed(
        held.filter(~Exists(through.objects.filter(label=label, **{key: OuterRef("pk")})))
    )
    operation = write_all(
        lacking, "labelled", by=by, tell=tell, changes={"labels": [[], [frozen(label)]]}
    )
    insert_from(lacking, through, **{key: F("pk")}, label=Value(label.pk))
    return operation


@transaction.atomic
def remove_label(records, label: Label, *, by: User, tell: Tell = silent) -> Operation | None:
    """Take ``label`` off ``records``; those without it stay as they are."""
    held = lock_rows(records, by=by)
    through, key = label_links(held.model)
    links = through.objects.filter(label=label, **{f"{key}__in": held.order_by().values("pk")})
    having = held.filter(Exists(through.objects.filter(label=label, **{key: OuterRef("pk")})))
    operation = write_all(
        having, "unlabelled", by=by, tell=tell, changes={"labels": [[frozen(label)], []]}
    )
    links.delete()
    return operation


def label_links(model):
    """The table that links ``model`` to its labels, and the name of its key to the record."""
    field = model._meta.get_field("labels")
    return field.remote_field.through, field.m2m_field_name()


@transaction.atomic
def archive(records, *, by: User, tell: Tell = silent) -> Operation | None:
    """Put ``records`` away: gone from inbox, board and totals, neither lost nor deleted."""
    touched = lock_rows(records, by=by).filter(archived_at=None)
    columns = {"archived_at": timezone.now(), "archived_by": by}
    return write_all(touched, "archived", by=by, tell=tell, **columns)


@transaction.atomic
def restore(records, *, by: User, tell: Tell = silent) -> Operation | None:
    """Take archived ``records`` out of the archive."""
    touched = lock_rows(records, by=by).filter(archived_at__isnull=False)
    columns = {"archived_at": None, "archived_by": None}
    return write_all(touched, "restored", by=by, tell=tell, **columns)


@transaction.atomic
def delete(records, *, by: User, tell: Tell = silent) -> Operation | None:
    """Set ``records`` aside for 30 days as *Recently deleted*; needs ownership."""
    touched = lock_rows(records, by=by, may="deletable_by")
    columns = {"deleted_at": timezone.now(), "deleted_by": by}
    return write_all(touched, "deleted", by=by, tell=tell, **columns)


@transaction.atomic
def bring_back(records, *, by: User, tell: Tell = silent) -> Operation | None:
    """Bring ``records`` back from *Recently deleted*, whole: with the people and organizations that
    went with them. What lives on in another form stays there.
    """
    held = lock_rows(records, by=by, may="deletable_by", deleted=True)
    columns = {"deleted_at": None, "deleted_by": None}
    touched = held.recently_deleted()
    if issubclass(touched.model, Opportunity):
        bring_back_named(touched, by=by)
    return write_all(touched, "brought_back", by=by, tell=tell, **columns)


def bring_back_named(records, *, by):
    """Bring the contacts back that ``records`` name, where they went together: nobody deletes a
    contact that something names, but a whole import is taken back with its contacts.
    """
    people = Person.everything.deleted().filter(pk__in=records.values("person"))
    organizations = Organization.everything.deleted().filter(
        Q(pk__in=records.values("organization")) | Q(pk__in=people.values("organization"))
    )
    bring_back_all(organizations, by=by)
    bring_back_all(people, by=by)


def write_all(touched, verb, *, by, tell, changes=None, **columns):
    """Write what happens to the locked rows ``touched``, then ``columns`` into them.

    In this order, because the columns may be what chooses the rows.
    """
    tell(LOCKED)
    if not touched.exists():
        return None
    operation, _new = begin(f"{touched.model.kind}.{verb}", by=by)
    record_rows(operation, touched, changes=changes)
    tell(RECORDED)
    touched.order_by().update(**columns, **touched.model.stamps(timezone.now()))
    tell(WRITTEN)
    return operation


def _fixed(rows):
    """``rows`` by their ids, where what chose them is about to change."""
    numbers = list(rows.values_list("pk", flat=True))
    return rows.model.everything.filter(pk__among=numbers).order_by("pk")


def rows(records):
    """The rows of ``records``, set aside or not, for one statement over all of them."""
    return type(records[0]).everything.filter(pk__among=[each.pk for each in records])
