"""Several leads, or several deals, of the same contact become one: what both kinds have in common.

One of them stays: its address, its source, the day it was added. The others are set aside as
replaced, and are remembered as part of it. There is no Undo: which note came from where would not
be known any more. ``leads.merging`` and ``deals.services.merging`` say what else becomes of theirs.
"""

import uuid
from collections import defaultdict
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from datetime import datetime

from django.db import models, transaction
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.policies import may_write, named, require, require_owner
from contacts.models import EmailAddress
from contacts.services import hold
from core.errors import Missing, NotAllowed, Refused, Stale
from custom_fields.values import hold_target, is_custom, known_fields, stored_value
from history.models import Operation
from history.services import begin, changed, hold_begins, record
from opportunities.facts import CustomFact, as_seen, facts_about, proposed, with_contacts
from opportunities.models import Opportunity

MOST = 20  # records that are merged at once: more cannot be looked at side by side


class TooFew(Refused):
    """It takes two to merge."""


class TooMany(Refused):
    """More than one can compare."""


class NotOneContact(Refused):
    """The records have no contact in common. ``records`` are all of them."""


class AlreadyMerged(Refused):
    """Somebody else was faster. ``records`` are those that the merged ones are part of now."""

    status = 409


class NoLonger(Refused):
    """A lead was converted meanwhile, or a deal returned. Its address, in ``records``, leads on."""

    status = 409


@dataclass(frozen=True)
class Kind:
    """The records that are merged: their ``model``, the ``memory`` of which is part of which other
    one, and the ``signal`` that tells it.

    ``refuse`` says which states of records forbid it besides. ``also`` are columns of the one that
    stays which say that something was done to it, at a moment. ``unite(was, into, at)`` gives it
    what only such records have, and answers with what changed; ``was`` are all of them as they
    were, that one first. The rest is what is said when they cannot be merged.
    """

    model: type[Opportunity]
    memory: type[models.Model]
    signal: Signal
    refuse: Callable[[list], None]
    also: Callable[[Opportunity, datetime], dict]
    unite: Callable[[list, Opportunity, datetime], dict]
    too_few: str
    too_many: str
    not_own: str
    not_one_contact: str
    no_longer: str

    @property
    def number(self) -> str:
        """The column of ``memory`` with the number of what was merged."""
        return f"{self.model.kind}_number"

    def read(self, numbers) -> list:
        """The records with these numbers, the oldest first, whatever became of them."""
        return with_contacts(self.model.everything.filter(pk__among=numbers).order_by("pk"))

    def lock(self, numbers) -> list:
        """The same, locked in this order."""
        asked = self.model.everything.filter(pk__among=numbers).order_by("pk")
        return with_contacts(asked.select_for_update(of=("self",), no_key=True))


@transaction.atomic
def merge(
    kind: Kind,
    records,
    *,
    into: Opportunity,
    values: dict | None = None,
    token: uuid.UUID | None = None,
    seen: dict | None = None,
    by: User,
) -> Operation:
    """Make ``records`` part of ``into``, one of them.

    ``into`` gets the chosen ``values`` by column, those of custom fields by their keys; where
    nothing was chosen it keeps what it says, and what it does not say comes from the oldest record
    that does, an amount with its currency. What it says in deleted fields stays. It gets the
    labels and followers of all; activities and notes move to it. ``seen`` is what ``as_seen`` gave
    the writer. A repeat with the same ``token`` answers with the first act. The number of
    statements depends neither on the records, nor on what hangs on them, nor on how many custom
    fields there are.

    Refused as a whole, and nothing is changed: ``Missing`` when one is gone or hidden from ``by``,
    ``AlreadyMerged``, ``NoLonger``, ``NotAllowed`` without ownership of every one, ``TooFew``,
    ``TooMany``, what the ``kind`` refuses, ``NotOneContact``, ``Stale``, ``OwnerInactive``,
    ``UnknownField`` for a custom one that is not there; ``ValidationError`` for what a field cannot
    hold.
    """
    require(may_write(by))
    operation, is_new = begin(f"{kind.model.kind}.merged", by=by, token=token)
    if not is_new:
        return operation
    numbers = {each.pk for each in [*records, into]}
    require_number(kind, numbers)
    locked = kind.lock(numbers)
    require_mergeable(kind, locked, numbers, by=by)
    hold_begins(operation)  # what was waited for may have been done since this act began
    facts = facts_about(locked)
    refuse_changed(locked, facts, seen)
    [into] = [each for each in locked if each.pk == into.pk]
    merged = [each for each in locked if each.pk != into.pk]
    was = [copy(into), *merged]
    values = chosen_values(locked, facts, into, values or {})
    changes = write(into, locked, facts, values, **kind.also(into, operation.at))
    changes |= unite_sets(merged, into)
    changes |= kind.unite(was, into, operation.at)
    set_aside(kind, merged, into, operation=operation, by=by)
    told = {f"{kind.model.kind}s": merged}
    kind.signal.send(sender=kind.model, **told, into=into, by=by)
    record(operation, [into], changes={"merged": changed([], merged), **changes})
    record(operation, merged, changes={"into": changed(None, into)})
    return operation


# --- What forbids it -----------------------------------------------------------------------------


def require_number(kind: Kind, numbers) -> None:
    if len(numbers) < 2:
        raise TooFew(str(kind.too_few))
    if len(numbers) > MOST:
        raise TooMany(kind.too_many % {"most": MOST})


def require_mergeable(kind: Kind, records: list, numbers, *, by: User) -> None:
    """Refuse unless ``records``, read for all of ``numbers``, are some that ``by`` may merge."""
    require_there(kind, records, numbers, by=by)
    if replaced := [each for each in records if each.is_replaced]:
        raise NoLonger(kind.no_longer % {"titles": named(replaced)}, records=replaced)
    require_owned(kind, records, numbers, by=by)
    kind.refuse(records)
    require_one_contact(kind, records)


def require_there(kind: Kind, records: list, numbers, *, by: User) -> None:
    """Refuse unless ``records``, read for all of ``numbers``, are seen by ``by`` and nobody deleted
    one; and when one is part of another one already.
    """
    asked = kind.model.everything.filter(pk__among=numbers)
    seen = set(asked.visible_to(by).values_list("pk", flat=True))
    is_deleted = any(each.deleted_at and not each.is_replaced for each in records)
    if seen != set(numbers) or is_deleted:
        raise Missing(
            ngettext(
                "This record is no longer there.",
                "Some of these records are no longer there.",
                len(numbers),
            )
        )
    refuse_merged(kind, records, by=by)


def require_owned(kind: Kind, records: list, numbers, *, by: User) -> None:
    asked = kind.model.everything.filter(pk__among=numbers)
    allowed = set(asked.deletable_by(by).values_list("pk", flat=True))
    if refused := [each for each in records if each.pk not in allowed]:
        raise NotAllowed(kind.not_own % {"titles": named(refused)}, records=refused)


def require_one_contact(kind: Kind, records: list) -> None:
    if not have_one_contact(records):
        raise NotOneContact(str(kind.not_one_contact), records=records)


def refuse_merged(kind: Kind, records: list, *, by: User) -> None:
    """Refuse when one of ``records`` is part of another one already, and say of which."""
    replaced = [each.pk for each in records if each.is_replaced]
    rows = kind.memory.objects.filter(**{f"{kind.number}__in": replaced})
    into = dict(rows.values_list(kind.number, "into_number")) if replaced else {}
    if not into:
        return
    merged = [each for each in records if each.pk in into]
    raise AlreadyMerged(
        _("Already merged: %(titles)s.") % {"titles": named(merged)},
        records=kind.model.objects.visible_to(by).filter(pk__in=set(into.values())).order_by("pk"),
    )


def have_one_contact(records: list) -> bool:
    """Whether one contact is that of all ``records``: a person, an organization, or one and the
    same e-mail address of their people. Names and phone numbers are shared by too many.
    """
    people = {each.person_id for each in records}
    organizations = {each.organization_id for each in records}
    if any(len(common) == 1 and None not in common for common in (people, organizations)):
        return True
    addresses = defaultdict(set)
    rows = EmailAddress.objects.filter(person__in=people - {None})
    for person, address in rows.values_list("person_id", "normalized"):
        addresses[person].add(address)
    return bool(set.intersection(*(addresses[each.person_id] for each in records)))


def refuse_changed(records, facts, seen) -> None:
    """Refuse when a record says something else than the writer saw."""
    if seen is None:
        return
    by_number = {str(each.pk): each for each in records}
    for number, now in as_seen(records, facts).items():
        for fact in facts:
            for name in fact.names:
                before, found = seen.get(number, {}).get(name), now[name]
                if before != found:
                    raise Stale(
                        _("“%(field)s” of “%(title)s” was changed meanwhile.")
                        % {"field": fact.label_of(name), "title": by_number[number]},
                        seen=before,
                        found=found,
                        records=[by_number[number]],
                    )


# --- What becomes of them ------------------------------------------------------------------------


def chosen_values(records, facts, into, values) -> dict:
    """The value of every column and custom field of ``into``: chosen, or by the rule."""
    known = {name for fact in facts for name in fact.names}
    known_fields({name for name in values if is_custom(name)} - known, into.custom_of)
    result = {}
    for fact in facts:
        if values.keys() & set(fact.names):
            own = fact.of(into)
            result |= {name: values.get(name, own[name]) for name in fact.names}
        else:
            result |= fact.of(proposed(fact, records, into))
    return result


def write(into: Opportunity, records, facts, values: dict, **also) -> dict:
    """Write ``values``, and the columns in ``also``, into ``into``; answer with what changed."""
    before = {name: value for fact in facts for name, value in fact.of(into).items()}
    news = {name: value for name, value in values.items() if value != before[name]}
    columns = {name: value for name, value in news.items() if not is_custom(name)}
    if len(columns) < len(news):
        columns["custom"] = custom_values(into, records, facts, news)
    hold(**{name: news[name].pk for name in ("person", "organization") if news.get(name)})
    if "owner" in news:
        require_owner(news["owner"])
    for name, value in {**columns, **also}.items():
        setattr(into, name, value)
    others = [field.name for field in into._meta.fields if field.name not in columns]
    into.full_clean(exclude=others)
    into.save(update_fields=[*columns, *also, "updated_at"])
    return {name: changed(before[name], value) for name, value in news.items()}


def custom_values(into: Opportunity, records, facts, news: dict) -> dict:
    """``into.custom`` with the ``news`` of live fields; nothing else in it is touched.

    What one of ``records`` points at is held by that one: only what nobody points at yet could go.
    """
    kept = dict(into.custom)
    for fact in facts:
        if not isinstance(fact, CustomFact) or fact.name not in news:
            continue
        key, value = str(fact.field.pk), stored_value(fact.field, news[fact.name])
        if value is None:
            kept.pop(key, None)
            continue
        said = [each.custom.get(key) for each in records]
        if value not in said:
            hold_target(fact.field, value, had=said)
        kept[key] = value
    return kept


def unite_sets(merged, into) -> dict:
    """Give ``into`` the labels and followers of all, each once; answer with what changed."""
    changes, model = {}, type(into)
    for field in Opportunity.carried_sets():
        links = getattr(model, field.name).through
        key = model._meta.get_field(field.name).m2m_reverse_name()
        members = getattr(into, field.name)
        before = list(members.order_by("pk"))
        found = links.objects.filter(**{f"{into.kind}__in": merged})
        added = set(found.values_list(key, flat=True).distinct())
        added -= {member.pk for member in before}
        if added:
            links.objects.bulk_create(
                links(**{into.kind: into, key: number}) for number in sorted(added)
            )
            changes[field.name] = changed(before, list(members.order_by("pk")))
    return changes


def set_aside(kind: Kind, merged, into, *, operation: Operation, by: User) -> None:
    """Take the merged records out of sight, and remember where they are now."""
    numbers = [each.pk for each in merged]
    kind.model.everything.filter(pk__among=numbers).update(
        deleted_at=operation.at, deleted_by=by, is_replaced=True, updated_at=timezone.now()
    )
    kind.memory.objects.filter(into_number__in=numbers).update(into_number=into.pk)
    kind.memory.objects.bulk_create(
        kind.memory(operation=operation, into_number=into.pk, **{kind.number: number})
        for number in numbers
    )
