"""Deals move on, are won or lost only with what their pipeline requires."""

import pytest
from django.core.exceptions import ValidationError

from core.errors import NotAllowed
from custom_fields.models import Field
from custom_fields.services import delete_field, restore_field
from deals.models import Deal
from deals.services import (
    FieldsMissing,
    empty_stage,
    lose_deals,
    move_deals,
    reopen_deals,
    win_deals,
)
from deals.services.needs import refuse_incomplete
from deals.services.opening import change_deal
from history.services import undo
from pipelines import services as pipelines
from pipelines.models import Requirement
from tests.factories import DealFactory, FieldFactory, LostReasonFactory, PipelineFactory
from tests.house.reading import main_form
from tests.web import htmx

Moment = Requirement.Moment


@pytest.fixture
def deal(alice, stages):
    return DealFactory(owner=alice, stage=stages[0], title="Bell")


@pytest.fixture
def budget(db):
    return FieldFactory(name="Budget", kind="number")


def require(field, stages, moment=Moment.ENTER, stage=None):
    return Requirement.objects.create(
        pipeline=stages[0].pipeline, stage=stage, field=field, moment=moment
    )


def test_a_stage_is_entered_with_what_it_requires(alice, stages, deal, budget):
    require(budget, stages, stage=stages[1])

    with pytest.raises(FieldsMissing, match="Budget") as refused:
        move_deals([deal], to=stages[1], by=alice)
    assert (refused.value.fields, refused.value.records) == ([budget], [deal])
    deal.refresh_from_db()
    assert deal.stage == stages[0]
    assert move_deals([deal], to=stages[2], by=alice)  # it asks nothing
    change_deal(deal, {budget.key: 5}, by=alice)

    assert move_deals([deal], to=stages[1], by=alice)


def test_every_stage_may_require_it_and_staying_needs_nothing(alice, stages, deal, budget):
    require(budget, stages)

    move_deals([deal], to=stages[0], by=alice)
    for stage in stages[1:]:
        with pytest.raises(FieldsMissing):
            move_deals([deal], to=stage, by=alice)


@pytest.mark.parametrize("moment", [Moment.WON, Moment.LOST])
def test_deals_end_with_what_that_requires(alice, stages, deal, budget, moment):
    require(budget, stages, moment)
    other = DealFactory(owner=alice, stage=stages[2], title="Done")
    change_deal(other, {budget.key: 5}, by=alice)

    def end(deals):
        if moment == Moment.WON:
            return win_deals(deals, by=alice)
        return lose_deals(deals, reason=None, by=alice)

    with pytest.raises(FieldsMissing) as refused:
        end([deal, other])
    assert refused.value.records == [deal]
    assert end([other])
    assert not Deal.objects.get(pk=deal.pk).won_at
    reopen_deals([other], by=alice)


def test_another_pipeline_asks_nothing(alice, stages, deal, budget):
    Requirement.objects.create(pipeline=PipelineFactory(), field=budget, moment=Moment.WON)

    assert win_deals([deal], by=alice)


def test_a_deleted_field_asks_nothing_until_it_is_back(alice, manager, stages, deal, budget):
    require(budget, stages, Moment.WON)
    delete_field(budget, by=manager)
    undo(win_deals([deal], by=alice), by=alice)
    restore_field(budget, by=manager)

    with pytest.raises(FieldsMissing):
        win_deals([deal], by=alice)


def test_a_stage_that_ends_hands_over_its_deals_all_the_same(alice, manager, stages, deal, budget):
    require(budget, stages)

    assert empty_stage(stages[0], into=stages[1], by=manager)


def test_moving_back_is_never_refused(alice, stages, deal, budget):
    operation = move_deals([deal], to=stages[1], by=alice)
    require(budget, stages)

    undo(operation, by=alice)

    deal.refresh_from_db()
    assert deal.stage == stages[0]


def test_what_it_needs_where_it_stands_is_not_taken_from_a_deal(alice, stages, deal, budget):
    colour, size = FieldFactory(name="Colour"), FieldFactory(name="Size", kind="options")
    change_deal(deal, {budget.key: 5, colour.key: "Blue"}, by=alice)
    for field in (budget, size):
        require(field, stages)

    with pytest.raises(ValidationError, match="requires this") as refused:
        change_deal(deal, {budget.key: None, "title": "Other"}, by=alice)

    assert list(refused.value.message_dict) == [budget.key]
    deal.refresh_from_db()
    assert (deal.title, deal.custom[str(budget.pk)]) == ("Bell", "5")
    assert change_deal(deal, {budget.key: 6, size.key: [], colour.key: " "}, by=alice)


def test_undoing_what_was_filled_in_is_not_refused(alice, stages, deal, budget):
    filled = change_deal(deal, {budget.key: 5}, by=alice)
    require(budget, stages)

    undo(filled, by=alice)

    deal.refresh_from_db()
    assert deal.custom == {}


@pytest.mark.parametrize("count", [1, 5])
def test_asking_costs_one_statement(alice, stages, budget, count, django_assert_num_queries):
    require(budget, stages)
    deals = DealFactory.create_batch(count, stage=stages[0], custom={str(budget.pk): "5"})

    with django_assert_num_queries(1):
        refuse_incomplete(deals, Moment.ENTER, to=stages[1])


# --- On pages ----------------------------------------------------------------------------------


def test_a_card_dropped_too_early_stays_and_the_message_leads_to_the_field(
    alice, signed_in, stages, deal, budget
):
    require(budget, stages)
    sent = {
        "stage": stages[1].pk,
        "left": stages[0].pk,
        "drag": "1",
        "board": stages[0].pipeline_id,
    }

    answer = signed_in(alice).post(f"/deals/{deal.pk}/move/", sent, headers=htmx())

    assert answer.status_code == 422
    assert "Budget" in answer.text
    assert f'href="/deals/{deal.pk}/edit/"' in answer.text
    assert answer.headers["HX-Reswap"] == "none"
    deal.refresh_from_db()
    assert deal.stage == stages[0]


@pytest.mark.parametrize("path", ["move", "won", "lost"])
def test_without_a_script_the_page_leads_there_too(alice, signed_in, stages, deal, budget, path):
    for moment in Moment:
        require(budget, stages, moment)
    sent = {"stage": stages[1].pk, "reason": LostReasonFactory().pk}

    answer = signed_in(alice).post(f"/deals/{deal.pk}/{path}/", sent)

    assert answer.status_code == 422
    assert "Budget" in answer.text
    assert f'<a href="/deals/{deal.pk}/edit/">' in answer.text
    deal.refresh_from_db()
    assert (deal.stage, deal.status) == (stages[0], "open")


def test_a_new_deal_begins_with_what_its_stage_requires(alice, signed_in, stages, deal, budget):
    require(budget, stages, stage=stages[1])
    client, url = signed_in(alice), "/deals/new/"
    form = main_form(client.get(url), url).fields
    sent = form | {"title": "New", "person": deal.person_id, "stage": stages[1].pk}

    answer = client.post(url, sent)

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {budget.key}
    assert client.post(url, sent | {"stage": stages[0].pk}).status_code == 302
    assert client.post(url, sent | {budget.key: "12"}).status_code == 302


def test_what_is_required_is_changed_and_not_taken_away(alice, signed_in, stages, deal, budget):
    require(budget, stages)
    client, url = signed_in(alice), f"/deals/{deal.pk}/edit/"
    form = main_form(client.get(url), url).fields
    assert client.post(url, form | {"title": "Still empty"}).status_code == 302
    change_deal(deal, {budget.key: 5}, by=alice)
    form = main_form(client.get(url), url).fields

    answer = client.post(url, form | {budget.key: "", "title": "Typed"})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {budget.key}
    assert 'value="Typed"' in answer.text
    assert client.post(url, form | {budget.key: "6"}).status_code == 302


# --- Settings ----------------------------------------------------------------------------------


def test_pipelines_say_what_they_require(manager, signed_in, stages, budget):
    client, url = signed_in(manager), f"/settings/pipelines/{stages[0].pipeline_id}/"

    for when in ("enter", f"enter:{stages[1].pk}", "won", "lost"):
        answer = client.post(f"{url}required/", {"field": budget.pk, "when": when})
        assert answer.status_code == 302

    page = client.get(url).text
    for words in ("Entering any stage", "Entering “Offer”", "Winning", "Losing"):
        assert words in page
    again = client.post(f"{url}required/", {"field": budget.pk, "when": "won"})
    assert again.status_code == 422
    assert "required already" in again.text
    for requirement in Requirement.objects.all():
        client.post(f"/settings/requirements/{requirement.pk}/drop/")
    assert not Requirement.objects.exists()


@pytest.mark.parametrize(
    "sent", [{"field": "x", "when": "won"}, {"when": "enter:999"}, {"when": "x"}, {"field": ""}]
)
def test_what_makes_no_sense_is_told(manager, signed_in, stages, budget, sent):
    url = f"/settings/pipelines/{stages[0].pipeline_id}/required/"

    answer = signed_in(manager).post(url, {"field": budget.pk, "when": "won"} | sent)

    assert answer.status_code == 422
    assert not Requirement.objects.exists()


def test_only_fields_of_deals_only_own_stages_only_by_who_configures(
    alice, manager, stages, budget
):
    shoe = FieldFactory(of=Field.Of.PERSON)
    pipeline, elsewhere = stages[0].pipeline, PipelineFactory()

    with pytest.raises(pipelines.NotOfDeals):
        pipelines.require_field(shoe, pipeline=pipeline, moment=Moment.WON, by=manager)
    with pytest.raises(pipelines.NotOfDeals):
        pipelines.require_field(
            budget, pipeline=elsewhere, stage=stages[0], moment=Moment.ENTER, by=manager
        )
    with pytest.raises(NotAllowed):
        pipelines.require_field(budget, pipeline=pipeline, moment=Moment.WON, by=alice)


def test_a_stage_that_only_requires_something_was_not_visited(manager, stages, budget):
    require(budget, stages, stage=stages[2])

    pipelines.remove_stage(stages[2], by=manager)

    assert not Requirement.objects.exists()
