"""What a stage requires is asked for in the dialog, once for all leads that lack it (A11)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conversion import services
from conversion.models import Conversion
from conversion.queries import missing_fields
from conversion.services import convert_leads, return_to_leads
from conversion.views import converting
from crm.invariants import breaches
from deals.models import Deal
from deals.services import FieldsMissing
from history.models import Event
from history.services import undo
from jobs.models import Job
from jobs.services import run_now
from leads.models import Lead
from opportunities import services as opportunities
from pipelines.models import Requirement
from tests.conversion.test_views import CONVERT, form, ids
from tests.factories import FieldFactory, LeadFactory, PersonFactory, PipelineFactory, StageFactory
from tests.factories.custom_fields import present


@pytest.fixture
def budget(pipeline):
    field = FieldFactory(name="Budget", kind="number")
    Requirement.objects.create(pipeline=pipeline, field=field, moment="enter")
    return field


@pytest.fixture
def leads(alice):
    return LeadFactory.create_batch(3, owner=alice, person=PersonFactory(owner=alice))


def nothing_changed():
    return not Deal.everything.exists() and not Conversion.objects.exists()


def test_leads_that_lack_it_are_not_converted_without_an_answer(alice, pipeline, leads, budget):
    opportunities.change(leads[0], {budget.key: 7}, by=alice)

    with pytest.raises(FieldsMissing, match="Budget") as refused:
        convert_leads(leads, into=pipeline, by=alice)

    assert refused.value.fields == [budget]
    assert refused.value.records == leads[1:]
    assert nothing_changed()


def test_of_many_that_lack_it_the_first_are_told(alice, pipeline, leads, budget, monkeypatch):
    monkeypatch.setattr(services.converting, "MOST_TOLD", 2)
    opportunities.change(leads[0], {budget.key: 7}, by=alice)
    more = LeadFactory.create_batch(5, owner=alice, person=leads[0].person)

    with pytest.raises(FieldsMissing, match="and 2 more") as refused:
        convert_leads([*more, *leads], into=pipeline, by=alice)

    assert refused.value.records == leads[1:]


def test_only_what_some_lack_is_asked_for(pipeline, leads, budget, django_assert_num_queries):
    size, colour = FieldFactory(name="Size"), FieldFactory(name="Colour")
    for field in (size, colour):
        Requirement.objects.create(pipeline=pipeline, field=field, moment="enter")
    Lead.objects.update(custom={str(size.pk): "M", str(budget.pk): "7"})
    Lead.objects.filter(pk=leads[0].pk).update(custom={str(size.pk): "M"})

    stage = pipeline.stages.first()
    with django_assert_num_queries(3):
        missing = missing_fields(Lead.objects.all(), stage)

    assert missing == [budget, colour]


def test_one_answer_is_for_all_that_lack_it_and_for_nobody_else(alice, pipeline, leads, budget):
    opportunities.change(leads[0], {budget.key: 7}, by=alice)

    convert_leads(leads, into=pipeline, values={budget.key: 5}, by=alice)

    deals = Deal.objects.order_by("pk")
    assert [present(deal, budget.key) for deal in deals] == [7, 5, 5]
    told = Event.objects.filter(verb="deal.changed", changes__has_key=budget.key)
    assert [event.subject_id for event in told.order_by("subject_id")] == ids(deals[1:])
    assert told[0].changes == {budget.key: [None, "5"]}
    assert breaches() == []
    undo(told[0].operation, by=alice)
    assert [present(deal, budget.key) for deal in Deal.objects.order_by("pk")] == [7, None, None]


def test_the_number_of_statements_does_not_depend_on_that_of_leads(alice, pipeline, budget):
    assert alice.team_member_ids  # asked once and remembered
    counted = []
    for size in (1, 7):
        leads = LeadFactory.create_batch(size, owner=alice, person=PersonFactory(owner=alice))
        with CaptureQueriesContext(connection) as captured:
            convert_leads(leads, into=pipeline, values={budget.key: 5}, by=alice)
        counted.append(len(captured))
    assert counted[0] == counted[1]


@pytest.mark.parametrize("size", [1, 3])
def test_the_dialog_asks_and_until_answered_nothing_changes(  # A11
    signed_in, alice, pipeline, leads, budget, size
):
    client, leads = signed_in(alice), leads[:size]

    asked = client.get(CONVERT, {"ids": ids(leads)}).text
    assert "Required here" in asked
    assert f'name="new_{budget.key}"' in asked
    for typed in ("", "1e9999"):
        answer = client.post(CONVERT, form(pipeline, leads, **{f"new_{budget.key}": typed}))
        assert answer.status_code == 422
        assert set(answer.context["form"].errors) == {f"new_{budget.key}"}
        assert nothing_changed()
    answer = client.post(CONVERT, form(pipeline, leads, **{f"new_{budget.key}": "12 500,50"}))

    assert answer.status_code == 302
    assert {str(present(deal, budget.key)) for deal in Deal.objects.all()} == {"12500.5"}


def test_what_all_leads_say_is_not_asked(signed_in, alice, pipeline, leads, budget):
    for lead in leads:
        opportunities.change(lead, {budget.key: 7}, by=alice)
    client = signed_in(alice)

    assert budget.key not in client.get(CONVERT, {"ids": ids(leads)}).text
    assert client.post(CONVERT, form(pipeline, leads)).status_code == 302


def test_it_asks_for_what_the_chosen_pipeline_and_stage_require(
    signed_in, alice, pipeline, leads, budget
):
    other = PipelineFactory(name="Partners")
    first, second = (
        StageFactory(pipeline=other, position=0),
        StageFactory(pipeline=other, position=1),
    )
    size = FieldFactory(name="Size", kind="option", options=["Small", "Large"])
    Requirement.objects.create(pipeline=other, stage=second, field=size, moment="enter")
    client = signed_in(alice)

    answer = client.post(CONVERT, form(other, leads, stage=second.pk))
    assert set(answer.context["form"].errors) == {f"new_{size.key}"}
    assert budget.key not in answer.text
    small = size.options.get(name="Small")
    sent = form(other, leads, stage=second.pk, **{f"new_{size.key}": small.pk})
    assert client.post(CONVERT, sent).status_code == 302
    assert {present(deal, size.key) for deal in Deal.objects.all()} == {small}
    assert {deal.stage for deal in Deal.objects.all()} == {second}
    assert first.deals.count() == 0


@pytest.mark.parametrize("stage", ["x", "999999999999999999999", "²", "-1"])
def test_an_odd_stage_is_told(signed_in, alice, pipeline, leads, budget, stage):
    answer = signed_in(alice).post(CONVERT, form(pipeline, leads, stage=stage))

    assert answer.status_code == 422
    assert nothing_changed()


def test_a_job_knows_the_answer(signed_in, alice, pipeline, leads, budget, monkeypatch):
    monkeypatch.setattr(converting, "LARGEST_REQUEST", 2)

    signed_in(alice).post(CONVERT, form(pipeline, leads, **{f"new_{budget.key}": "5"}))
    ended = run_now(Job.objects.get())

    assert ended.status == Job.Status.DONE, ended.error
    assert {present(deal, budget.key) for deal in Deal.objects.all()} == {5}


def test_putting_back_asks_nothing(alice, pipeline, leads):
    convert_leads(leads, into=pipeline, by=alice)
    returned = return_to_leads(Deal.objects.all(), by=alice)
    field = FieldFactory()
    Requirement.objects.create(pipeline=pipeline, field=field, moment="enter")

    undo(returned, by=alice)

    assert Deal.objects.count() == 3
    assert not Lead.objects.exists()
