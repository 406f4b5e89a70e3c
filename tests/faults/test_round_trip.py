"""Ten thousand leads with every field leave in a file, and come back as they were."""

import pytest

from tests.factories import UserFactory
from tests.imports.round_trip import Dice, changed_by_a_round_trip

pytestmark = [pytest.mark.faults, pytest.mark.django_db]

LEADS = 10_000


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_ten_thousand_leads_come_back_as_they_were(file_format):
    admin, seller = UserFactory(name="Ada", role="admin"), UserFactory(name="Sam, seller")
    dice = Dice(f"10,000 as {file_format}", [admin, seller])
    for number in range(LEADS):
        dice.lead(number)

    assert changed_by_a_round_trip(dice, admin, "leads", "lead", file_format) == []
