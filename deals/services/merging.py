"""Several deals of the same contact become one, and nothing that any of them had is lost.

The one that stays keeps its stage too, and the way there. Only open deals are merged: what was won
or lost is counted, and would be gone from every count.
"""

import uuid

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.policies import named
from contacts.models import Person
from core.errors import Refused
from deals.models import Deal, DealFile, LineItem, MergedDeal, Participant, StageVisit
from deals.services.items import MOST_LINES, TooManyLines
from deals.services.state import refuse_archived, refuse_closed
from deals.services.valuing import VALUE, refuse_typing, told_of, worth
from deals.signals import deals_merged
from history.models import Operation
from history.services import changed
from opportunities.merging import Kind, merge
from opportunities.services import rows


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
    refused with ``DealArchived``, ``DealClosed``, ``NotOneTerms`` and ``TooManyLines`` too, and
    with ``ValueFollows`` when another value is chosen than the one that follows its products.

    Whoever takes part in one of them takes part in ``into``, what is sold in one is sold in
    ``into``, and it gets their files too. It stays where it stands, with the visits it had.
    """
    return merge(DEALS, deals, into=into, values=values, token=token, seen=seen, by=by)


class NotOneTerms(Refused):
    """The prices of the deals cannot stand in one list: other currencies, or with and without tax.
    ``records`` are the deals.
    """


def refuse_states(deals: list[Deal]) -> None:
    refuse_archived(deals)
    refuse_closed(deals)
    with_lines = [deal for deal in deals if deal.lines_currency]
    if len({(deal.lines_currency, deal.tax_is_included) for deal in with_lines}) > 1:
        raise NotOneTerms(
            _(
                "The products of these deals have different currencies, or prices with and without "
                "tax: %(titles)s. Give them the same first, then merge."
            )
            % {"titles": named(with_lines)},
            records=with_lines,
        )


def news(into: Deal, at) -> dict:
    """A deal that others become part of is not idle."""
    return {"idle_since": at}


def unite(was: list[Deal], into: Deal, at) -> dict:
    """Let everybody take part in ``into``, what is sold in any of the deals be sold in it, and the
    merged deals leave their stages.
    """
    changes = unite_people(roles_in(was), into) | unite_lines(was, into)
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


def unite_lines(was: list[Deal], into: Deal) -> dict:
    """Put the lines of the others behind those of ``into``; answer with what changed.

    Its value follows them if it did, or if it was taken from one that does. One that was typed
    stays, also where it happens to be what another deal comes to.
    """
    if not any(deal.lines_currency for deal in was[1:]):
        return {}
    places = {deal.pk: place for place, deal in enumerate(was)}
    items = list(LineItem.objects.filter(deal__in=was))
    items.sort(key=lambda item: (places[item.deal_id], item.position, item.pk))
    if len(items) > MOST_LINES:
        raise TooManyLines(_("A deal has at most %(most)s products.") % {"most": MOST_LINES})
    before = [item for item in items if item.deal_id == into.pk]
    for position, item in enumerate(items):
        item.deal, item.position = into, position
    LineItem.objects.bulk_update(items, ["deal", "position"])
    rows(was[1:]).update(lines_currency="", is_summed=False)
    terms = next(deal for deal in was if deal.lines_currency)
    into.lines_currency, into.tax_is_included = terms.lines_currency, terms.tax_is_included
    worths = [(deal.value, deal.currency) for deal in was if deal.is_summed]
    is_taken = (into.value, into.currency) != (was[0].value, was[0].currency)
    into.is_summed = was[0].is_summed or (is_taken and (into.value, into.currency) in worths)
    if into.is_summed:
        into.value, into.currency = worth(into, items), into.lines_currency
    into.save(update_fields=[*VALUE, "is_summed", "lines_currency", "tax_is_included"])
    columns = {name: getattr(into, name) for name in VALUE}
    news = {name: value for name, value in columns.items() if value != getattr(was[0], name)}
    return {"lines": changed(before, items), **told_of(was[0], news)}


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
    refuse=refuse_states,
    refuse_writing=refuse_typing,
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
