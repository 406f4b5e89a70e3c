"""Several leads of the same contact become one, and nothing that any of them had is lost.

The others are set aside like a lead that was converted.
"""

import uuid

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.policies import named
from core.errors import Refused
from history.models import Operation
from leads.models import Lead, MergedLead, SeparateLeads
from leads.signals import leads_merged
from opportunities.merging import Kind, merge


class LeadArchived(Refused):
    """An archived lead is restored before it is merged."""


def merge_leads(
    leads,
    *,
    into: Lead,
    values: dict | None = None,
    token: uuid.UUID | None = None,
    seen: dict | None = None,
    by: User,
) -> Operation:
    """Make ``leads`` part of ``into``, one of them, by the rules of ``opportunities.merging``;
    refused with ``LeadArchived`` too, and by whoever hears of it. What was no duplicate of one of
    them is none of ``into``.
    """
    return merge(LEADS, leads, into=into, values=values, token=token, seen=seen, by=by)


def refuse_archived(leads: list[Lead]) -> None:
    if archived := [lead for lead in leads if lead.is_archived]:
        titles = {"titles": named(archived)}
        raise LeadArchived(
            _("Archived: %(titles)s. Restore first, then merge.") % titles, records=archived
        )


def seen_at_last(into: Lead, at) -> dict:
    """Whoever merges leads has seen them."""
    return {"seen_at": into.seen_at or at}


def keep_separate_what_was(was: list[Lead], into: Lead, _at) -> dict:
    """What was no duplicate of a merged lead is none of ``into``."""
    numbers = [lead.pk for lead in was if lead.pk != into.pk]
    pairs = SeparateLeads.objects.filter(Q(lead__in=numbers) | Q(other__in=numbers))
    ends = {end for pair in pairs.values_list("lead_id", "other_id") for end in pair}
    SeparateLeads.objects.bulk_create(
        (
            SeparateLeads(lead_id=min(end, into.pk), other_id=max(end, into.pk))
            for end in sorted(ends - {*numbers, into.pk})
        ),
        ignore_conflicts=True,
    )
    return {}


LEADS = Kind(
    model=Lead,
    memory=MergedLead,
    signal=leads_merged,
    refuse=refuse_archived,
    also=seen_at_last,
    unite=keep_separate_what_was,
    too_few=gettext_lazy("Choose at least two leads to merge."),
    too_many=gettext_lazy("At most %(most)s leads can be merged at once."),
    not_own=gettext_lazy("Only who owns all of the leads may merge them. Not yours: %(titles)s."),
    not_one_contact=gettext_lazy(
        "These leads are not of the same contact. Give them the same person or the same "
        "organization first, then merge."
    ),
    no_longer=gettext_lazy("No longer a lead: %(titles)s."),
)
