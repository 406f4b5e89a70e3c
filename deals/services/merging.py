"""Several deals of the same contact become one, and nothing that any of them had is lost.

One of them stays: its address, its stage and the way there, its source, the day it was added. The
others are set aside as replaced, and are remembered as part of it. There is no Undo: which note
came from where would not be known any more.

Only open deals are merged: what was won or lost is counted, and would be gone from every count.
"""

import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.policies import may_write, named, require
from contacts.models import Person
from core.errors import Refused
from deals.models import Deal, MergedDeal, Participant, StageVisit
from deals.services.movement import DealArchived, DealClosed
from deals.signals import deals_merged
from history.models import Operation
from history.services import begin, changed, record
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

DEALS = Kind(
    model=Deal,
    memory=MergedDeal,
    too_few=gettext_lazy("Choose at least two deals to merge."),
    too_many=gettext_lazy("At most %(most)s deals can be merged at once."),
    not_own=gettext_lazy("Only who owns all of the deals may merge them. Not yours: %(titles)s."),
    not_one_contact=gettext_lazy(
        "These deals are not of the same contact. Give them the same person or the same "
        "organization first, then merge."
    ),
)


class NoLongerADeal(Refused):
    """A deal returned to the leads meanwhile; its address, in ``records``, leads to the lead."""

    status = 409


@transaction.atomic
def merge_deals(
    deals,
    *,
    into: Deal,
    values: dict | None = None,
    token: uuid.UUID | None = None,
    seen: dict | None = None,
    by: User,
) -> Operation:
    """Make ``deals`` part of ``into``, one of them.

    ``into`` gets the chosen ``values`` by column, those of custom fields by their keys; where
    nothing was chosen it keeps what it says, and what it does not say comes from the oldest deal
    that does, an amount with its currency. It gets the labels and followers of all; whoever takes
    part in one of them takes part in it; activities and notes move to it. It stays where it
    stands, with the visits it had. ``seen`` is what ``as_seen`` gave the writer. A repeat with the
    same ``token`` answers with the first act. The number of statements depends neither on the
    deals, nor on what hangs on them, nor on how many custom fields there are.

    Refused as a whole, and nothing is changed: ``Missing`` when one is gone or hidden from ``by``,
    ``AlreadyMerged``, ``NoLongerADeal``, ``NotAllowed`` without ownership of every one, ``TooFew``,
    ``TooMany``, ``DealClosed``, ``DealArchived``, ``NotOneContact``, ``Stale``, ``OwnerInactive``,
    ``UnknownField`` for a custom one that is not there; ``ValidationError`` for what a field cannot
    hold.
    """
    require(may_write(by))
    operation, is_new = begin("deal.merged", by=by, token=token)
    if not is_new:
        return operation
    numbers = {deal.pk for deal in [*deals, into]}
    require_number(DEALS, numbers)
    locked = lock_deals(numbers)
    require_mergeable(locked, numbers, by=by)
    facts = facts_about(locked)
    refuse_changed(locked, facts, seen)
    [into] = [deal for deal in locked if deal.pk == into.pk]
    merged = [deal for deal in locked if deal.pk != into.pk]
    roles = roles_in([into, *merged])
    values = chosen_values(locked, facts, into, values or {})
    changes = write(into, locked, facts, values, idle_since=operation.at)
    changes |= unite_sets(merged, into)
    changes |= unite_people(roles, into)
    standing = StageVisit.objects.filter(deal__in=merged, left_at=None)
    standing.update(left_at=timezone.now())  # the act began before it had waited for a move
    set_aside(DEALS, merged, into, operation=operation, by=by)
    deals_merged.send(sender=Deal, deals=merged, into=into, by=by)
    record(operation, [into], changes={"merged": changed([], merged), **changes})
    record(operation, merged, changes={"into": changed(None, into)})
    return operation


def lock_deals(numbers) -> list[Deal]:
    """The deals with these numbers, whatever became of them, locked in the order of their ids."""
    return DEALS.lock(numbers)


def require_mergeable(deals: list[Deal], numbers, *, by: User) -> None:
    """Refuse unless ``deals``, read for all of ``numbers``, are deals that ``by`` may merge."""
    require_there(DEALS, deals, numbers, by=by)
    if returned := [deal for deal in deals if deal.is_replaced]:
        titles = {"titles": named(returned)}
        raise NoLongerADeal(_("Back among the leads: %(titles)s.") % titles, records=returned)
    require_owned(DEALS, deals, numbers, by=by)
    if archived := [deal for deal in deals if deal.is_archived]:
        titles = {"titles": named(archived)}
        raise DealArchived(
            _("Archived: %(titles)s. Restore first, then merge.") % titles, records=archived
        )
    if closed := [deal for deal in deals if not deal.is_open]:
        titles = {"titles": named(closed)}
        raise DealClosed(
            _("Won or lost: %(titles)s. Reopen first, then merge.") % titles, records=closed
        )
    require_one_contact(DEALS, deals)


def refuse_merged(deals: list[Deal], *, by: User) -> None:
    """Refuse when one of ``deals`` is part of another one already, and say of which."""
    merging.refuse_merged(DEALS, deals, by=by)


def roles_in(deals: list[Deal]) -> dict[int, str]:
    """Everybody on ``deals``, the primary contacts too, by id, with the first role that they have
    in one of them.
    """
    people = {deal.person_id: "" for deal in deals if deal.person_id}
    places = {deal.pk: place for place, deal in enumerate(deals)}
    rows = Participant.objects.filter(deal__in=deals).values_list("deal", "person", "role", "pk")
    for _deal, person, role, _pk in sorted(rows, key=lambda row: (places[row[0]], row[3])):
        people[person] = people.get(person) or role
    return people


def unite_people(roles: dict[int, str], into: Deal) -> dict:
    """Let everybody in ``roles`` take part in ``into``, each once; answer with what changed.

    The contacts of merged deals were held by these: nobody could be deleted meanwhile.
    """
    had = set(Participant.objects.filter(deal=into).values_list("person", flat=True))
    joining = [
        Participant(deal=into, person_id=person, role=role)
        for person, role in roles.items()
        if person not in had and (role or person != into.person_id)
    ]
    Participant.objects.bulk_create(joining)
    new = [row.person_id for row in joining if row.person_id != into.person_id]
    people = Person.everything.in_bulk(had | set(new))
    before = [people[number] for number in sorted(had - {into.person_id})]
    after = [*before, *(people[number] for number in new)]
    return {"participants": changed(before, after)} if new else {}
