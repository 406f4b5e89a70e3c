"""The conversion killed a few times in each way; ``make faults`` does it a hundred times."""

import pytest

from conversion import carrying
from conversion.services import convert_leads
from leads.models import Lead
from tests.faults import killing

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("fault", killing.FAULTS)
def test_a_killed_conversion_is_all_or_nothing(fault):  # C9
    user = killing.prepare()

    killing.campaign(user, fault, strikes=4, seed=7)


class NotOfTheDatabase(Exception):
    """Something of ours broke; the database knows nothing of it."""


@pytest.mark.parametrize(
    "step",
    ["put_deals", "carry_sets", "move_children", "enter_stage", "set_aside", "record_both"],
)
def test_an_error_after_any_step_changes_nothing(step, monkeypatch):  # C5, C6
    user = killing.prepare()

    work = getattr(carrying, step)

    def work_then_break(*arguments, **keywords):
        work(*arguments, **keywords)
        raise NotOfTheDatabase

    monkeypatch.setattr(carrying, step, work_then_break)

    with pytest.raises(NotOfTheDatabase):
        convert_leads(Lead.objects.all(), into=None, by=user)

    assert killing.look(told=False) == 0
