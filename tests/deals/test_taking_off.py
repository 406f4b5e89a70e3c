"""Lines are taken off many deals at once, as on the pages of the deals."""

import pytest
from django.utils import timezone

from crm.invariants import breaches
from deals.models import Deal, LineItem
from deals.services.items import add_line, remove_line
from deals.services.taking_off import take_off_lines
from deals.services.valuing import type_value
from history.models import Event
from history.services import begin
from tests.factories import DealFactory, ProductFactory

pytestmark = pytest.mark.django_db


def deal_with(by, stage, *prices):
    deal = DealFactory(owner=by, stage=stage, value=None, currency="")
    for price in prices:
        add_line(deal, {"name": f"For {price}", "price": price}, by=by)
    return deal


def take_off(lines, by):
    operation, _new = begin("import.reverted", by=by)
    take_off_lines(list(lines), operation=operation, at=timezone.now())


def worth(deal):
    return Deal.objects.values_list("value", "currency", "is_summed", "lines_currency").get(
        pk=deal.pk
    )


def told(deal):
    return list(
        Event.objects.filter(subject_kind="deal", subject_id=deal.pk, verb="deal.line_removed")
        .order_by("pk")
        .values_list("changes", flat=True)
    )


def test_values_follow_what_is_left(alice, stages):
    some, none, typed = (deal_with(alice, stages[0], 20, 30, 50) for _n in range(3))
    type_value(typed, 7, "USD", by=alice)
    lines = LineItem.objects.exclude(deal=some, price=20).exclude(deal=typed, price=50)

    take_off(lines.order_by("pk"), alice)

    assert worth(some) == (20, "EUR", True, "EUR")
    assert worth(none) == (None, "", False, "")
    assert worth(typed) == (7, "USD", False, "EUR")
    assert LineItem.objects.count() == 2
    assert breaches() == []


def test_it_is_told_as_where_one_is_taken_off(alice, stages):
    one, other = deal_with(alice, stages[0], 20, 30), deal_with(alice, stages[0], 20, 30)
    remove_line(one.items.get(price=30), by=alice)
    take_off(other.items.filter(price=30), alice)
    by_hand, at_once = told(one)[0], told(other)[0]
    by_hand.pop("line"), at_once.pop("line")
    assert at_once == by_hand


@pytest.mark.parametrize("size", [1, 5])
def test_it_costs_the_same_for_any_number(alice, stages, django_assert_num_queries, size):
    for _number in range(size):
        deal = deal_with(alice, stages[0])
        add_line(deal, {}, product=ProductFactory(prices={"EUR": 20}), by=alice)
    lines = list(LineItem.objects.select_related("product"))
    # The act; the deals with what is left; the lines; the deals; their events.
    with django_assert_num_queries(5):
        take_off(lines, alice)
