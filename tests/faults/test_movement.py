"""Eight people move the same fifty cards for half a minute, and no move is lost."""

import pytest

from tests.deals import jostling

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

SECONDS = 30


def test_nothing_is_lost_however_many_move_the_same_cards(capsys):
    user = jostling.prepare()

    told = jostling.jostle(user, seconds=SECONDS)

    jostling.look(user, told)
    with capsys.disabled():
        print(f"\n{len(told.moves):,} moves, {told.stale:,} came too late and were told so")
