"""A conversion is undone: the leads come back with all that moved, as the deals left it."""

from django.db import transaction
from django.db.models import Value
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from accounts.models import User
from accounts.policies import may_write, require
from conversion.models import Conversion
from conversion.services.returning import give_back, lock_leads_of, returnable
from core.errors import Missing, NotAllowed, Refused
from deals.models import Deal, DealFile, LineItem, MergedDeal, Participant
from history.models import Operation
from history.services import begin, mark_undone
from history.undoing import undoes
from projects.models import ProjectDeal
from projects.queries import linked_to_projects

# What a lead cannot hold, as a deal gains it: everything with such a rule in the contract.
GAINS = {
    LineItem: pgettext_lazy("gained", "products"),
    DealFile: pgettext_lazy("gained", "files"),
    Participant: pgettext_lazy("gained", "participants"),
    ProjectDeal: pgettext_lazy("gained", "a project"),
}


class DealsWentOn(Refused):
    """Undo would lose what happened to the deals since. ``records`` are those deals.

    Where ``can_return``, they can be returned to the leads instead: nothing is lost that way.
    """

    status = 409

    def __init__(self, message, *, can_return=False, **more):
        super().__init__(message, **more)
        self.can_return = can_return


@transaction.atomic
def undo_conversion(conversion: Conversion, *, by: User) -> Conversion:
    """Bring the leads of ``conversion`` back, with their numbers and everything that moved.

    Each lead takes the present values of its deal, so nothing typed since is lost; the deals are
    set aside. All or nothing. Refused with ``DealsWentOn``, naming deals and reasons, when a deal
    was won, lost, moved, merged, archived or deleted since, or has gained what a lead cannot hold;
    with ``Missing`` or ``NotAllowed`` like converting. Undoing twice changes nothing the second
    time.
    """
    require(may_write(by))
    operation = Operation.objects.select_for_update(no_key=True).get(pk=conversion.operation_id)
    if operation.undone_at is not None:
        if by.pk not in (operation.by_id, operation.undone_by_id):
            raise Missing(_("Some of these deals are no longer there."))
        return conversion
    pairs = list(conversion.pairs.standing().order_by("lead_number"))
    merged = merged_away(conversion)
    if not pairs and not merged:
        returned = Deal.everything.filter(pk__in=conversion.pairs.values("deal_number"))
        refuse_hidden(returned, returned.count(), by=by)
        raise DealsWentOn(_("All of these deals have returned to the leads since."))
    lock_pairs(pairs, by=by)
    if merged:
        refuse_hidden(Deal.everything.filter(pk__among=merged), len(merged), by=by)
    refuse_changed_deals(conversion, [*(pair.deal_number for pair in pairs), *merged], by=by)
    undone, _new = begin("conversion.undone", by=by)
    give_back(pairs, operation=undone, by=by)
    mark_undone(operation, by=by)
    return conversion


@undoes("lead.converted")
def undo_operation(operation, *, by):
    """Undo from the history is Undo of the conversion."""
    undo_conversion(operation.conversion, by=by)


def lock_pairs(pairs, *, by):
    """Lock leads, then deals, each in id order; refuse what ``by`` may not see or change."""
    lock_leads_of(pairs)
    asked = Deal.everything.filter(pk__among=[pair.deal_number for pair in pairs])
    list(asked.order_by("pk").select_for_update(of=("self",), no_key=True).values_list("pk"))
    refuse_hidden(asked, len(pairs), by=by)
    if asked.changeable_by(by).count() < len(pairs):
        raise NotAllowed(_("You may not change these deals."))
    if any(pair.lead_id is None for pair in pairs):
        raise DealsWentOn(_("The leads were deleted for good since."))


def merged_away(conversion) -> list[int]:
    """The deals of ``conversion`` that are part of other ones since: they stand for no lead now."""
    since = MergedDeal.objects.filter(operation__at__gt=conversion.at)
    merged = since.filter(deal_number__in=conversion.pairs.values("deal_number"))
    return list(merged.values_list("deal_number", flat=True))


def refuse_hidden(deals, wanted, *, by):
    """Hidden deals are as good as missing: what became of them is not told."""
    if deals.visible_to(by).count() < wanted:
        raise Missing(_("Some of these deals are no longer there."))


def refuse_changed_deals(conversion, numbers, *, by):
    """Refuse to undo when one of the deals went on, naming each with what happened to it."""
    deals = Deal.everything.filter(pk__among=numbers).order_by("pk")
    at = conversion.at
    gained = gains(numbers, since=at)
    since = MergedDeal.objects.filter(operation__at__gt=at)
    of_several = set(since.filter(into_number__in=numbers).values_list("into_number", flat=True))
    reasons = []
    for deal in deals:
        if deal.pk in of_several or deal.is_replaced:
            reasons.append((deal, _("merged with another deal")))
        elif deal.deleted_at:
            reasons.append((deal, pgettext("deal", "deleted")))
        elif deal.status == Deal.Status.WON:
            reasons.append((deal, pgettext("deal", "won")))
        elif deal.status == Deal.Status.LOST:
            reasons.append((deal, pgettext("deal", "lost")))
        elif deal.is_archived:
            reasons.append((deal, pgettext("deal", "archived")))
        elif deal.stage_entered_at != at or deal.stage_id != conversion.stage_id:
            reasons.append((deal, _("moved to another stage")))
        elif deal.pk in gained:
            what = ", ".join(gained[deal.pk])
            reasons.append((deal, _("has gained %(what)s") % {"what": what}))
    if reasons:
        raise went_on(reasons, by=by)


def gains(numbers, *, since) -> dict[int, list[str]]:
    """What each of the deals has gained that a lead cannot hold, in words.

    What a deal had when it was revived is set aside with it again; but a project that was deleted
    then may be back since.
    """
    rows = {
        model: model.objects.filter(deal__pk__among=numbers, created_at__gt=since).values("deal")
        for model in GAINS
    }
    rows[ProjectDeal] = linked_to_projects(numbers)
    first, *others = (
        each.values_list("deal", Value(place)) for place, each in enumerate(rows.values())
    )
    words, found = list(GAINS.values()), {}
    for number, place in sorted(first.union(*others)):
        found.setdefault(number, []).append(str(words[place]))
    return found


def went_on(reasons, *, by) -> DealsWentOn:
    """What is said of deals that went on, with the way that is open if it is so for all of them."""
    told = ", ".join(f"“{deal}” ({reason})" for deal, reason in reasons[:5])
    if len(reasons) > 5:
        told += ", …"
    deals = [deal for deal, _reason in reasons]
    can_return = returnable([deal.pk for deal in deals], by=by).count() == len(deals)
    words = (
        _("These deals went on since: %(deals)s. You can return them to the leads instead.")
        if can_return
        else _("These deals went on since: %(deals)s.")
    )
    return DealsWentOn(words % {"deals": told}, records=deals, can_return=can_return)
