"""Three phases that projects go through."""

import pytest

from tests.factories import PhaseFactory


@pytest.fixture
def phases(db):
    names = ("Preparation", "Installation", "Handover")
    return [PhaseFactory(name=name, position=place) for place, name in enumerate(names)]
