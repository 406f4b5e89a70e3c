"""The conversion killed a hundred times in each way: all or nothing, each time."""

import pytest

from tests.faults import killing

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

STRIKES = 100


@pytest.mark.parametrize("fault", killing.FAULTS)
def test_a_killed_conversion_is_all_or_nothing(fault, capsys):
    user = killing.prepare()

    converted = killing.campaign(user, fault, strikes=STRIKES, seed=20261123)

    with capsys.disabled():
        print(f"\n{fault}: {STRIKES} strikes, {converted} had converted all, the rest nothing")
