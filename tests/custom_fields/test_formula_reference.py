"""Formulas drawn at random give in the database what decimals give in Python: a thousand here, and
twenty thousand by ``make faults``.
"""

import datetime
import random
from decimal import Decimal

import pytest

from custom_fields.formulas import FormulaError
from custom_fields.formulas.checking import type_in
from custom_fields.formulas.compiling import calculation, known_to
from custom_fields.formulas.parsing import parse
from custom_fields.models import Field
from deals.models import Deal
from tests.custom_fields.reference import Drawing, shown
from tests.factories import DealFactory, FieldFactory

AT_ONCE = 100
TODAY = datetime.date(2026, 11, 26)
# Of each deal: value and currency, chance, close; what it says in two numbers, two amounts (in
# euros, but for the last one), two days, and yes or no.
DEALS = [
    (
        ("12500.50", "EUR"),
        40,
        "2026-12-24",
        "12",
        "-3.5",
        "250",
        "1000.25",
        "2026-01-31",
        "2027-03-01",
        True,
    ),
    (("0", "EUR"), 0, None, "0", "0.000001", "0", "-75.1234", "2024-02-29", None, False),
    ((None, ""), 100, "2025-06-30", None, "7", "99", "1", None, "2026-11-26", None),
    (
        ("999999999999.9999", "EUR"),
        99,
        "2026-11-26",
        "99999999999999.999999",
        "-99999999999999",
        "999999999999.9999",
        "-999999999999",
        "0001-01-01",
        "9999-12-31",
        True,
    ),
    (("100", "EUR"), None, None, "3", None, None, "33.3333", "2026-11-25", "2026-11-25", None),
    (("80", "USD"), 50, "2026-01-01", "1", "1", "80", "5", "2020-02-02", "2030-03-03", False),
]


@pytest.fixture
def fields(db):
    kinds = ["number"] * 2 + ["money"] * 2 + ["date"] * 2 + ["yes_no"]
    return [FieldFactory(kind=kind, name=f"Field {n}") for n, kind in enumerate(kinds)]


@pytest.fixture
def said(alice, fields):
    """What each deal says, by its number and the words of formulas."""
    found = {}
    for (amount, currency), chance, close, *values in DEALS:
        n1, n2, m1, m2, d1, d2, truth = values
        deal = DealFactory(
            owner=alice,
            value=amount and Decimal(amount),
            currency=currency,
            probability=chance,
            expected_close_on=close,
        )
        kept = [n1, n2, m1 and {"amount": m1, "currency": "EUR"}]
        kept += [m2 and {"amount": m2, "currency": "EUR" if n1 != "3" else "USD"}, d1, d2, truth]
        deal.custom = {
            str(field.pk): value
            for field, value in zip(fields, kept, strict=True)
            if value is not None
        }
        deal.save()
        day = lambda text: text and datetime.date.fromisoformat(text)
        number = lambda text: text and Decimal(text)
        own = [number(n1), number(n2), number(m1), number(m2), day(d1), day(d2), truth]
        own[2] = own[2] if currency == "EUR" else None
        own[3] = own[3] if currency == kept[3]["currency"] else None
        found[deal.pk] = {
            "value": number(amount),
            "currency": currency,
            "probability": Decimal(deal.stage.probability if chance is None else chance),
            "expected_close": day(close),
            "today": TODAY,
            **{field.key: value for field, value in zip(fields, own, strict=True)},
        }
    return found


def test_what_the_database_gives_agrees_with_decimals(fields, said):
    agree(fields, said, 1_000)


def agree(fields, said, count):
    """Draw ``count`` formulas, and look at what each gives for every deal."""
    draw = random.Random(count)  # not a secret
    n1, n2, m1, m2, d1, d2, truth = (field.key for field in fields)
    names = {
        "number": [n1, n2, "probability"],
        "money": [m1, m2, "value"],
        "day": [d1, d2, "expected_close", "today"],
        "truth": [truth],
    }
    drawing, inputs = Drawing(draw, names), {field.key: field for field in fields}
    known, wrong, compared, calculated = known_to(inputs), [], 0, 0
    while compared < count:
        formulas = {}
        while len(formulas) < AT_ONCE:
            is_money = draw.random() < 0.5
            text = drawing.formula(is_money)
            try:
                tree = parse(text)
            except FormulaError:  # too deep, or too long
                continue
            assert type_in(tree, known)
            field = Field(kind="calculated", formula=text, is_money=is_money)
            field.digits, field.inputs = draw.randint(0, 6), inputs
            formulas[f"f{len(formulas)}"] = (field, tree)
        found = Deal.objects.order_by("pk").values_list(
            "pk", *(calculation(field, today=TODAY) for field, _tree in formulas.values())
        )
        for pk, *results in found:
            for (field, tree), got in zip(formulas.values(), results, strict=True):
                expected = shown(field, tree, said[pk])
                calculated += expected is not None
                if not agrees(got, expected, field.digits):
                    wrong.append((field.formula, said[pk], got, expected))
        compared += len(formulas)
    assert not wrong, "\n".join(str(each) for each in wrong[:5])
    assert calculated > compared * len(DEALS) / 4  # most of them give something


def agrees(got, expected, digits):
    """Both are not calculated, or they are one last digit apart at most."""
    if got is None or expected is None:
        return got is expected
    return abs(got - expected) <= Decimal(1).scaleb(-digits)
