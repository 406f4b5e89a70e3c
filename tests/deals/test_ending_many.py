"""Many deals are moved, won, lost and reopened at once; what some lack is asked once for all."""

import pytest

from deals.models import Deal
from history.models import Event, Operation
from history.services import undo
from jobs.models import Job
from jobs.services import run_now
from lists import acting
from pipelines.models import Requirement
from tests.factories import (
    DealFactory,
    FieldFactory,
    LostReasonFactory,
    PipelineFactory,
    StageFactory,
)
from tests.web import assert_part_of_page, htmx


@pytest.fixture
def deals(alice, stages):
    return DealFactory.create_batch(3, owner=alice, stage=stages[0])


@pytest.fixture
def budget(db):
    return FieldFactory(name="Budget", kind="number")


@pytest.fixture
def reason(db):
    return LostReasonFactory(name="Price")


def require(field, pipeline, moment, stage=None):
    Requirement.objects.create(pipeline=pipeline, stage=stage, field=field, moment=moment)


def ids(deals):
    return {"ids": [each.pk for each in deals], "count": len(deals)}


def saved(deals, **sent):
    return ids(deals) | {f"new-{name}": value for name, value in sent.items()} | {"save": "1"}


def states():
    return list(Deal.objects.order_by("pk").values_list("stage__name", "status"))


def test_many_move_to_a_stage_of_any_pipeline(alice, signed_in, deals):
    there = StageFactory(pipeline=PipelineFactory(name="Renewals"), name="Due")
    client = signed_in(alice)
    page = client.post("/deals/move/", ids(deals))
    assert page.status_code == 200
    for words in ("Move 3 deals", "Renewals", "Due"):
        assert words in page.text
    assert states() == [("Qualified", "open")] * 3

    answer = client.post("/deals/move/", saved(deals, stage=there.pk), follow=True)

    assert "3 deals moved to Due." in answer.text
    assert states() == [("Due", "open")] * 3
    undo(Operation.objects.latest("pk"), by=alice)
    assert states() == [("Qualified", "open")] * 3


def test_many_are_won_at_once_where_nothing_is_missing(alice, signed_in, deals):
    answer = signed_in(alice).post("/deals/win/", ids(deals), follow=True)

    assert "3 deals won." in answer.text
    assert states() == [("Qualified", "won")] * 3


def test_many_are_lost_for_one_reason(alice, signed_in, deals, reason):
    client = signed_in(alice)
    assert "Why were 3 deals lost?" in client.post("/deals/lose/", ids(deals)).text
    wrong = client.post("/deals/lose/", saved(deals, reason="", comment=""))
    assert wrong.status_code == 422
    assert states() == [("Qualified", "open")] * 3

    client.post("/deals/lose/", saved(deals, reason=reason.pk, comment="Both of them"))

    assert states() == [("Qualified", "lost")] * 3
    assert set(Deal.objects.values_list("lost_reason", "lost_comment")) == {
        (reason.pk, "Both of them")
    }


def test_any_of_their_pipelines_may_need_a_reason(alice, signed_in, stages, deals, reason):
    lenient = StageFactory(pipeline=PipelineFactory(lost_needs_reason=False))
    other = DealFactory(owner=alice, stage=lenient)
    client = signed_in(alice)

    assert client.post("/deals/lose/", saved([other, *deals])).status_code == 422
    assert client.post("/deals/lose/", saved([other])).status_code == 302


def test_many_are_reopened(alice, signed_in, stages):
    deals = DealFactory.create_batch(2, owner=alice, stage=stages[0], won=True)

    answer = signed_in(alice).post("/deals/reopen/", ids(deals), follow=True)

    assert "2 deals open again." in answer.text
    assert states() == [("Qualified", "open")] * 2


@pytest.mark.parametrize("path", ["move", "win", "lose"])
def test_what_some_lack_is_asked_once(alice, signed_in, stages, deals, budget, path):
    moment = {"move": "enter", "win": "won", "lose": "lost"}[path]
    require(budget, stages[0].pipeline, moment)
    Deal.objects.filter(pk=deals[0].pk).update(custom={str(budget.pk): "5"})
    client, url = signed_in(alice), f"/deals/{path}/"
    chosen = {"stage": stages[1].pk} if path == "move" else {"comment": ""}

    asked = client.post(url, ids(deals) | {"new-stage": stages[1].pk})
    assert asked.status_code == 200
    assert "Budget" in asked.text
    for nothing in ("", "many"):
        sent = saved(deals, **chosen, **{budget.key: nothing})
        answer = client.post(url, sent, headers=htmx("many"))
        assert answer.status_code == 422
        assert answer.text.lstrip().startswith('<section id="many"')
    assert states() == [("Qualified", "open")] * 3

    client.post(url, saved(deals, **chosen, **{budget.key: "12"}))

    assert (
        states()
        == {
            "move": [("Offer", "open")] * 3,
            "win": [("Qualified", "won")] * 3,
            "lose": [("Qualified", "lost")] * 3,
        }[path]
    )
    found = Deal.objects.order_by("pk").values_list("custom", flat=True)
    assert list(found) == [{str(budget.pk): value} for value in ("5", "12", "12")]
    assert Event.objects.filter(verb="deal.changed").count() == 2


def test_a_dialog_is_a_page_too(alice, signed_in, deals, reason):
    url = "/deals/lose/"
    assert_part_of_page(signed_in(alice), url, "many", ids=deals[0].pk)
    assert_part_of_page(signed_in(alice), "/deals/move/", "many", ids=deals[0].pk)


def test_what_some_stand_against_is_said_in_the_dialog(alice, signed_in, stages, deals):
    won = DealFactory(owner=alice, stage=stages[0], won=True, title="Done")

    answer = signed_in(alice).post(
        "/deals/move/", saved([*deals, won], stage=stages[1].pk), headers=htmx("many")
    )

    assert answer.status_code == 422
    assert "“Done”" in answer.text
    assert states() == [("Qualified", "open")] * 3 + [("Qualified", "won")]


@pytest.mark.parametrize("path", ["move", "win", "lose", "reopen"])
def test_one_that_is_hidden_is_as_good_as_missing(alice, charlie, signed_in, stages, deals, path):
    hidden = DealFactory(owner=charlie, stage=stages[0], visibility="owner")

    answer = signed_in(alice).post(f"/deals/{path}/", ids([*deals, hidden]))

    assert answer.status_code == 404
    assert states() == [("Qualified", "open")] * 4


@pytest.mark.parametrize("stage", ["", "x", "999999", "9" * 40])
def test_a_stage_that_is_not_there_is_said_at_the_field(alice, signed_in, deals, stage):
    answer = signed_in(alice).post("/deals/move/", saved(deals, stage=stage))

    assert answer.status_code == 422
    assert states() == [("Qualified", "open")] * 3


def test_more_than_a_request_changes_go_by_a_job(
    alice, signed_in, stages, deals, budget, monkeypatch
):
    monkeypatch.setattr(acting, "LARGEST_REQUEST", 2)
    other = LostReasonFactory(name="Other", needs_comment=True)
    require(budget, stages[0].pipeline, "lost")
    sent = saved(deals, reason=other.pk, comment="All of them", **{budget.key: "12"})

    signed_in(alice).post("/deals/lose/", sent)
    job = run_now(Job.objects.get())

    assert (job.status, job.error) == ("done", "")
    assert states() == [("Qualified", "lost")] * 3
    assert set(Deal.objects.values_list("lost_comment", flat=True)) == {"All of them"}
    assert {each["custom"][str(budget.pk)] for each in Deal.objects.values("custom")} == {"12"}


@pytest.mark.parametrize("path", ["move", "win"])
def test_the_others_go_by_jobs_too(alice, signed_in, stages, deals, monkeypatch, path):
    monkeypatch.setattr(acting, "LARGEST_REQUEST", 2)

    signed_in(alice).post(f"/deals/{path}/", saved(deals, stage=stages[2].pk))

    assert run_now(Job.objects.get()).status == "done"
    assert states() != [("Qualified", "open")] * 3


@pytest.mark.parametrize("count", [1, 5])
def test_asking_costs_the_same_for_many(
    alice, signed_in, stages, budget, count, django_assert_num_queries
):
    require(budget, stages[0].pipeline, "won")
    deals = DealFactory.create_batch(count, owner=alice, stage=stages[0])
    client = signed_in(alice)

    with django_assert_num_queries(11):
        client.post("/deals/win/", ids(deals), headers=htmx("dialog"))
