"""Several deals of the same contact become one, and nothing that any of them had is lost.

The one that stays keeps its stage too, and the way there. Only open deals are merged: what was won
or lost is counted, and would be gone from every count.
"""

import uuid

from django.utils.translation import gettext_lazy

from accounts.models import User
from contacts.models import Person
from deals.models import Deal, DealFile, MergedDeal, Participant, StageVisit
from deals.services.state import refuse_archived, refuse_closed
from deals.signals import deals_merged
from history.models import Operation
from history.services import changed
from opportunities.merging import Kind, merge


def merge_deals(
    deals,
    *,
    into: Deal,
    values: dict | None = None,
    token: uuid.UUID | None = None,
    seen: dict | None = None,
    by: User,
) -> Operation:
    """Make ``deals`` part of ``into``, one of them, by the rules of ``opportunities.merging``;
    refused with ``DealArchived`` and ``DealClosed`` too.

    Whoever takes part in one of them takes part in ``into``, which gets their files too. It stays
    where it stands, with the visits it had.
    """
    return merge(DEALS, deals, into=into, values=values, token=token, seen=seen, by=by)


def refuse_put_away(deals: list[Deal]) -> None:
    refuse_archived(deals)
    refuse_closed(deals)


def news(into: Deal, at) -> dict:
    """A deal that others become part of is not idle."""
    return {"idle_since": at}


def unite(was: list[Deal], into: Deal, at) -> dict:
    """Let everybody take part in ``into``, and the merged deals leave their stages."""
    changes = unite_people(roles_in(was), into)
    merged = [deal for deal in was if deal.pk != into.pk]
    changes |= unite_files(merged, into)
    StageVisit.objects.filter(deal__in=merged, left_at=None).update(left_at=at)
    return changes


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


def unite_files(merged: list[Deal], into: Deal) -> dict:
    """Move the files of ``merged`` to ``into``, those too that were deleted and may come back."""
    rows = DealFile.objects.filter(deal__in=merged).select_related("file").order_by("pk")
    moving = list(rows)
    DealFile.everything.filter(deal__in=merged).update(deal=into)
    return {"files": changed([], moving)} if moving else {}


DEALS = Kind(
    model=Deal,
    memory=MergedDeal,
    signal=deals_merged,
    refuse=refuse_put_away,
    also=news,
    unite=unite,
    too_few=gettext_lazy("Choose at least two deals to merge."),
    too_many=gettext_lazy("At most %(most)s deals can be merged at once."),
    not_own=gettext_lazy("Only who owns all of the deals may merge them. Not yours: %(titles)s."),
    not_one_contact=gettext_lazy(
        "These deals are not of the same contact. Give them the same person or the same "
        "organization first, then merge."
    ),
    no_longer=gettext_lazy("Back among the leads: %(titles)s."),
)
