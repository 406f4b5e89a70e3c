"""What deals weigh: each by its own chance, else by its stage's, and rounded as an estimate."""

from decimal import Decimal

from deals.weighing import Head, estimate, weighted_sum


def row(number=1, currency="EUR", amount=None, unlike=None, weighted=None):
    return {
        "number": number,
        "currency": currency,
        "amount": amount,
        "unlike": unlike,
        "weighted": weighted,
    }


def test_deals_without_a_chance_of_their_own_take_that_of_the_stage():
    alike = row(amount=Decimal(300))
    mixed = row(amount=Decimal(300), unlike=Decimal(100), weighted=Decimal(90))

    assert weighted_sum(alike, 20) == Decimal(60)
    assert weighted_sum(mixed, 20) == Decimal(130)


def test_an_estimate_has_no_decimals_and_a_half_counts_as_one():
    assert [estimate(Decimal(given)) for given in ("0.49", "0.5", "2.5")] == [0, 1, 3]


def test_sums_are_added_currency_by_currency_and_deals_without_a_value_only_count():
    head = Head()
    for each in (
        row(2, amount=Decimal(10)),
        row(amount=Decimal(5)),
        row(currency="USD", amount=Decimal(7)),
        row(3, currency=""),
    ):
        head.add_sums(each, 50)

    assert head.count == 7
    assert head.amounts == [("EUR", 15, 8), ("USD", 7, 4)]
