"""What people write about leads and deals, fact by fact."""

import pytest

from deals.models import Deal
from leads.models import Lead
from opportunities.facts import own_facts


@pytest.mark.parametrize(("model", "but"), [(Lead, {"id"}), (Deal, {"id", "stage"})])
def test_every_column_that_people_write_is_a_fact(model, but):
    names = [name for fact in own_facts(model) for name in fact.names]

    assert sorted(names) == sorted(
        {field.name for field in model._meta.concrete_fields if field.editable} - but
    )
    assert ("value", "currency") in [fact.names for fact in own_facts(model)]
