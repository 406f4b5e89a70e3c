"""What becomes of lines when a deal is copied, merged, returned to the leads, revived or purged."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from conversion.purge import purge_set_aside
from conversion.services import DealsWentOn, convert_leads, return_to_leads, undo_conversion
from crm.invariants import breaches
from deals.models import Deal, LineItem
from deals.services import (
    TooManyLines,
    ValueFollows,
    add_line,
    change_line,
    copy_deal,
    merge_deals,
    remove_line,
    set_terms,
    type_value,
)
from deals.services.merging import NotOneTerms
from history.models import Event
from history.services import undo
from leads.models import Lead
from opportunities import services as opportunities
from tests.factories import DealFactory, LeadFactory, OrganizationFactory, ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def sound(db):
    """Whatever a test here does, the database stays sound."""
    yield
    assert breaches() == []


@pytest.fixture
def deals(alice, stages):
    """Anvil, the oldest, and Bolt: two deals of one organization."""
    own = {"owner": alice, "organization": OrganizationFactory(owner=alice), "stage": stages[0]}
    return [DealFactory(title=title, **own) for title in ("Anvil", "Bolt")]


def sell(deal, by, *names, price=100, **values):
    for name in names:
        add_line(deal, {"name": name, "price": Decimal(price), **values}, by=by)
    return again(deal)


def again(record):
    return type(record)._base_manager.get(pk=record.pk)


def worth(deal):
    deal = again(deal)
    return deal.value, deal.currency, deal.is_summed


def names(deal):
    return list(LineItem.objects.filter(deal=deal).in_order().values_list("name", flat=True))


# --- Copies ---


def test_a_copy_sells_the_same_and_follows_too(deals, alice, bob):
    product = ProductFactory(name="Support", prices={"EUR": 50})
    add_line(deals[0], {"quantity": Decimal(2)}, product=product, by=alice)
    sell(deals[0], alice, "Desk", discount=Decimal(10))
    set_terms(deals[0], currency="USD", tax_is_included=True, by=alice)
    Deal.objects.update(visibility="team")

    copy = copy_deal(deals[0], by=bob)

    assert names(copy) == names(deals[0]) == ["Support", "Desk"]
    assert worth(copy) == worth(deals[0]) == (190, "USD", True)
    assert again(copy).tax_is_included
    remove_line(LineItem.objects.get(deal=copy, name="Desk"), by=bob)
    assert worth(deals[0]) == (190, "USD", True)


def test_a_copy_keeps_a_typed_value_typed(deals, alice):
    sell(deals[0], alice, "Desk")
    type_value(deals[0], Decimal(77), "CHF", by=alice)

    copy = copy_deal(deals[0], by=alice)

    assert worth(copy) == (77, "CHF", False)
    assert names(copy) == ["Desk"]


# --- Merging ---


def test_merged_deals_sell_what_each_of_them_sold(deals, alice):
    anvil, bolt = deals
    sell(anvil, alice, "Desk")
    sell(bolt, alice, "Chair", "Lamp", price=10)

    merge_deals(deals, into=anvil, by=alice)

    assert names(anvil) == ["Desk", "Chair", "Lamp"]
    assert worth(anvil) == (120, "EUR", True)
    changes = Event.objects.get(subject_id=anvil.pk, verb="deal.merged").changes
    assert changes["value"] == ["100", "120"]
    assert [line["name"] for line in changes["lines"][1]] == ["Desk", "Chair", "Lamp"]


def test_a_deal_without_value_follows_the_lines_that_come(deals, alice):
    anvil, bolt = deals
    sell(bolt, alice, "Chair")

    merge_deals(deals, into=anvil, by=alice)

    assert worth(anvil) == (100, "EUR", True)


def test_a_typed_value_stays_typed_beside_the_lines_that_come(deals, alice):
    anvil, bolt = deals
    Deal.objects.filter(pk=anvil.pk).update(value=5000, currency="USD")
    sell(bolt, alice, "Chair")

    merge_deals(deals, into=anvil, by=alice)

    assert names(anvil) == ["Chair"]
    assert worth(anvil) == (5000, "USD", False)


def test_choosing_the_value_of_the_lines_lets_it_follow(deals, alice):
    anvil, bolt = deals
    Deal.objects.filter(pk=anvil.pk).update(value=5000, currency="USD")
    sell(bolt, alice, "Chair")

    values = {"value": Decimal(100), "currency": "EUR"}
    merge_deals(deals, into=anvil, values=values, by=alice)

    assert worth(anvil) == (100, "EUR", True)


@pytest.mark.parametrize("has_lines", [True, False])
def test_a_typed_value_that_happens_to_be_that_of_other_lines_stays_typed(deals, alice, has_lines):
    anvil, bolt = deals
    crow = DealFactory(owner=alice, organization=anvil.organization, stage=anvil.stage)
    if has_lines:
        sell(anvil, alice, "Desk", price=70)
        type_value(anvil, Decimal(100), "EUR", by=alice)
    else:
        Deal.objects.filter(pk=anvil.pk).update(value=100, currency="EUR")
    sell(bolt, alice, "Chair")
    sell(crow, alice, "Lamp", price=50)

    merge_deals([*deals, crow], into=anvil, by=alice)

    assert LineItem.objects.filter(deal=anvil).count() == (3 if has_lines else 2)
    assert worth(anvil) == (100, "EUR", False)


def test_no_other_value_is_chosen_where_it_follows(deals, alice):
    anvil, bolt = deals
    sell(anvil, alice, "Desk")
    Deal.objects.filter(pk=bolt.pk).update(value=5000, currency="USD")

    with pytest.raises(ValueFollows):
        merge_deals(deals, into=anvil, values={"value": Decimal(5000), "currency": "USD"}, by=alice)

    assert worth(anvil) == (100, "EUR", True)


@pytest.mark.parametrize("terms", [("USD", False), ("EUR", True)])
def test_prices_that_cannot_stand_together_are_not_merged(deals, alice, terms):
    anvil, bolt = deals
    sell(anvil, alice, "Desk")
    sell(bolt, alice, "Chair")
    set_terms(bolt, currency=terms[0], tax_is_included=terms[1], by=alice)

    with pytest.raises(NotOneTerms, match="“Anvil”, “Bolt”"):
        merge_deals(deals, into=anvil, by=alice)

    assert (names(anvil), names(bolt)) == (["Desk"], ["Chair"])


def test_no_more_lines_than_a_deal_may_have_are_merged(deals, alice):
    for deal in deals:
        sell(deal, alice, "Desk")
        LineItem.objects.bulk_create(
            LineItem(deal=deal, name=str(n), price=0, position=n) for n in range(1, 101)
        )

    with pytest.raises(TooManyLines):
        merge_deals(deals, into=deals[0], by=alice)


# --- Conversion: D6, E2 ---


def test_a_deal_keeps_its_lines_among_the_leads_and_follows_them_again(alice, deals):
    anvil = sell(deals[0], alice, "Desk", "Chair")

    return_to_leads([anvil], by=alice)

    lead = Lead.objects.get()
    assert (lead.value, lead.currency) == (200, "EUR")
    convert_leads([lead], into=None, by=alice)
    assert names(anvil) == ["Desk", "Chair"]
    assert worth(anvil) == (200, "EUR", True)
    change_line(LineItem.objects.get(name="Desk"), {"price": Decimal(1)}, by=alice)
    assert worth(anvil) == (101, "EUR", True)


@pytest.mark.parametrize(
    "values",
    [
        {"value": Decimal(300)},
        {"currency": "USD"},
        {"value": None, "currency": ""},
        {"value": Decimal(200), "currency": "JPY"},
    ],
)
def test_what_was_typed_into_the_lead_stands_as_typed(alice, deals, values):
    anvil = sell(deals[0], alice, "Desk", "Chair")
    return_to_leads([anvil], by=alice)
    lead = Lead.objects.get()
    opportunities.change(lead, values, by=alice)
    lead = again(lead)

    convert_leads([lead], into=None, by=alice)

    assert worth(anvil) == (lead.value, lead.currency, False)
    assert names(anvil) == ["Desk", "Chair"]
    assert again(anvil).lines_currency == "EUR"


def test_a_typed_value_comes_back_typed_even_if_it_is_that_of_the_lines(alice, deals):
    anvil = sell(deals[0], alice, "Desk")
    type_value(anvil, Decimal(7), "EUR", by=alice)
    return_to_leads([anvil], by=alice)
    opportunities.change(Lead.objects.get(), {"value": Decimal(100)}, by=alice)

    convert_leads([Lead.objects.get()], into=None, by=alice)

    assert worth(anvil) == (100, "EUR", False)


def test_a_new_deal_of_a_lead_has_no_lines_and_a_typed_value(alice, pipeline):
    convert_leads([LeadFactory(owner=alice, value=5, currency="JPY")], into=None, by=alice)

    assert worth(Deal.objects.get()) == (5, "JPY", False)


def test_a_conversion_is_not_undone_once_something_is_sold(alice, pipeline):
    conversion = convert_leads([LeadFactory(owner=alice)], into=None, by=alice)
    sell(Deal.objects.get(), alice, "Desk")

    with pytest.raises(DealsWentOn, match="has gained products"):
        undo_conversion(conversion, by=alice)

    return_to_leads([Deal.objects.get()], by=alice)
    assert LineItem.objects.count() == 1


def test_a_conversion_that_revived_the_lines_can_be_undone(alice, deals):
    anvil = sell(deals[0], alice, "Desk")
    return_to_leads([anvil], by=alice)
    conversion = convert_leads([Lead.objects.get()], into=None, by=alice)

    undo_conversion(conversion, by=alice)

    assert Lead.objects.get().value == 100
    convert_leads([Lead.objects.get()], into=None, by=alice)
    assert worth(anvil) == (100, "EUR", True)


def test_undo_of_the_return_brings_deal_and_lines_back(alice, deals):
    anvil = sell(deals[0], alice, "Desk")
    operation = return_to_leads([anvil], by=alice)

    undo(operation, by=alice)

    assert names(anvil) == ["Desk"]
    assert worth(anvil) == (100, "EUR", True)


# --- The end ---


def test_lines_go_with_the_deal_for_good(alice, deals):
    anvil = sell(deals[0], alice, "Desk")
    opportunities.delete([anvil], by=alice)
    assert LineItem.objects.exists()

    purge_set_aside(before=timezone.now() + timedelta(days=1))

    assert not LineItem.objects.exists()
