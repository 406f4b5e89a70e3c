"""Several leads of the same contact become one, and nothing that any of them had is lost.

One of them stays: its address, its source, the day it was added. The others are set aside as
replaced, like a lead that was converted, and are remembered as part of it. There is no Undo: which
note came from where would not be known any more.
"""

import uuid
from collections import defaultdict

from django.db import transaction
from django.db.models import Q
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
from history.services import begin, changed, record
from leads.models import Lead, MergedLead, SeparateLeads
from leads.signals import leads_merged
from opportunities.facts import CustomFact, as_seen, facts_about, proposed, with_contacts
from opportunities.models import Opportunity

MOST = 20  # leads that are merged at once: more cannot be looked at side by side


class TooFew(Refused):
    """It takes two leads to merge."""


class TooMany(Refused):
    """More leads than one can compare."""


class NotOneContact(Refused):
    """The leads have no contact in common. ``records`` are the leads."""


class LeadArchived(Refused):
    """An archived lead is restored before it is merged."""


class AlreadyMerged(Refused):
    """Somebody else was faster. ``records`` are the leads that the merged ones are part of now."""

    status = 409


class NoLongerALead(Refused):
    """A lead was converted meanwhile; its address, in ``records``, leads to the deal."""

    status = 409


@transaction.atomic
def merge_leads(
    leads,
    *,
    into: Lead,
    values: dict | None = None,
    token: uuid.UUID | None = None,
    seen: dict | None = None,
    by: User,
) -> Operation:
    """Make ``leads`` part of ``into``, one of them.

    ``into`` gets the chosen ``values`` by column, those of custom fields by their keys; where
    nothing was chosen it keeps what it says, and what it does not say comes from the oldest lead
    that does, an amount with its currency. What it says in deleted fields stays. It gets the
    labels and followers of all; activities and notes move to it. ``seen`` is what ``as_seen`` gave
    the writer. A repeat with the same ``token`` answers with the first act. The number of
    statements depends neither on the leads, nor on what hangs on them, nor on how many custom
    fields there are.

    Refused as a whole, and nothing is changed: ``Missing`` when one is gone or hidden from ``by``,
    ``AlreadyMerged``, ``NoLongerALead``, ``NotAllowed`` without ownership of every one, ``TooFew``,
    ``TooMany``, ``LeadArchived``, ``NotOneContact``, ``Stale``, ``OwnerInactive``, ``UnknownField``
    for a custom one that is not there; ``ValidationError`` for what a field cannot hold.
    """
    require(may_write(by))
    operation, is_new = begin("lead.merged", by=by, token=token)
    if not is_new:
        return operation
    numbers = {lead.pk for lead in [*leads, into]}
    require_number(numbers)
    locked = lock_leads(numbers)
    require_mergeable(locked, numbers, by=by)
    facts = facts_about(locked)
    refuse_changed(locked, facts, seen)
    [into] = [lead for lead in locked if lead.pk == into.pk]
    merged = [lead for lead in locked if lead.pk != into.pk]
    values = chosen_values(locked, facts, into, values or {})
    changes = write(into, locked, facts, values, at=operation.at)
    changes |= unite_sets(merged, into)
    set_aside(merged, into, operation=operation, by=by)
    leads_merged.send(sender=Lead, leads=merged, into=into, by=by)
    record(operation, [into], changes={"merged": changed([], merged), **changes})
    record(operation, merged, changes={"into": changed(None, into)})
    return operation


def mergeable(numbers, *, by: User) -> list[Lead]:
    """The leads with these ``numbers``, the oldest first, as they would be merged; refused as by
    ``merge_leads``.
    """
    require_number(numbers)
    leads = read_leads(numbers)
    require_mergeable(leads, numbers, by=by)
    return leads


def read_leads(numbers) -> list[Lead]:
    """The leads with these numbers, the oldest first, whatever became of them."""
    return with_contacts(Lead.everything.filter(pk__among=numbers).order_by("pk"))


def lock_leads(numbers) -> list[Lead]:
    """The same, locked in this order."""
    asked = Lead.everything.filter(pk__among=numbers).order_by("pk")
    return with_contacts(asked.select_for_update(of=("self",), no_key=True))


# --- What forbids it -----------------------------------------------------------------------------


def require_number(numbers) -> None:
    if len(numbers) < 2:
        raise TooFew(_("Choose at least two leads to merge."))
    if len(numbers) > MOST:
        raise TooMany(_("At most %(most)s leads can be merged at once.") % {"most": MOST})


def require_mergeable(leads: list[Lead], numbers, *, by: User) -> None:
    """Refuse unless ``leads``, read for all of ``numbers``, are leads that ``by`` may merge."""
    asked = Lead.everything.filter(pk__among=numbers)
    seen = set(asked.visible_to(by).values_list("pk", flat=True))
    is_deleted = any(lead.deleted_at and not lead.is_replaced for lead in leads)
    if seen != set(numbers) or is_deleted:
        raise Missing(
            ngettext(
                "This record is no longer there.",
                "Some of these records are no longer there.",
                len(numbers),
            )
        )
    refuse_merged(leads, by=by)
    if converted := [lead for lead in leads if lead.is_replaced]:
        titles = {"titles": named(converted)}
        raise NoLongerALead(_("No longer a lead: %(titles)s.") % titles, records=converted)
    allowed = set(asked.deletable_by(by).values_list("pk", flat=True))
    if refused := [lead for lead in leads if lead.pk not in allowed]:
        titles = {"titles": named(refused)}
        raise NotAllowed(
            _("Only who owns all of the leads may merge them. Not yours: %(titles)s.") % titles,
            records=refused,
        )
    if archived := [lead for lead in leads if lead.is_archived]:
        titles = {"titles": named(archived)}
        raise LeadArchived(
            _("Archived: %(titles)s. Restore first, then merge.") % titles, records=archived
        )
    if not have_one_contact(leads):
        raise NotOneContact(
            _(
                "These leads are not of the same contact. Give them the same person or the same "
                "organization first, then merge."
            ),
            records=leads,
        )


def refuse_merged(leads: list[Lead], *, by: User) -> None:
    """Refuse when one of ``leads`` is part of another one already, and say of which."""
    replaced = [lead for lead in leads if lead.is_replaced]
    rows = MergedLead.objects.filter(lead_number__in=[lead.pk for lead in replaced])
    into = dict(rows.values_list("lead_number", "into_number")) if replaced else {}
    if not into:
        return
    merged = [lead for lead in replaced if lead.pk in into]
    raise AlreadyMerged(
        _("Already merged: %(titles)s.") % {"titles": named(merged)},
        records=Lead.objects.visible_to(by).filter(pk__in=set(into.values())).order_by("pk"),
    )


def have_one_contact(leads: list[Lead]) -> bool:
    """Whether one contact is that of all ``leads``: a person, an organization, or one and the same
    e-mail address of their people. Names and phone numbers are shared by too many.
    """
    people = {lead.person_id for lead in leads}
    organizations = {lead.organization_id for lead in leads}
    if any(len(common) == 1 and None not in common for common in (people, organizations)):
        return True
    addresses = defaultdict(set)
    rows = EmailAddress.objects.filter(person__in=people - {None})
    for person, address in rows.values_list("person_id", "normalized"):
        addresses[person].add(address)
    return bool(set.intersection(*(addresses[lead.person_id] for lead in leads)))


def refuse_changed(leads, facts, seen) -> None:
    """Refuse when a lead says something else than the writer saw."""
    if seen is None:
        return
    by_number = {str(lead.pk): lead for lead in leads}
    for number, now in as_seen(leads, facts).items():
        for fact in facts:
            for name in fact.names:
                before, found = seen.get(number, {}).get(name), now[name]
                if before != found:
                    raise Stale(
                        _("“%(field)s” of “%(lead)s” was changed meanwhile.")
                        % {"field": fact.label_of(name), "lead": by_number[number]},
                        seen=before,
                        found=found,
                        records=[by_number[number]],
                    )


# --- What becomes of them ------------------------------------------------------------------------


def chosen_values(leads, facts, into, values) -> dict:
    """The value of every column and custom field of ``into``: chosen, or by the rule."""
    known = {name for fact in facts for name in fact.names}
    known_fields({name for name in values if is_custom(name)} - known, Lead.custom_of)
    result = {}
    for fact in facts:
        if values.keys() & set(fact.names):
            own = fact.of(into)
            result |= {name: values.get(name, own[name]) for name in fact.names}
        else:
            result |= fact.of(proposed(fact, leads, into))
    return result


def write(into: Lead, leads, facts, values: dict, *, at) -> dict:
    """Write ``values`` into ``into``, and that somebody has seen it; answer with what changed."""
    before = {name: value for fact in facts for name, value in fact.of(into).items()}
    news = {name: value for name, value in values.items() if value != before[name]}
    columns = {name: value for name, value in news.items() if not is_custom(name)}
    if len(columns) < len(news):
        columns["custom"] = custom_values(into, leads, facts, news)
    hold(**{name: news[name].pk for name in ("person", "organization") if news.get(name)})
    if "owner" in news:
        require_owner(news["owner"])
    for name, value in columns.items():
        setattr(into, name, value)
    into.seen_at = into.seen_at or at
    others = [field.name for field in into._meta.fields if field.name not in columns]
    into.full_clean(exclude=others)
    into.save(update_fields=[*columns, "seen_at", "updated_at"])
    return {name: changed(before[name], value) for name, value in news.items()}


def custom_values(into: Lead, leads, facts, news: dict) -> dict:
    """``into.custom`` with the ``news`` of live fields; nothing else in it is touched.

    What one of ``leads`` points at is held by that lead: only what nobody points at yet could go.
    """
    kept = dict(into.custom)
    for fact in facts:
        if not isinstance(fact, CustomFact) or fact.name not in news:
            continue
        key, value = str(fact.field.pk), stored_value(fact.field, news[fact.name])
        if value is None:
            kept.pop(key, None)
            continue
        said = [lead.custom.get(key) for lead in leads]
        if value not in said:
            hold_target(fact.field, value, had=said)
        kept[key] = value
    return kept


def unite_sets(merged, into) -> dict:
    """Give ``into`` the labels and followers of all, each once; answer with what changed."""
    changes = {}
    for field in Opportunity.carried_sets():
        links = getattr(Lead, field.name).through
        key = Lead._meta.get_field(field.name).m2m_reverse_name()
        members = getattr(into, field.name)
        before = list(members.order_by("pk"))
        added = links.objects.filter(lead__in=merged).values_list(key, flat=True).distinct()
        added = set(added) - {member.pk for member in before}
        if added:
            links.objects.bulk_create(links(lead=into, **{key: number}) for number in added)
            changes[field.name] = changed(before, list(members.order_by("pk")))
    return changes


def set_aside(merged, into, *, operation, by) -> None:
    """Take the merged leads out of sight, and remember where they are now."""
    numbers = [lead.pk for lead in merged]
    Lead.everything.filter(pk__among=numbers).update(
        deleted_at=operation.at, deleted_by=by, is_replaced=True, updated_at=timezone.now()
    )
    MergedLead.objects.filter(into_number__in=numbers).update(into_number=into.pk)
    MergedLead.objects.bulk_create(
        MergedLead(operation=operation, lead_number=number, into_number=into.pk)
        for number in numbers
    )
    keep_separate_what_was(numbers, into)


def keep_separate_what_was(numbers, into) -> None:
    """What was no duplicate of a merged lead is none of ``into``."""
    pairs = SeparateLeads.objects.filter(Q(lead__in=numbers) | Q(other__in=numbers))
    ends = {end for pair in pairs.values_list("lead_id", "other_id") for end in pair}
    SeparateLeads.objects.bulk_create(
        (
            SeparateLeads(lead_id=min(end, into.pk), other_id=max(end, into.pk))
            for end in sorted(ends - {*numbers, into.pk})
        ),
        ignore_conflicts=True,
    )
