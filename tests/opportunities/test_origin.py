"""The door through which a lead came in is told for good: through every life, by every door."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from conversion.services import convert_leads, return_to_leads, undo_conversion
from deals.models import Deal
from history.models import Operation
from leads.models import Lead
from opportunities import services as opportunities
from tests.factories import DealFactory, LeadFactory

pytestmark = pytest.mark.django_db


def make(factory, owner):
    return factory(owner=owner, origin="web_form", origin_id="w1")


@pytest.mark.parametrize("factory", [LeadFactory, DealFactory])
@pytest.mark.parametrize("changes", [{"origin": "api"}, {"origin_id": "w2"}])
def test_the_database_refuses_to_change_it(factory, changes, alice):
    record = make(factory, alice)
    model = type(record)

    with (
        pytest.raises(IntegrityError, match="What came in once stays") as refused,
        transaction.atomic(),
    ):
        model.objects.update(**changes)
    diagnosis = refused.value.__cause__.diag
    name = f"{model._meta.label_lower.replace('.', '_')}_origin_stays"
    assert (diagnosis.constraint_name, diagnosis.table_name) == (name, model._meta.db_table)


@pytest.mark.parametrize("factory", [LeadFactory, DealFactory])
def test_writing_the_same_passes(factory, alice):
    record = make(factory, alice)
    record.title = "Renamed"

    record.save()
    type(record).objects.update(origin="web_form", origin_id="w1")

    record.refresh_from_db()
    assert (record.title, record.origin, record.origin_id) == ("Renamed", "web_form", "w1")


def test_a_service_refuses_it_in_words_and_writes_nothing(alice):
    lead = make(LeadFactory, alice)

    with pytest.raises(ValidationError, match="never changes"):
        opportunities.change(lead, {"origin": "api", "title": "Mine"}, by=alice)
    assert Lead.objects.get(origin="web_form").title == lead.title
    assert not Operation.objects.exists()


def test_checking_a_record_says_it_and_asks_nothing_more_otherwise(
    alice, django_assert_num_queries
):
    lead = make(LeadFactory, alice)
    lead.full_clean()
    lead.origin = "api"

    with pytest.raises(ValidationError, match="never changes"):
        lead.full_clean()
    others = [field.name for field in Lead._meta.fields if field.name != "title"]
    with django_assert_num_queries(0):
        lead.full_clean(exclude=others)


def test_it_goes_from_lead_to_deal_and_back_and_forth(alice, pipeline):
    lead = make(LeadFactory, alice)

    conversion = convert_leads([lead], into=pipeline, by=alice)
    undo_conversion(conversion, by=alice)
    convert_leads([lead], into=pipeline, by=alice)
    deal = Deal.objects.get()
    return_to_leads([deal], by=alice)
    convert_leads([lead], into=pipeline, by=alice)

    deal = Deal.objects.get(pk=deal.pk)
    assert (deal.origin, deal.origin_id) == ("web_form", "w1")
    assert list(Lead.everything.values_list("origin", "origin_id")) == [("web_form", "w1")]


def test_a_deal_that_never_was_a_lead_keeps_it_as_one(alice, pipeline):
    deal = make(DealFactory, alice)

    return_to_leads([deal], by=alice)
    lead = Lead.objects.get()
    convert_leads([lead], into=pipeline, by=alice)

    assert (lead.origin, lead.origin_id) == ("web_form", "w1")
    assert Deal.objects.get().origin == "web_form"
