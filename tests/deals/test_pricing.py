"""What lines come to: 10,000 random sets agree with another way to compute them, and with the
database.
"""

import random
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest

from core.money import CURRENCIES
from deals.lines import lines_of, net_of_lines, summed, with_lines
from deals.models import Deal, LineItem
from deals.pricing import amounts_in_rows, amounts_of
from products.billing import Frequency
from tests.factories import DealFactory

SETS = 10_000
OTHERS = {"JPY": 0, "KRW": 0, "CLP": 0, "ISK": 0, "VND": 0, "XOF": 0, "XAF": 0, "TND": 3}
A_YEAR = {"weekly": 52, "monthly": 12, "quarterly": 4, "half_yearly": 2, "yearly": 1}


# --- Another way: fractions, which round nothing but what is asked for ---------------------------


def to_digits(fraction: Fraction, digits: int) -> Fraction:
    """Half away from zero; nothing here is below it."""
    unit = 10**digits
    return Fraction(floor(fraction * unit + Fraction(1, 2)), unit)


def reckoned(line: LineItem, currency: str, is_included: bool) -> dict[str, Fraction]:
    digits = OTHERS.get(currency, 2)
    full = Fraction(line.quantity) * Fraction(line.price)
    discount = Fraction(line.discount)
    if line.discount_kind == "percent":
        discount = full * discount / 100
    billed = to_digits(full - discount, digits)
    rate = Fraction(line.tax) / 100
    if is_included:
        gross, net = billed, to_digits(billed / (1 + rate), digits)
        tax = gross - net
    else:
        net, tax = billed, to_digits(billed * rate, digits)
        gross = net + tax
    in_a_year = A_YEAR.get(line.frequency, 1)
    times = line.cycles or in_a_year
    return {
        "net": net,
        "tax": tax,
        "gross": gross,
        "net_in_all": net * times,
        "tax_in_all": tax * times,
        "monthly": to_digits(net * in_a_year / 12, digits),
    }


def some_line(dice: random.Random) -> LineItem:
    """A line of amounts that are awkward on purpose: halves, thirds, very small and very large."""

    def number(most, places):
        scale = dice.randint(0, places)
        return Decimal(dice.randint(0, 10 ** dice.randint(0, most + scale))).scaleb(-scale)

    line = LineItem(
        name="Something",
        quantity=max(number(5, 4), Decimal("0.0001")),
        price=number(6, 4),
        tax=dice.choice([Decimal(0), Decimal(20), Decimal("5.5"), Decimal("7.7"), number(1, 4)]),
        is_enabled=dice.random() < 0.8,
        frequency=dice.choice(Frequency.values),
    )
    if line.is_recurring and dice.random() < 0.7:
        line.cycles = dice.randint(1, 208)
    line.discount_kind = dice.choice(["percent", "amount"])
    if line.discount_kind == "percent":
        line.discount = dice.choice([Decimal(0), Decimal(100), Decimal("12.5"), number(1, 4)])
    else:
        line.discount = min(number(5, 4), (line.quantity * line.price).quantize(Decimal(1)) // 2)
    return line


# --- One line ---


def line(**values):
    given = {name: Decimal(value) if name not in ("frequency", "cycles") else value
             for name, value in values.items() if name != "discount_kind"}  # fmt: skip
    return LineItem(**given, discount_kind=values.get("discount_kind", "percent"))


@pytest.mark.parametrize(
    ("values", "currency", "net"),
    [
        ({"quantity": "3", "price": "10"}, "EUR", "30"),
        ({"quantity": "0.5", "price": "0.01"}, "EUR", "0.01"),  # half away from zero
        ({"quantity": "1", "price": "10.005"}, "EUR", "10.01"),
        ({"quantity": "1", "price": "10.0049"}, "EUR", "10.00"),
        ({"quantity": "1", "price": "1234.5"}, "JPY", "1235"),
        ({"quantity": "1", "price": "1.2345"}, "TND", "1.235"),
        ({"quantity": "3", "price": "10", "discount": "12.5"}, "EUR", "26.25"),
        (
            {"quantity": "3", "price": "10", "discount": "4.5", "discount_kind": "amount"},
            "EUR",
            "25.50",
        ),
    ],
)
def test_an_amount_is_quantity_times_price_less_the_discount(values, currency, net):
    amounts = amounts_of(line(**values), currency=currency, is_included=False)

    assert amounts.net == Decimal(net)


def test_a_tax_is_added_or_taken_out_of_the_price():
    given = line(quantity="1", price="119.99", tax="19")

    added = amounts_of(given, currency="EUR", is_included=False)
    included = amounts_of(given, currency="EUR", is_included=True)

    assert (added.net, added.tax, added.gross) == (
        Decimal("119.99"), Decimal("22.80"), Decimal("142.79")
    )  # fmt: skip
    assert (included.net, included.tax, included.gross) == (
        Decimal("100.83"), Decimal("19.16"), Decimal("119.99")
    )  # fmt: skip


@pytest.mark.parametrize(
    ("frequency", "cycles", "in_all", "monthly"),
    [
        ("monthly", 36, "3600", "100"),
        ("monthly", None, "1200", "100"),  # until cancelled: twelve months
        ("weekly", None, "5200", "433.33"),
        ("quarterly", None, "400", "33.33"),
        ("half_yearly", 3, "300", "16.67"),
        ("yearly", None, "100", "8.33"),
    ],
)
def test_what_comes_again_counts_each_time_or_for_a_year(frequency, cycles, in_all, monthly):
    given = line(quantity="1", price="100", frequency=frequency, cycles=cycles)

    amounts = amounts_of(given, currency="EUR", is_included=False)

    assert (amounts.net_in_all, amounts.monthly) == (Decimal(in_all), Decimal(monthly))


# --- Ten thousand sets ---


def test_random_sets_agree_with_fractions_and_with_the_database(db, alice, stages):
    dice = random.Random(1415)
    deal = DealFactory(owner=alice, stage=stages[0])
    deals = Deal.objects.bulk_create(
        Deal(
            title=f"Set {number}",
            owner=alice,
            person=deal.person,
            stage=deal.stage,
            position=f"5{number:05}i",
            lines_currency=dice.choice([*OTHERS, *CURRENCIES]),
            tax_is_included=dice.random() < 0.5,
        )
        for number in range(SETS)
    )
    sets = {each.pk: [some_line(dice) for _line in range(dice.randint(1, 5))] for each in deals}
    rows = []
    for each in deals:
        for position, item in enumerate(sets[each.pk]):
            item.deal, item.position = each, position
            rows.append(item)
    LineItem.objects.bulk_create(rows, batch_size=5000)

    in_rows = amounts_in_rows()
    names = list(vars(in_rows))
    by_database = {
        pk: dict(zip(names, said, strict=True))
        for pk, *said in LineItem.objects.values_list(
            "pk", *(getattr(in_rows, name) for name in names)
        )
    }
    expected = {}
    for each in deals:
        sums = expected[each.pk] = defaultdict(Fraction)
        for item in sets[each.pk]:
            other = reckoned(item, each.lines_currency, each.tax_is_included)
            ours = vars(
                amounts_of(item, currency=each.lines_currency, is_included=each.tax_is_included)
            )
            assert {name: Fraction(value) for name, value in ours.items()} == other, vars(item)
            theirs = by_database[item.pk]
            assert {name: Fraction(value) for name, value in theirs.items()} == other, vars(item)
            if item.is_enabled:
                sums["net"] += other["net_in_all"]
                sums["tax"] += other["tax_in_all"]
                sums["monthly"] += other["monthly"] if item.is_recurring else 0
                sums["once"] += 0 if item.is_recurring else other["net"]

    summed_up = with_lines(Deal.objects.filter(pk__in=expected)).annotate(
        net=net_of_lines(), tax=summed(in_rows.tax_in_all)
    )
    for each in summed_up:
        sums, sheet = expected[each.pk], lines_of(each)
        assert (each.net or 0, each.tax or 0) == (sums["net"], sums["tax"])
        assert (sheet.net, sheet.tax, sheet.gross, sheet.monthly, sheet.once) == (
            sums["net"], sums["tax"], sums["net"] + sums["tax"], sums["monthly"], sums["once"]
        )  # fmt: skip
