"""What is sold in a deal, and what it is worth by that: add, change, put in order, take off; a
value that follows or was typed; and the doors at which it is not typed by mistake.
"""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.errors import Missing, NotAllowed, Stale
from crm.invariants import breaches
from deals.models import Deal, LineItem
from deals.services import (
    NoLines,
    TooManyLines,
    TooMuch,
    ValueFollows,
    add_line,
    change_deal,
    change_deals,
    change_line,
    follow_lines,
    move_line,
    remove_line,
    set_terms,
    type_value,
)
from history.models import Event, Operation
from history.services import undo
from history.templatetags.history import sentence, what_changed
from tests.factories import DealFactory, LineItemFactory, ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def deal(alice, stages):
    return DealFactory(
        owner=alice, stage=stages[0], title="Pilot", visibility="team", value=900, currency="EUR"
    )


@pytest.fixture
def product():
    return ProductFactory(
        name="Support",
        unit="hour",
        tax=20,
        frequency="monthly",
        cycles=6,
        prices={"EUR": "80.50", "USD": 90},
    )


def again(record):
    return type(record)._base_manager.get(pk=record.pk)


def worth(deal):
    deal = again(deal)
    return deal.value, deal.currency, deal.is_summed


def names(deal):
    return list(LineItem.objects.filter(deal=deal).in_order().values_list("name", flat=True))


def line(deal):
    return LineItem.objects.get(deal=deal)


def last():
    return Operation.objects.latest("pk")


def event():
    return Event.objects.latest("pk")


def told():
    return {each.name: (each.before, each.after) for each in what_changed(event())}


@pytest.fixture
def sold(deal, alice):
    """A deal with two lines, whose value follows: 2 × 100 and 1 × 50."""
    add_line(deal, {"name": "Desk", "quantity": Decimal(2), "price": Decimal(100)}, by=alice)
    add_line(deal, {"name": "Chair", "price": Decimal(50)}, by=alice)
    return again(deal)


# --- Adding -------------------------------------------------------------------------------------


def test_a_line_says_what_its_product_says_in_the_currency_of_the_deal(deal, product, bob):
    add_line(deal, {"quantity": Decimal(3)}, product=product, by=bob)

    item = line(deal)
    assert (item.product, item.name, item.unit, item.quantity) == (product, "Support", "hour", 3)
    assert (item.price, item.tax, item.frequency, item.cycles) == (
        Decimal("80.5"), 20, "monthly", 6
    )  # fmt: skip
    assert worth(deal) == (Decimal("1449"), "EUR", True)  # 3 × 80.50 × 6, before tax
    assert sentence(event()) == "Product added: Support"
    assert told() | {"Value": ("900", "1,449"), "Quantity": ("—", "3")} == told()
    assert breaches() == []


def test_what_is_given_wins_over_the_product(deal, product, alice):
    given = {"name": "Night shift", "price": Decimal(120), "frequency": "one_time"}

    add_line(deal, given, product=product, by=alice)

    item = line(deal)
    assert (item.name, item.price, item.frequency, item.cycles) == (
        "Night shift", 120, "one_time", None
    )  # fmt: skip


def test_a_later_price_changes_no_line(deal, product, alice):
    add_line(deal, {}, product=product, by=alice)
    product.prices.update(amount=1)
    type(product).objects.update(name="Renamed")

    assert (line(deal).name, line(deal).price) == ("Support", Decimal("80.5"))


def test_a_product_that_is_gone_for_good_leaves_its_words(deal, product, alice):
    add_line(deal, {}, product=product, by=alice)
    type(product).everything.all().delete()

    assert (line(deal).name, line(deal).product) == ("Support", None)


def test_without_a_price_in_this_currency_one_is_asked_for(deal, product, alice):
    Deal.objects.update(currency="CHF")

    with pytest.raises(ValidationError, match="no price in CHF"):
        add_line(deal, {}, product=product, by=alice)

    assert worth(deal) == (900, "CHF", False)
    add_line(deal, {"price": Decimal(75)}, product=product, by=alice)
    assert worth(deal) == (450, "CHF", True)


def test_a_deal_without_value_takes_the_currency_given_or_that_of_the_writer(alice, stages):
    first, second = DealFactory.create_batch(2, owner=alice, stage=stages[0])

    add_line(first, {"name": "Desk", "price": Decimal(5)}, currency="JPY", by=alice)
    add_line(second, {"name": "Desk", "price": Decimal(5)}, by=alice)

    assert worth(first) == (5, "JPY", True)
    assert worth(second) == (5, alice.currency, True)


@pytest.mark.parametrize(
    "values",
    [
        {"name": ""},
        {"name": "two\nlines"},
        {"quantity": Decimal(0)},
        {"quantity": Decimal("0.00001")},
        {"quantity": Decimal("-1")},
        {"price": Decimal("-0.01")},
        {"price": Decimal("1e13")},
        {"discount": Decimal("100.01")},
        {"discount": Decimal("-1")},
        {"discount": Decimal("100.01"), "discount_kind": "amount"},
        {"discount_kind": "half"},
        {"tax": Decimal("100.5")},
        {"frequency": "daily"},
        {"frequency": "monthly", "cycles": 209},
        {"frequency": "monthly", "cycles": 0},
        {"frequency": "one_time", "cycles": 2},
    ],
)
def test_what_a_line_cannot_say_is_told_and_nothing_is_written(deal, alice, values):
    with pytest.raises(ValidationError) as refused:
        add_line(deal, {"name": "Desk", "price": Decimal(100), **values}, by=alice)

    assert refused.value.message_dict.keys() <= values.keys()
    assert not LineItem.objects.exists()
    assert not Operation.objects.exists()
    assert worth(deal) == (900, "EUR", False)


@pytest.mark.parametrize(
    "values",
    [
        {"quantity": 0},
        {"price": -1},
        {"discount": 101},
        {"discount": 101, "discount_kind": "amount"},
        {"tax": 101},
        {"cycles": 209, "frequency": "monthly"},
        {"cycles": 2},
    ],
)
def test_the_database_itself_refuses_it(deal, values):
    with pytest.raises(IntegrityError), transaction.atomic():
        LineItemFactory(deal=deal, **values)


def test_the_database_keeps_a_following_value_in_the_currency_of_the_lines(sold):
    with pytest.raises(IntegrityError), transaction.atomic():
        Deal.objects.filter(pk=sold.pk).update(currency="USD")


def test_a_deal_holds_no_more_than_it_can_be_worth(deal, alice):
    most = {"name": "Moon", "price": Decimal("999999999999")}
    add_line(deal, most, by=alice)

    with pytest.raises(TooMuch):
        add_line(deal, {"name": "Flag", "price": Decimal(1)}, by=alice)
    with pytest.raises(TooMuch):
        change_line(line(deal), {"quantity": Decimal("99999999")}, by=alice)

    assert names(deal) == ["Moon"]


def test_a_deal_has_two_hundred_lines_at_most(deal, alice):
    LineItem.objects.bulk_create(LineItem(deal=deal, name=f"{n}") for n in range(200))

    with pytest.raises(TooManyLines):
        add_line(deal, {"name": "One more"}, by=alice)


def test_a_repeat_adds_nothing(deal, alice):
    token = uuid.uuid4()

    first = add_line(deal, {"name": "Desk"}, token=token, by=alice)
    second = add_line(deal, {"name": "Desk"}, token=token, by=alice)

    assert first == second
    assert names(deal) == ["Desk"]


def test_adding_is_news_of_the_deal(deal, alice):
    Deal.objects.update(idle_since=timezone.now() - timedelta(days=9))

    add_line(deal, {"name": "Desk"}, by=alice)

    assert timezone.now() - again(deal).idle_since < timedelta(minutes=1)


def test_adding_to_a_deal_that_one_may_not_see_writes_nothing(deal, charlie):
    Deal.objects.update(visibility="owner")

    with CaptureQueriesContext(connection) as asked, pytest.raises(Missing):
        add_line(deal, {"name": "Desk"}, by=charlie)

    assert not [each for each in asked if each["sql"].startswith("INSERT")]


def test_adding_costs_six_statements(deal, alice, django_assert_num_queries):
    for _number in range(4):
        add_line(deal, {"name": "Desk"}, by=alice)
    # Savepoint and release, which a request has not: the locked deal, its lines, operation, the
    # new one, the deal, the event.
    with django_assert_num_queries(2 + 6):
        add_line(deal, {"name": "Desk"}, token=uuid.uuid4(), by=alice)


def test_only_who_may_change_the_deal_sells_in_it(deal, charlie, reader):
    Deal.objects.update(visibility="everyone")
    for user, refusal in ((reader, NotAllowed),):
        with pytest.raises(refusal):
            add_line(deal, {"name": "Desk"}, by=user)
    Deal.objects.update(visibility="owner")
    with pytest.raises(Missing):
        add_line(deal, {"name": "Desk"}, by=charlie)

    assert not LineItem.objects.exists()


# --- Changing, ordering, taking off -------------------------------------------------------------


def test_the_value_follows_every_change(sold, alice):
    desk = LineItem.objects.get(name="Desk")
    assert worth(sold) == (250, "EUR", True)

    change_line(desk, {"quantity": Decimal(3), "discount": Decimal(10)}, by=alice)
    assert worth(sold)[0] == 320
    assert sentence(event()) == "Product changed: Desk"
    assert told() == {"Quantity": ("2", "3"), "Discount": ("0", "10"), "Value": ("250", "320")}

    change_line(desk, {"is_enabled": False}, by=alice)
    assert worth(sold)[0] == 50

    remove_line(LineItem.objects.get(name="Chair"), by=alice)
    assert worth(sold) == (0, "EUR", True)
    assert breaches() == []


def test_with_the_last_line_goes_the_value_that_followed(sold, alice):
    for item in LineItem.objects.all():
        remove_line(item, by=alice)

    assert worth(sold) == (None, "", False)
    assert again(sold).lines_currency == ""


def test_changing_nothing_records_nothing(sold, alice):
    before = last()

    assert change_line(LineItem.objects.get(name="Desk"), {"price": Decimal(100)}, by=alice) is None

    assert last() == before


def test_a_stale_change_is_refused_with_both_values(sold, alice, bob):
    desk = LineItem.objects.get(name="Desk")
    change_line(desk, {"price": Decimal(110)}, by=bob)

    with pytest.raises(Stale) as refused:
        change_line(desk, {"price": Decimal(90)}, seen={"price": "100"}, by=alice)

    assert (refused.value.seen, refused.value.found) == ("100", 110)
    assert worth(sold)[0] == 270


def test_what_was_taken_off_meanwhile_is_missing(sold, alice):
    desk = LineItem.objects.get(name="Desk")
    remove_line(desk, by=alice)

    for act in (
        lambda: change_line(desk, {"price": Decimal(1)}, by=alice),
        lambda: remove_line(desk, by=alice),
        lambda: move_line(desk, step=1, by=alice),
    ):
        with pytest.raises(Missing):
            act()


def test_lines_are_put_in_order(sold, alice):
    desk = LineItem.objects.get(name="Desk")

    operation = move_line(desk, step=1, by=alice)
    assert names(sold) == ["Chair", "Desk"]
    assert sentence(event()) == "Product moved: Desk"
    assert told() == {}
    assert move_line(desk, step=1, by=alice) is None

    undo(operation, by=alice)
    assert names(sold) == ["Desk", "Chair"]
    assert worth(sold) == (250, "EUR", True)


def test_others_change_nothing(sold, charlie, reader):
    Deal.objects.update(visibility="everyone")
    desk = LineItem.objects.get(name="Desk")
    acts = (
        lambda user: change_line(desk, {"price": Decimal(1)}, by=user),
        lambda user: remove_line(desk, by=user),
        lambda user: move_line(desk, step=1, by=user),
        lambda user: set_terms(sold, currency="USD", tax_is_included=True, by=user),
        lambda user: type_value(sold, Decimal(1), "EUR", by=user),
        lambda user: follow_lines(sold, by=user),
    )
    for act in acts:
        with pytest.raises(NotAllowed):
            act(reader)
    Deal.objects.update(visibility="owner")
    for act in acts:
        with pytest.raises(Missing):
            act(charlie)

    assert names(sold) == ["Desk", "Chair"]
    assert worth(sold) == (250, "EUR", True)


# --- Terms --------------------------------------------------------------------------------------


def test_other_terms_work_the_value_out_anew(sold, alice):
    LineItem.objects.update(tax=25)

    operation = set_terms(sold, currency="JPY", tax_is_included=True, by=alice)

    assert worth(sold) == (200, "JPY", True)
    assert told()["Prices include tax"] == ("no", "yes")
    undo(operation, by=alice)
    assert worth(sold) == (250, "EUR", True)
    assert breaches() == []


def test_terms_leave_a_typed_value_alone(sold, alice):
    type_value(sold, Decimal(1), "CHF", by=alice)

    set_terms(sold, currency="JPY", tax_is_included=True, by=alice)

    assert worth(sold) == (1, "CHF", False)


def test_stale_terms_are_refused(sold, alice):
    set_terms(sold, currency="JPY", tax_is_included=False, by=alice)

    with pytest.raises(Stale):
        set_terms(
            sold, currency="USD", tax_is_included=False, seen={"lines_currency": "EUR"}, by=alice
        )


# --- A value that is typed, and follows again ---------------------------------------------------


def test_typing_another_value_is_said_and_can_be_taken_back(sold, alice):
    typed = type_value(sold, Decimal(300), "USD", by=alice)

    assert worth(sold) == (300, "USD", False)
    assert sentence(event()) == "Value typed instead of that of the products"
    add_line(sold, {"name": "Lamp", "price": Decimal(20)}, by=alice)
    assert worth(sold) == (300, "USD", False)

    followed = follow_lines(sold, by=alice)
    assert worth(sold) == (270, "EUR", True)
    undo(followed, by=alice)
    assert worth(sold) == (300, "USD", False)
    undo(typed, by=alice)
    assert worth(sold) == (270, "EUR", True)
    assert follow_lines(sold, by=alice) is None


def test_no_value_can_be_typed_too(sold, alice):
    type_value(sold, None, "EUR", by=alice)

    assert worth(sold) == (None, "", False)


def test_without_lines_there_is_nothing_to_switch(deal, alice):
    for act in (
        lambda: follow_lines(deal, by=alice),
        lambda: type_value(deal, Decimal(1), "EUR", by=alice),
        lambda: set_terms(deal, currency="EUR", tax_is_included=True, by=alice),
    ):
        with pytest.raises(NoLines):
            act()


def test_a_value_changed_meanwhile_is_told(sold, alice):
    with pytest.raises(Stale):
        type_value(sold, Decimal(1), "EUR", seen={"value": "999", "currency": "EUR"}, by=alice)


@pytest.mark.parametrize("value", [Decimal("1e12"), Decimal("0.00001")])
def test_what_no_deal_can_be_worth_is_not_typed(sold, alice, value):
    with pytest.raises(ValidationError):
        type_value(sold, value, "EUR", by=alice)


# --- Doors --------------------------------------------------------------------------------------


@pytest.mark.parametrize("values", [{"value": Decimal(1)}, {"currency": "USD"}])
def test_a_value_that_follows_is_not_typed_by_mistake(sold, alice, values):
    with pytest.raises(ValueFollows) as refused:
        change_deal(sold, values, by=alice)

    assert "is what its products come to" in str(refused.value)
    assert refused.value.link[0] == f"/deals/{sold.pk}/value/"
    assert worth(sold) == (250, "EUR", True)


def test_of_many_deals_none_is_changed_when_one_follows(sold, alice, stages):
    other = DealFactory(owner=alice, stage=stages[0])

    with pytest.raises(ValueFollows, match="Pilot"):
        change_deals([sold, other], {"value": Decimal(1), "currency": "USD"}, by=alice)

    assert (worth(sold)[0], worth(other)[0]) == (250, None)
    change_deals([sold, other], {"campaign": "Spring"}, by=alice)
    assert again(sold).campaign == "Spring"


def test_a_typed_value_beside_lines_is_changed_as_ever(sold, alice):
    type_value(sold, Decimal(300), "EUR", by=alice)

    change_deal(sold, {"value": Decimal(310)}, by=alice)

    assert worth(sold) == (310, "EUR", False)


def test_undo_of_an_older_value_does_not_part_it_from_the_lines(deal, alice):
    changed = change_deal(deal, {"value": Decimal(250)}, by=alice)
    add_line(deal, {"name": "Desk", "price": Decimal(250)}, by=alice)

    with pytest.raises(ValueFollows):
        undo(changed, by=alice)

    assert worth(deal) == (250, "EUR", True)


# --- Undo ---------------------------------------------------------------------------------------


def test_undo_of_the_first_line_brings_the_typed_value_back(deal, product, alice):
    operation = add_line(deal, {}, product=product, by=alice)

    undo(operation, by=alice)

    assert names(deal) == []
    assert worth(deal) == (900, "EUR", False)
    assert again(deal).lines_currency == ""


def test_undo_of_a_further_line_works_the_value_out_anew(sold, alice):
    operation = add_line(sold, {"name": "Lamp", "price": Decimal(20)}, by=alice)
    remove_line(LineItem.objects.get(name="Chair"), by=alice)

    undo(operation, by=alice)

    assert names(sold) == ["Desk"]
    assert worth(sold) == (200, "EUR", True)


def test_undo_of_a_removal_brings_the_line_back_as_it_was(deal, product, alice):
    given = {
        "quantity": Decimal("2.5"),
        "discount": Decimal(12),
        "discount_kind": "amount",
        "tax": Decimal("5.5"),
        "frequency": "weekly",
        "cycles": 10,
        "is_enabled": False,
        "comment": "For the fair",
    }
    add_line(deal, given, product=product, by=alice)
    add_line(deal, {"name": "Desk", "price": Decimal(10)}, by=alice)
    item = LineItem.objects.get(product=product)
    before = LineItem.objects.filter(pk=item.pk).values().get()

    undo(remove_line(item, by=alice), by=alice)

    after = LineItem.objects.filter(pk=item.pk).values().get()
    assert {**after, "created_at": None} == {**before, "created_at": None}
    assert names(deal) == ["Support", "Desk"]
    assert worth(deal) == (10, "EUR", True)


def test_undo_of_the_last_removal_lets_the_value_follow_again(deal, alice):
    add_line(deal, {"name": "Desk", "price": Decimal(10)}, by=alice)
    operation = remove_line(line(deal), by=alice)

    undo(operation, by=alice)

    assert worth(deal) == (10, "EUR", True)


@pytest.mark.parametrize("first", ["Desk", "Chair"])
def test_two_removals_are_undone_in_either_order(sold, alice, first):
    acts = {each.name: remove_line(each, by=alice) for each in LineItem.objects.in_order()}
    assert worth(sold) == (None, "", False)

    undo(acts.pop(first), by=alice)
    assert names(sold) == [first]
    assert worth(sold) == ({"Desk": 200, "Chair": 50}[first], "EUR", True)

    undo(*acts.values(), by=alice)
    assert names(sold) == ["Desk", "Chair"]
    assert worth(sold) == (250, "EUR", True)


def test_removals_beside_a_typed_value_leave_it_typed(sold, alice):
    type_value(sold, None, "EUR", by=alice)
    acts = [remove_line(each, by=alice) for each in LineItem.objects.in_order()]

    undo(acts[0], by=alice)

    assert worth(sold) == (None, "", False)


@pytest.mark.parametrize(("currency", "is_included"), [("USD", False), ("EUR", True)])
def test_a_line_does_not_return_on_other_terms(sold, alice, currency, is_included):
    operation = remove_line(LineItem.objects.get(name="Desk"), by=alice)
    terms = set_terms(sold, currency=currency, tax_is_included=is_included, by=alice)

    with pytest.raises(Stale, match="Pilot"):
        undo(operation, by=alice)
    assert names(sold) == ["Chair"]

    undo(terms, by=alice)
    undo(operation, by=alice)
    assert names(sold) == ["Desk", "Chair"]
    assert worth(sold) == (250, "EUR", True)


def test_an_only_line_returns_with_its_own_terms(sold, alice):
    LineItem.objects.update(tax=25)
    set_terms(sold, currency="JPY", tax_is_included=True, by=alice)
    first, last = [remove_line(each, by=alice) for each in LineItem.objects.in_order()]
    add_line(sold, {"name": "Lamp", "price": Decimal(5)}, currency="USD", by=alice)
    set_terms(sold, currency="USD", tax_is_included=False, by=alice)
    remove_line(line(sold), by=alice)

    undo(first, by=alice)

    assert (again(sold).lines_currency, again(sold).tax_is_included) == ("JPY", True)
    assert worth(sold) == (160, "JPY", True)
    undo(last, by=alice)
    assert worth(sold) == (200, "JPY", True)
    assert breaches() == []


@pytest.mark.parametrize(
    "values",
    [
        {"name": "Bench"},
        {"unit": "piece"},
        {"discount": Decimal(10)},
        {"tax": Decimal(20)},
        {"frequency": "monthly", "cycles": 3},
        {"is_enabled": False},
        {"comment": "As agreed"},
    ],
)
def test_undo_of_adding_leaves_a_line_that_was_changed_since(deal, alice, values):
    operation = add_line(deal, {"name": "Desk", "price": Decimal(100)}, by=alice)
    changed = change_line(line(deal), values, by=alice)

    with pytest.raises(Stale):
        undo(operation, by=alice)
    assert LineItem.objects.filter(deal=deal, **values).exists()

    undo(changed, by=alice)
    undo(operation, by=alice)
    assert worth(deal) == (900, "EUR", False)


def test_a_value_typed_since_the_last_removal_stands(deal, alice):
    add_line(deal, {"name": "Desk", "price": Decimal(10)}, by=alice)
    operation = remove_line(line(deal), by=alice)
    change_deal(deal, {"value": Decimal(77), "currency": "USD"}, by=alice)

    undo(operation, by=alice)

    assert names(deal) == ["Desk"]
    assert worth(deal) == (77, "USD", False)
    assert again(deal).lines_currency == "EUR"
    assert breaches() == []


def test_undo_of_a_change_is_refused_after_another_one(sold, alice):
    desk = LineItem.objects.get(name="Desk")
    operation = change_line(desk, {"price": Decimal(120)}, by=alice)
    change_line(desk, {"price": Decimal(130)}, by=alice)

    with pytest.raises(Stale):
        undo(operation, by=alice)

    undo(last(), by=alice)
    undo(operation, by=alice)
    assert again(desk).price == 100
    assert worth(sold)[0] == 250


def test_an_undone_act_can_be_undone_too(sold, alice):
    desk = LineItem.objects.get(name="Desk")
    undo(remove_line(desk, by=alice), by=alice)
    assert sentence(event()) == "Product added: Desk"

    undo(last(), by=alice)

    assert names(sold) == ["Chair"]
    assert worth(sold)[0] == 50
