"""Formulas: what they may say, what they give, and what is refused."""

import datetime
from decimal import Decimal

import pytest
from django.db.models import Sum

from custom_fields.formulas import FormulaError, calculated_fields, calculation
from custom_fields.formulas.parsing import parse
from custom_fields.models import Field
from deals.models import Deal
from tests.factories import DealFactory, FieldFactory, LineItemFactory

TODAY = datetime.date(2026, 11, 26)


def given(formula, **field):
    """What ``formula`` gives for the one deal there is."""
    FieldFactory(kind="calculated", formula=formula, **field)
    field = calculated_fields()[-1]
    return Deal.objects.annotate(found=calculation(field, today=TODAY)).get().found


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("1 + 2 * 3", "7.00"),
        ("(1 + 2) * 3", "9.00"),
        ("10 / 4", "2.50"),
        ("2 / 3", "0.67"),
        ("-2 / 3", "-0.67"),
        ("1 / 0", None),
        ("0.005", "0.01"),
        ("-0.005", "-0.01"),
        ("8 - 3 - 2", "3.00"),
        ("16 / 4 / 2", "2.00"),
        ("--3", "3.00"),
        ("min(3, 1, 2)", "1.00"),
        ("max(3, 1, 2)", "3.00"),
        ("min(3, 1 / 0)", None),
        ("max(3, 1 / 0)", None),
        ("coalesce(1 / 0, 5)", "5.00"),
        ("abs(-4)", "4.00"),
        ("round(2.5)", "3.00"),
        ("round(-2.5)", "-3.00"),
        ("round(1.2345, 2)", "1.23"),
        ("if(1 < 2, 10, 20)", "10.00"),
        ("if(1 > 2, 10, 20)", "20.00"),
        ("if(1 < 2, 10, 1 / 0)", "10.00"),
        ("if(1 / 0 > 2, 10, 20)", None),
        ("if(1 = 1, if(2 <> 2, 3, 4), 5)", "4.00"),
        ("days(today, today)", "0.00"),
        ("99999999999999999999 * 99999999999999999999", None),
        ("999999999999999999", "999999999999999999.00"),
        ("99999999999999999999 / 1000", "100000000000000000.00"),
        ("value / 3 * 3", "12500.00"),
        ("100 * value / value", "100.00"),
    ],
)
def test_a_formula_gives(alice, formula, expected):
    DealFactory(owner=alice, value=Decimal(12500), currency="EUR")
    is_money = formula.startswith("value")
    found = given(formula, is_money=is_money)
    assert (None if found is None else str(found)) == expected


def test_the_variables_of_a_deal(alice):
    DealFactory(owner=alice, value=Decimal(1000), currency="EUR", probability=40)
    assert given("weighted_value", is_money=True) == 400
    assert given("value * probability / 100", is_money=True) == 400
    assert given("if(is_open, age + days_in_stage, 1 / 0)") is not None
    assert given("coalesce(days(created, won), -1)") == -1
    assert given("quantity") is None
    LineItemFactory(deal=Deal.objects.get(), quantity=Decimal("2.5"))
    LineItemFactory(deal=Deal.objects.get(), quantity=3)
    LineItemFactory(deal=Deal.objects.get(), quantity=7, is_enabled=False)
    assert given("quantity * 2") == 11
    assert given("if(is_won, 1, 2) + if(is_lost, 1, 2)") == 4


def test_custom_fields_by_their_keys_and_only_in_the_currency_of_the_deal(alice):
    fee = FieldFactory(name="Setup fee", kind="money")
    seats = FieldFactory(name="Seats", kind="number")
    start = FieldFactory(name="Start", kind="date")
    is_partner = FieldFactory(name="Partner", kind="yes_no")
    deal = DealFactory(owner=alice, value=Decimal(1000), currency="EUR")
    deal.custom = {
        str(fee.pk): {"amount": "250.5", "currency": "EUR"},
        str(seats.pk): "12",
        str(start.pk): "2026-12-01",
        str(is_partner.pk): True,
    }
    deal.save()
    assert given(f"value * 0.08 + {fee.key}", is_money=True) == Decimal("330.50")
    assert given(f"{fee.key} * {seats.key}", is_money=True) == Decimal("3006.00")
    assert given(f"days(today, {start.key})") == 5
    assert given(f"if({is_partner.key}, 1, 0)") == 1
    calculated = Field.objects.get(formula__contains="0.08")
    assert given(f"max({calculated.key}, 10) * 2", is_money=True) == Decimal("661.00")
    deal.custom[str(fee.pk)]["currency"] = "USD"
    deal.save()
    assert given(f"value + {fee.key}", is_money=True) is None
    assert given(f"value + coalesce({fee.key}, 0)", is_money=True) == 1000


def test_a_deal_without_a_value_has_no_currency_and_so_no_amounts(alice):
    fee = FieldFactory(name="Setup fee", kind="money")
    custom = {str(fee.pk): {"amount": "250", "currency": "EUR"}}
    DealFactory(owner=alice, value=None, currency="", custom=custom)
    assert given("coalesce(value, 0)", is_money=True) is None
    assert given("probability * 5", is_money=True) is None
    amount = Field.objects.latest("pk")
    assert given(f"{fee.key} * 2", is_money=True) is None
    assert given(f"if({amount.key} > 0, 1, 2)") is None
    assert given("if(coalesce(value, 0) > 0, 1, 2)") == 2


@pytest.mark.parametrize(
    "formula",
    ["custom_999 + 1", "value * value", "value +", "today", "value", "is_open"],
)
def test_a_formula_that_cannot_work_is_not_calculated(alice, formula):
    DealFactory(owner=alice)
    assert given(formula) is None


def test_calculated_fields_come_in_one_statement(alice, django_assert_num_queries):
    DealFactory(owner=alice)
    FieldFactory(kind="calculated", formula="1")
    FieldFactory(kind="calculated", formula="2")
    FieldFactory(kind="number")
    with django_assert_num_queries(1):
        found = calculated_fields()
        assert [field.formula for field in found] == ["1", "2"]
        for field in found:
            str(Deal.objects.annotate(found=calculation(field, today=TODAY)).query)


@pytest.mark.parametrize(
    ("text", "spot", "words"),
    [
        ("", "", "Write a formula."),
        ("  ", "", "Write a formula."),
        ("value * 0.08 +", "", "The formula breaks off: something is missing."),
        ("max(1, 2", "", "The formula breaks off: something is missing."),
        ("value * 0,08", ",", "Write decimals with a point, like 0.08."),
        ("1 + ) 2", ")", "“)” cannot stand here."),
        ("1 2", "2", "“2” cannot stand here."),
        ("2 ** 3", "*", "“*” cannot stand here."),
        ("1 < 2 < 3", "<", "“<” cannot stand here."),
        ("value.real", ".", "“.” has no place in a formula."),
        ("2 ^ 3", "^", "“^” has no place in a formula."),
        ("“value”", "“", "““” has no place in a formula."),
        ("1 + 123456789012345678901", "123456789012345678901", "at most 20 figures"),
    ],
)
def test_what_is_no_formula_is_told_where(text, spot, words):
    with pytest.raises(FormulaError) as refused:
        parse(text)
    assert words in refused.value.words
    assert refused.value.around(text)[1] == spot


def test_names_are_read_without_regard_to_case_and_parts_may_stand_on_lines(alice):
    DealFactory(owner=alice, value=Decimal(10), currency="EUR")
    assert given("IF(Value > 5;\n Value;\n\t0)", is_money=True) == 10


def test_brackets_and_parts_have_an_end():
    parse("(" * 19 + "1 + 1" + ")" * 19)
    parse("-" * 19 + "1")
    parse("+".join("1" * 100))
    for text in ("(" * 20 + "1 + 1" + ")" * 20, "-" * 21 + "1", "+".join("1" * 101)):
        with pytest.raises(FormulaError, match="at most"):
            parse(text)


def test_the_largest_formulas_are_sorted_filtered_and_summed_by(alice):
    DealFactory(owner=alice, value=Decimal(10), currency="EUR")
    FieldFactory(kind="calculated", name="s1", formula="+".join(["1"] * 30))
    for n in range(2, 6):
        used = Field.objects.get(name=f"s{n - 1}").key
        nested = "(" * 18 + f"{used} + 1" + ")" * 18
        FieldFactory(kind="calculated", name=f"s{n}", formula=f"{nested}+{'+'.join('1' * 16)}")
    FieldFactory(kind="calculated", name="wide", formula="+".join("1" * 100))
    for field, expected in zip(calculated_fields()[-2:], (98, 100), strict=True):
        deals = Deal.objects.annotate(found=calculation(field, today=TODAY))
        assert deals.filter(found__gte=expected).order_by("-found", "pk").get().found == expected
        assert deals.values("currency").annotate(total=Sum("found")).get()["total"] == expected
