"""An empty Carnet gets its first pipeline and lists, once."""

import pytest
from django.core.management import call_command

from crm.first_steps import first_steps
from labels.models import Label
from pipelines.models import Pipeline
from tests.factories import LabelFactory


@pytest.mark.django_db
def test_an_empty_installation_can_work_at_once():
    call_command("first_steps")
    pipeline = Pipeline.objects.get(is_default=True)
    chances = pipeline.stages.in_order().values_list("probability", flat=True)
    assert list(chances) == [20, 40, 60, 80, 90]
    assert pipeline.stages.filter(rotting_days__isnull=False).count() == 2
    assert set(Label.objects.values_list("name", flat=True)) == {"Hot", "Warm", "Cold"}


def test_what_is_there_stays_as_it_is(pipeline):
    LabelFactory(name="Ours")
    made = first_steps("en")
    assert "pipelines" not in made
    assert "labels" not in made
    assert "channels" in made
    assert list(Label.objects.values_list("name", flat=True)) == ["Ours"]
    assert first_steps("en") == []
