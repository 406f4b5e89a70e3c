"""Several leads of the same contact become one, and nothing that any of them had is lost.

One of them stays: its address, its source, the day it was added. The others are set aside as
replaced, like a lead that was converted, and are remembered as part of it. There is no Undo: which
note came from where would not be known any more.
"""

import uuid

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.policies import may_write, named, require
from core.errors import Refused
from history.models import Operation
from history.services import begin, changed, hold_begins, record
from leads.models import Lead, MergedLead, SeparateLeads
from leads.signals import leads_merged
from opportunities import merging
from opportunities.facts import facts_about
from opportunities.merging import (
    Kind,
    chosen_values,
    refuse_changed,
    require_number,
    require_one_contact,
    require_owned,
    require_there,
    set_aside,
    unite_sets,
    write,
)

LEADS = Kind(
    model=Lead,
    memory=MergedLead,
    too_few=gettext_lazy("Choose at least two leads to merge."),
    too_many=gettext_lazy("At most %(most)s leads can be merged at once."),
    not_own=gettext_lazy("Only who owns all of the leads may merge them. Not yours: %(titles)s."),
    not_one_contact=gettext_lazy(
        "These leads are not of the same contact. Give them the same person or the same "
        "organization first, then merge."
    ),
)


class LeadArchived(Refused):
    """An archived lead is restored before it is merged."""


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
    require_number(LEADS, numbers)
    locked = lock_leads(numbers)
    require_mergeable(locked, numbers, by=by)
    hold_begins(operation)
    facts = facts_about(locked)
    refuse_changed(locked, facts, seen)
    [into] = [lead for lead in locked if lead.pk == into.pk]
    merged = [lead for lead in locked if lead.pk != into.pk]
    values = chosen_values(locked, facts, into, values or {})
    changes = write(into, locked, facts, values, seen_at=into.seen_at or operation.at)
    changes |= unite_sets(merged, into)
    set_aside(LEADS, merged, into, operation=operation, by=by)
    keep_separate_what_was([lead.pk for lead in merged], into)
    leads_merged.send(sender=Lead, leads=merged, into=into, by=by)
    record(operation, [into], changes={"merged": changed([], merged), **changes})
    record(operation, merged, changes={"into": changed(None, into)})
    return operation


def lock_leads(numbers) -> list[Lead]:
    """The leads with these numbers, whatever became of them, locked in this order."""
    return LEADS.lock(numbers)


def require_mergeable(leads: list[Lead], numbers, *, by: User) -> None:
    """Refuse unless ``leads``, read for all of ``numbers``, are leads that ``by`` may merge."""
    require_there(LEADS, leads, numbers, by=by)
    if converted := [lead for lead in leads if lead.is_replaced]:
        titles = {"titles": named(converted)}
        raise NoLongerALead(_("No longer a lead: %(titles)s.") % titles, records=converted)
    require_owned(LEADS, leads, numbers, by=by)
    if archived := [lead for lead in leads if lead.is_archived]:
        titles = {"titles": named(archived)}
        raise LeadArchived(
            _("Archived: %(titles)s. Restore first, then merge.") % titles, records=archived
        )
    require_one_contact(LEADS, leads)


def refuse_merged(leads: list[Lead], *, by: User) -> None:
    """Refuse when one of ``leads`` is part of another one already, and say of which."""
    merging.refuse_merged(LEADS, leads, by=by)


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
