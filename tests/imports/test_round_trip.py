"""What was exported comes back: every field, every nasty text, in either format and language."""

from decimal import Decimal

import pytest
from django.utils import translation

from tests.factories import CategoryFactory, LostReasonFactory, ProductFactory
from tests.imports.round_trip import OWN, Dice, changed_by_a_round_trip

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_leads_come_back_as_they_were(admin, alice, file_format):
    dice = Dice(file_format, [admin, alice])
    for number in range(10):
        dice.lead(number)

    assert changed_by_a_round_trip(dice, admin, "leads", "lead", file_format) == []


def test_deals_come_back_as_they_were(admin, alice, stages):
    dice = Dice(2, [admin, alice])
    dice.stages, dice.reasons = stages, [LostReasonFactory(name="=Price, mostly")]
    for number in range(10):
        dice.deal(number)

    assert changed_by_a_round_trip(dice, admin, "deals", "deal", "semicolons") == []


def test_contacts_come_back_as_they_were_in_french(admin, alice):
    admin.language = "fr"
    admin.save()
    dice = Dice(3, [admin, alice])
    for number in range(8):
        dice.contacts(number, admin)
    with translation.override("fr"):
        for name, kind in (("people", "person"), ("organizations", "organization")):
            assert changed_by_a_round_trip(dice, admin, name, kind, "semicolons") == []
            for number in range(8):
                dice.contacts(number, alice)


def test_products_come_back_as_they_were(admin):
    dice = Dice(1, [admin])
    category = CategoryFactory(name="=Machines, large")
    billed = ({}, {"frequency": "weekly"}, {"frequency": "monthly", "cycles": 12})
    for number in range(8):
        ProductFactory(
            name=dice.line(),
            code=f"={number}",
            category=dice.maybe(category, None),
            description=dice.maybe(dice.text()),
            unit=dice.maybe("piece"),
            tax=dice.any.choice((0, Decimal("5.5"), 20)),
            **dice.any.choice(billed),
            is_active=dice.any.random() < 0.8,
            prices=dice.maybe({"EUR": abs(dice.amount())}, None),
            custom=dice.custom("product"),
            created_at=dice.moment(),
        )
    own = {*OWN, "created"}
    assert changed_by_a_round_trip(dice, admin, "products", "product", "csv", own) == []
