"""Deals return to the leads, and nothing of them is lost."""

import uuid

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.policies import may_write, named, require
from conversion import carrying
from conversion.carrying import Pairs
from conversion.models import ConvertedLead
from conversion.services.converting import chosen, convert_leads
from core.errors import Missing, NotAllowed, Refused
from deals.models import Deal
from deals.services.merging import DEALS
from deals.services.state import DealArchived, DealClosed
from history.models import Operation
from history.services import begin, hold_begins
from history.undoing import undoes
from leads.models import Lead, MergedLead
from opportunities.merging import refuse_merged
from projects.models import Project, ProjectDeal
from projects.queries import linked_to_projects


class AlreadyReturned(Refused):
    """Somebody else was faster: the deals are leads again. ``records`` are those leads."""

    status = 409


class HasProject(Refused):
    """A deal stays a deal as long as a project follows from it. ``records`` are those of the
    projects that the writer may see.
    """

    status = 409


class SeveralWaiting(Refused):
    """A lead brings one deal back, so leads with two of them do not become one. ``records`` are
    those of the deals that the writer may see.
    """


@transaction.atomic
def return_to_leads(deals, *, token: uuid.UUID | None = None, by: User) -> Operation:
    """Replace open ``deals`` with leads: the ones they came from, or new ones.

    The deals are set aside with everything they have; converting such a lead again revives its
    deal. All or nothing. Refused: ``Missing``, ``NotAllowed``, ``AlreadyReturned``,
    ``AlreadyMerged``, ``DealClosed``, ``DealArchived``, ``HasProject``, ``NothingSelected``. A
    repeat with the same ``token`` answers with the first act.
    """
    require(may_write(by))
    operation, is_new = begin("deal.returned", by=by, token=token)
    if not is_new:
        return operation
    numbers = chosen(deals)
    standing = ConvertedLead.objects.standing().filter(lead__isnull=False)
    pairs = list(standing.filter(deal_number__among=numbers))
    lock_leads_of(pairs)
    lock_deals(numbers, by=by)
    refuse_with_projects(numbers, by=by)
    hold_begins(operation)  # a deal that was waited for may have entered its stage since it began
    born = sorted(set(numbers) - {pair.deal_number for pair in pairs})
    if born:
        # Where the lead was purged, the pair ends: they get a new one.
        ConvertedLead.objects.end_of(born, at=operation.at)
        carrying.pair_deals(born, at=operation.at)
        pairs += ConvertedLead.objects.filter(
            deal_number__among=born, ended_at=operation.at, conversion=None
        )
    give_back(pairs, operation=operation, by=by)
    return operation


def lock_leads_of(pairs):
    numbers = [pair.lead_number for pair in pairs]
    locked = Lead.everything.filter(pk__among=numbers).order_by("pk")
    list(locked.select_for_update(of=("self",), no_key=True).values_list("pk"))


def lock_deals(numbers, *, by):
    """Lock open deals in id order; say why when they are not all there, open and ``by``'s to
    change.
    """
    asked = Deal.everything.filter(pk__among=numbers)
    locked = usable(numbers, by=by).order_by("pk").select_for_update(of=("self",), no_key=True)
    if len(locked.values_list("pk")) < len(numbers):
        refuse_deals(asked.visible_to(by).order_by("pk"), len(numbers), by=by)


def usable(numbers, *, by):
    """Those of the deals that are open and ``by``'s to change."""
    return Deal.everything.filter(pk__among=numbers).live().on_board().changeable_by(by)


def returnable(numbers, *, by):
    """Those of the deals that ``return_to_leads`` would take from ``by``."""
    return usable(numbers, by=by).exclude(pk__in=linked_to_projects(numbers))


def refuse_deals(visible, wanted, *, by):
    """Say why not all of the deals can return. What may not be seen is as good as missing."""
    if visible.filter(is_replaced=False, deleted_at__isnull=False).exists() or (
        visible.count() < wanted
    ):
        raise Missing(
            ngettext(
                "This deal is no longer there.", "Some of these deals are no longer there.", wanted
            )
        )
    if returned := list(visible.filter(is_replaced=True)):
        refuse_merged(DEALS, returned, by=by)
        pairs = ConvertedLead.objects.filter(deal_number__among=[deal.pk for deal in returned])
        leads = Lead.objects.visible_to(by).filter(pk__in=pairs.values("lead_number"))
        raise AlreadyReturned(
            _("Already back among the leads: %(titles)s.") % {"titles": named(returned)},
            records=leads,
        )
    if closed := list(visible.closed()):
        raise DealClosed(
            _("Won or lost: %(titles)s. Reopen first, then return to the leads.")
            % {"titles": named(closed)},
            records=closed,
        )
    if archived := list(visible.archived()):
        raise DealArchived(
            _("Archived: %(titles)s. Restore first, then return to the leads.")
            % {"titles": named(archived)},
            records=archived,
        )
    raise NotAllowed(_("You may not return these deals to the leads."))


def refuse_with_projects(numbers, *, by):
    """Refuse while a project follows from one of the locked deals: that work would go on for a sale
    that is not won.
    """
    held = list(Deal.objects.filter(pk__in=linked_to_projects(numbers)).order_by("pk"))
    if not held:
        return
    links = ProjectDeal.objects.filter(deal__in=held)
    projects = Project.objects.visible_to(by).filter(pk__in=links.values("project"))
    raise HasProject(
        _("A project follows from: %(titles)s. Unlink it first, then return to the leads.")
        % {"titles": named(held)},
        records=projects.order_by("pk"),
    )


def give_back(rows, *, operation, by):
    """Put leads in the place of the deals of ``rows``, pairs whose records the caller locked."""
    pairs = Pairs("id", [row.pk for row in rows])
    at = operation.at
    carrying.put_leads(pairs, at=at)
    carrying.carry_sets(pairs, source=Deal, target=Lead, anew=True)
    carrying.move_children(pairs, source=Deal, target=Lead)
    carrying.leave_stage(pairs, at=at)
    carrying.set_aside(pairs, model=Deal, by=by.pk, at=at)
    carrying.end_pairs(pairs, at=at)
    carrying.record_both(
        pairs, operation=operation.pk, lead_verb="lead.returned", deal_verb="deal.returned"
    )


def refuse_several_waiting(lead: Lead, *, by):
    """Refuse to make leads part of ``lead`` when more than one deal now waits to come back with it:
    one revives, and with the other all that only a deal can have would be lost.
    """
    pairs = ConvertedLead.objects.values("deal")
    parts = MergedLead.objects.filter(into_number=lead.pk).values("lead_number")
    theirs = pairs.filter(lead_number=lead.pk).union(pairs.filter(lead_number__in=parts))
    waiting = Deal.everything.filter(is_replaced=True, pk__in=theirs)
    if waiting.count() > 1:
        raise SeveralWaiting(
            _(
                "More than one of these leads was a deal, and each comes back with its products, "
                "files and participants when its lead is converted. Convert these leads, then "
                "merge the deals."
            ),
            records=waiting.visible_to(by).order_by("pk"),
        )


@undoes("deal.returned")
def undo_return(operation, *, by):
    """Convert the leads again, each into the stage its deal stood in: the same deals come back."""
    leads = operation.events.filter(subject_kind="lead").values("subject_id")
    stages = {}
    pairs = ConvertedLead.objects.filter(lead_number__in=leads, ended_at=operation.at)
    for pair in pairs.select_related("lead", "deal__stage").order_by("lead_number"):
        if pair.lead is None or pair.deal is None:  # purged since
            raise Missing(_("This is no longer there."))
        stages.setdefault(pair.deal.stage, {})[pair.lead_number] = pair.lead
    for stage, by_number in stages.items():
        convert_leads(list(by_number.values()), into=stage, asks_required=False, by=by)
