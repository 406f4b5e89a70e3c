"""Deals move on, are won or lost only with what their pipeline requires."""

import pytest
from django.core.exceptions import ValidationError

from core.errors import NotAllowed
from custom_fields.models import Field
from custom_fields.services import delete_field, restore_field
from custom_fields.values import UnknownField
from deals.models import Deal
from deals.services import (
    FieldsMissing,
    end_stage,
    lose_deals,
    move_deals,
    reopen_deals,
    win_deals,
)
from deals.services.needs import refuse_incomplete
from deals.services.opening import change_deal
from history.models import Event
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

    assert end_stage(stages[0], into=stages[1], by=manager)


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


ACTS = {
    "move": lambda deals, stages, **more: move_deals(deals, to=stages[1], **more),
    "win": lambda deals, stages, **more: win_deals(deals, **more),
    "lose": lambda deals, stages, **more: lose_deals(deals, reason=None, **more),
}


@pytest.mark.parametrize("name", ACTS)
def test_what_is_missing_is_said_along_with_the_act(alice, stages, deal, budget, name):
    for moment in Moment:
        require(budget, stages, moment)
    full = DealFactory(owner=alice, stage=stages[0], custom={str(budget.pk): "5"})

    operation = ACTS[name]([deal, full], stages, values={budget.key: 12}, by=alice)

    assert where(deal)[2] == {str(budget.pk): "12"}
    assert where(full)[2] == {str(budget.pk): "5"}
    assert where(deal)[:2] != ("Qualified", "open")
    told = Event.objects.filter(subject_id=deal.pk).order_by("pk")
    assert [each.verb for each in told] == ["deal.changed", operation.verb]
    assert told[0].changes == {budget.key: [None, "12"]}
    undo(operation, by=alice)  # takes back the act and leaves what was typed
    assert where(deal) == ("Qualified", "open", {str(budget.pk): "12"})


@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize("wrong", [{}, {"custom_999": 1}, "option"])
def test_with_wrong_or_too_few_answers_nothing_happens(alice, stages, deal, budget, name, wrong):
    size = FieldFactory(name="Size", kind="option", options=["S"])
    for moment in Moment:
        require(budget, stages, moment)
        require(size, stages, moment)
    if wrong == "option":
        [option] = size.choices
        option.delete()
        wrong = {budget.key: 12, size.key: option}

    with pytest.raises((FieldsMissing, UnknownField, ValidationError)):
        ACTS[name]([deal], stages, values={budget.key: 12} | wrong, by=alice)

    assert where(deal) == ("Qualified", "open", {})
    assert not Event.objects.exists()


@pytest.mark.parametrize("count", [1, 5])
def test_winning_with_answers_costs_the_same_for_many(
    alice, stages, budget, count, django_assert_num_queries
):
    require(budget, stages, Moment.WON)
    deals = DealFactory.create_batch(count, stage=stages[0], owner=alice)

    # one of them: does the pipeline start projects with its wins?
    with django_assert_num_queries(17):
        win_deals(deals, values={budget.key: 12}, by=alice)


@pytest.mark.parametrize("count", [1, 5])
def test_asking_costs_one_statement(alice, stages, budget, count, django_assert_num_queries):
    require(budget, stages)
    deals = DealFactory.create_batch(count, stage=stages[0], custom={str(budget.pk): "5"})

    with django_assert_num_queries(1):
        refuse_incomplete(deals, Moment.ENTER, to=stages[1])


# --- On pages ----------------------------------------------------------------------------------


def act(path, stages):
    """What is sent to ``path`` when somebody acts on a deal."""
    return {
        "move": {"stage": stages[1].pk, "left": stages[0].pk},
        "won": {},
        "lost": {"reason": LostReasonFactory().pk, "comment": "Too slow"},
    }[path]


def where(deal):
    deal.refresh_from_db()
    return deal.stage.name, deal.status, deal.custom


def test_a_card_dropped_too_early_asks_for_what_it_lacks(alice, signed_in, stages, deal, budget):
    require(budget, stages)
    board = stages[0].pipeline_id
    sent = act("move", stages) | {"drag": "1", "board": board, "after": "", "before": ""}
    client, url = signed_in(alice), f"/deals/{deal.pk}/move/"

    answer = client.post(url, sent, headers=htmx(on=f"/deals/pipeline/{board}/"))

    assert answer.status_code == 200
    assert answer.headers["HX-Retarget"] == "#dialog"
    assert answer.headers["HX-Reswap"] == "innerHTML"
    assert answer.text.lstrip().startswith('<section id="needs"')
    assert where(deal) == ("Qualified", "open", {})
    typed = sent_by(answer, url) | {budget.key: "12"}
    assert "drag" not in typed
    answer = client.post(url, typed, headers=htmx("dialog", on=f"/deals/pipeline/{board}/"))
    assert answer.status_code == 200
    assert "HX-Retarget" not in answer.headers
    assert f'id="column-{stages[1].pk}"' in answer.text
    assert where(deal) == ("Offer", "open", {str(budget.pk): "12"})


def sent_by(answer, url):
    """What the form in the dialog sends as it stands."""
    return main_form(answer, url).fields


@pytest.mark.parametrize("path", ["move", "won", "lost"])
def test_without_a_script_the_page_asks_for_it(alice, signed_in, stages, deal, budget, path):
    for moment in Moment:
        require(budget, stages, moment)
    client, url = signed_in(alice), f"/deals/{deal.pk}/{path}/"

    answer = client.get(url) if path == "lost" else client.post(url, act(path, stages))

    assert answer.status_code == 200
    typed = sent_by(answer, url) | act(path, stages)
    assert where(deal) == ("Qualified", "open", {})
    for nothing in ("", "many"):
        answer = client.post(url, typed | {budget.key: nothing})
        assert answer.status_code == 422
        assert set(answer.context["form"].errors) == {budget.key}
        assert where(deal) == ("Qualified", "open", {})
    assert client.post(url, typed | {budget.key: "12"}).status_code == 302
    ends = {"move": ("Offer", "open"), "won": ("Qualified", "won"), "lost": ("Qualified", "lost")}
    assert where(deal) == (*ends[path], {str(budget.pk): "12"})


@pytest.mark.parametrize("path", ["move", "won", "lost"])
def test_where_nothing_is_missing_nothing_is_asked(alice, signed_in, stages, deal, budget, path):
    for moment in Moment:
        require(budget, stages, moment)
    change_deal(deal, {budget.key: 5}, by=alice)

    answer = signed_in(alice).post(f"/deals/{deal.pk}/{path}/", act(path, stages))

    assert answer.status_code == 302
    assert where(deal) != ("Qualified", "open", {str(budget.pk): "5"})


@pytest.mark.parametrize("path", ["won", "lost"])
def test_from_the_board_the_column_is_drawn_anew(alice, signed_in, stages, deal, path):
    board = stages[0].pipeline_id
    sent = act(path, stages) | {"board": board}

    answer = signed_in(alice).post(
        f"/deals/{deal.pk}/{path}/", sent, headers=htmx("dialog", on=f"/deals/pipeline/{board}/")
    )

    assert answer.status_code == 200
    assert f'id="column-{stages[0].pk}"' in answer.text
    assert f'data-card="{deal.pk}"' not in answer.text
    assert "Undo" in answer.text


def test_a_colleagues_move_meanwhile_is_told_in_the_dialog(
    alice, bob, signed_in, stages, deal, budget
):
    require(budget, stages)
    Deal.objects.update(visibility="team")
    client, url = signed_in(alice), f"/deals/{deal.pk}/move/"
    typed = sent_by(client.post(url, act("move", stages)), url) | {budget.key: "12"}
    move_deals([deal], to=stages[2], values={budget.key: 7}, by=bob)

    answer = client.post(url, typed, headers=htmx("dialog"))

    assert answer.status_code == 409
    assert "now it is in “Negotiation”" in answer.text
    assert where(deal) == ("Negotiation", "open", {str(budget.pk): "7"})


def test_a_deal_one_may_not_change_is_not_asked_about(
    charlie, reader, signed_in, stages, deal, budget
):
    require(budget, stages, Moment.WON)
    Deal.objects.update(visibility="team")

    for user, status in ((charlie, 404), (reader, 403)):
        for sent in ({}, {"answered": "1", budget.key: "12"}):
            answer = signed_in(user).post(f"/deals/{deal.pk}/won/", sent)
            assert answer.status_code == status
            assert "Budget" not in answer.text


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
