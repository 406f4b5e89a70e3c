"""How long deals idle: which doors are news, what is taken back, and in which words it is said."""

from datetime import date, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict
from django.utils import timezone, translation

from accounts.days import today_of
from accounts.models import User
from accounts.services import deactivate_user
from activities import services as activities
from activities.models import Activity, ActivityType, Note
from conversion.services import return_to_leads
from deals.board import with_age
from deals.idling import idle_words
from deals.models import Deal, StageVisit
from deals.services import change_deal, end_stage, lose_deals, move_deals, reopen_deals, win_deals
from deals.table import matching
from deals.templatetags.deals import idle_words as idle_filter
from history.models import Operation
from history.services import undo
from leads.models import Lead
from opportunities import services as opportunities
from opportunities.following import follow
from opportunities.setting import set_fields
from tests.factories import (
    ActivityFactory,
    DealFactory,
    LabelFactory,
    NoteFactory,
    PipelineFactory,
    StageFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def long_ago():
    return timezone.now() - timedelta(days=30)


@pytest.fixture
def deal(alice, stages, long_ago):
    """Nothing happened to it for thirty days."""
    deal = opportunities.create(
        DealFactory.build(stage=stages[0], owner=alice, person=DealFactory(owner=alice).person),
        by=alice,
        save=lambda each: each.save(),
    )
    StageVisit.objects.create(deal=deal, stage=deal.stage, entered_at=long_ago)
    Operation.objects.update(at=long_ago)
    Deal.objects.update(idle_since=long_ago, stage_entered_at=long_ago)
    return deal


def idle_since(deal):
    return Deal.everything.get(pk=deal.pk).idle_since


# --- Doors -------------------------------------------------------------------------------------

DOORS = {
    "moved": lambda deal, by, to: move_deals([deal], to=to, by=by),
    "changed": lambda deal, by, to: change_deal(deal, {"title": "Other"}, by=by),
    "set": lambda deal, by, to: set_fields([deal], {"campaign": "Spring"}, by=by),
    "assigned": lambda deal, by, to: opportunities.assign([deal], to=UserFactory(), by=by),
    "shared out": lambda deal, by, to: opportunities.share_out(
        [deal], among=[UserFactory()], by=by
    ),
    "handed over": lambda deal, by, to: deactivate_user(deal.owner, heir=by, by=by),
    "labelled": lambda deal, by, to: opportunities.add_label([deal], LabelFactory(), by=by),
    "won": lambda deal, by, to: win_deals([deal], by=by),
    "lost": lambda deal, by, to: lose_deals([deal], reason=None, by=by),
    "archived": lambda deal, by, to: opportunities.archive([deal], by=by),
    "noted": lambda deal, by, to: activities.write_note(NoteFactory.build(deal=deal), by=by),
    "done": lambda deal, by, to: activities.complete(ActivityFactory(deal=deal), by=by),
}
SILENT = {
    "planned": lambda deal, by, to: activities.plan(
        ActivityFactory.build(deal=deal, type=ActivityType.objects.create(name="X")), by=by
    ),
    "put off": lambda deal, by, to: activities.change(
        ActivityFactory(deal=deal), {"due_on": date(2031, 1, 1)}, by=by
    ),
    "pinned": lambda deal, by, to: activities.pin(NoteFactory(deal=deal), True, by=by),
    "moved within its column": lambda deal, by, to: move_deals([deal], to=deal.stage, by=by),
    "changed to the same": lambda deal, by, to: change_deal(deal, {"title": deal.title}, by=by),
    "assigned to its owner": lambda deal, by, to: opportunities.assign(
        [deal], to=deal.owner, by=by
    ),
}


@pytest.mark.parametrize("door", DOORS)
def test_whatever_is_done_or_said_is_news(deal, admin, stages, long_ago, door):
    DOORS[door](deal, admin, stages[1])
    assert idle_since(deal) > long_ago + timedelta(days=29)


@pytest.mark.parametrize("door", SILENT)
def test_what_is_planned_or_changes_nothing_is_none(deal, admin, stages, long_ago, door):
    SILENT[door](deal, admin, stages[1])
    assert idle_since(deal) == long_ago


@pytest.mark.parametrize("door", sorted(DOORS.keys() - {"handed over"}))  # nobody takes that back
def test_what_is_taken_back_was_no_news(deal, admin, stages, long_ago, door):
    DOORS[door](deal, admin, stages[1])
    undo(Operation.objects.latest("pk"), by=admin)
    assert idle_since(deal) == long_ago


def test_news_that_stands_stays_when_something_else_is_taken_back(deal, admin, long_ago):
    noted = activities.write_note(NoteFactory.build(deal=deal), by=admin)
    at = Operation.objects.latest("pk").at
    changed = change_deal(deal, {"title": "Other"}, by=admin)
    undo(changed, by=admin)
    assert idle_since(deal) == at
    assert Note.objects.get() == noted


def test_a_deal_that_was_handed_over_idles_since_then(deal, admin):
    deactivate_user(deal.owner, heir=admin, by=admin)
    at = Operation.objects.latest("pk").at
    undo(change_deal(deal, {"title": "Other"}, by=admin), by=admin)
    assert idle_since(deal) == at


def test_that_somebody_follows_is_no_news(deal, admin, long_ago):
    follow(deal, admin, by=admin)
    undo(change_deal(deal, {"title": "Other"}, by=admin), by=admin)
    assert idle_since(deal) == long_ago


def test_what_was_undone_stays_undone_when_something_later_is_too(deal, admin, long_ago):
    for title in ("One", "Two"):
        undo(change_deal(deal, {"title": title}, by=admin), by=admin)
        deal.refresh_from_db()
    assert idle_since(deal) == long_ago


def test_that_a_stage_ended_is_no_news_of_its_deals(deal, manager, admin, stages, long_ago):
    end_stage(stages[0], into=stages[1], by=manager)
    assert idle_since(deal) == long_ago
    undo(change_deal(deal, {"title": "Other"}, by=admin), by=admin)
    assert idle_since(deal) == long_ago


@pytest.mark.parametrize("number", [1, 30])
def test_many_are_told_and_taken_back_at_the_cost_of_one(
    alice, stages, number, django_assert_num_queries
):
    deals = DealFactory.create_batch(number, stage=stages[0], owner=alice)
    with django_assert_num_queries(9):
        operation = set_fields(deals, {"campaign": "Spring"}, by=alice)
    with django_assert_num_queries(15):
        undo(operation, by=alice)


def test_a_reopened_activity_and_a_removed_note_are_no_news(deal, admin, long_ago):
    activity, note = ActivityFactory(deal=deal), NoteFactory(deal=deal, author=admin)
    Activity.objects.update(done_at=long_ago, done_by=admin)
    activities.reopen(activity, by=admin)
    activities.remove_note(note, by=admin)
    assert idle_since(deal) == long_ago


def test_a_reopened_deal_begins_anew(deal, admin, long_ago):
    win_deals([deal], by=admin)
    Deal.objects.update(idle_since=long_ago)
    reopen_deals([deal], by=admin)
    assert idle_since(deal) > long_ago


def test_days_in_the_stage_run_from_the_stage_change_not_from_edits(deal, admin, long_ago):  # K12
    change_deal(deal, {"title": "Other"}, by=admin)
    activities.write_note(NoteFactory.build(deal=deal), by=admin)
    deal.refresh_from_db()
    assert deal.stage_entered_at == long_ago
    assert deal.stage_visits.get(left_at=None).entered_at == long_ago


# --- Rot ---------------------------------------------------------------------------------------


def deal_of(days, limit, **more):
    stage = StageFactory.build(rotting_days=limit)
    at = timezone.now()
    return DealFactory.build(stage=stage, idle_since=at - timedelta(days=days), **more), at


@pytest.mark.parametrize(
    ("days", "limit", "rot"),
    [
        (0, 1, None),
        (1, 1, "rotten"),
        (6, 10, None),
        (7, 10, "stale"),
        (9, 10, "stale"),
        (10, 10, "rotten"),
        (9, 14, None),
        (10, 14, "stale"),
        (62, 90, None),
        (63, 90, "stale"),
        (400, None, None),
    ],
)
def test_a_deal_dries_out_by_whole_days(days, limit, rot):
    deal, at = deal_of(days, limit)
    assert deal.rot(at, at.date()) == rot
    assert deal.rot(at - timedelta(seconds=1), at.date()) == deal_of(days - 1, limit)[0].rot(
        at, at.date()
    )


def test_what_is_planned_for_a_later_day_keeps_it_fresh_and_nothing_else():
    today = date(2026, 11, 26)
    for days, rot in ((1, None), (60, None), (0, "rotten"), (-1, "rotten")):
        deal, at = deal_of(20, 10, next_activity_on=today + timedelta(days=days))
        assert deal.rot(at, today) == rot


@pytest.mark.parametrize("status", ["won", "lost"])
def test_closed_deals_never_rot(status):
    deal, at = deal_of(400, 10, status=status)
    assert deal.rot(at, at.date()) is None


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Europe/Paris", "Pacific/Pago_Pago"])
def test_the_filter_and_the_card_agree(alice, pipeline, zone):
    """Over limits, days and a second more or less, next steps around today, and what is closed."""
    User.objects.filter(pk=alice.pk).update(time_zone=zone)
    alice.refresh_from_db()
    now, today = timezone.now(), today_of(alice)
    stages = [StageFactory(pipeline=pipeline, rotting_days=days) for days in (None, 1, 2, 7, 14)]
    person = DealFactory(owner=alice, stage=stages[0]).person
    grid = product(
        stages,
        (0, 1, 2, 4, 5, 7, 9, 10, 14, 15),
        (timedelta(minutes=-1), timedelta(minutes=1)),
        (None, -1, 0, 1),
        ("open", "open", "archived"),
    )
    Deal.objects.bulk_create(
        DealFactory.build(
            owner=alice,
            stage=stage,
            person=person,
            idle_since=now - timedelta(days=days) + slip,
            next_activity_on=None if step is None else today + timedelta(days=step),
            archived_at=now if state == "archived" else None,
            archived_by=alice if state == "archived" else None,
        )
        for stage, days, slip, step, state in grid
    )
    for outcome in ("won", "lost"):
        closed = {f"{outcome}_at": now, f"{outcome}_by": alice, "status": outcome}
        idle = {"idle_since": now - timedelta(days=9), "stage": stages[1], "person": person}
        DealFactory(owner=alice, **idle, **closed)
    with timezone.override(zone):
        for view in ("open", "won", "lost"):
            of_view = matching(QueryDict(f"view={view}"), alice).select_related("stage")
            told = {deal.pk: deal.rot(timezone.now(), today) for deal in of_view}
            for asked in (("stale",), ("rotten",), ("stale", "rotten")):
                query = QueryDict(f"view={view}&" + "&".join(f"idle={word}" for word in asked))
                found = set(matching(query, alice).values_list("pk", flat=True))
                assert found == {pk for pk, rot in told.items() if rot in asked}, (view, asked)


# --- Words -------------------------------------------------------------------------------------

TODAY = date(2026, 11, 26)
SAID = [
    (12, None, "", "12 days idle", "12 jours sans nouvelle"),
    (1, None, "", "1 day idle", "1 jour sans nouvelle"),
    (12, 3, "Call", "12 days idle, call in 3 days", "12 jours sans nouvelle, appel dans 3 jours"),
    (12, 1, "Call", "12 days idle, call tomorrow", "12 jours sans nouvelle, appel demain"),
    (12, 0, "Call", "12 days idle, call today", "12 jours sans nouvelle, appel aujourd’hui"),
    (
        12,
        -1,
        "Call",
        "12 days idle, call 1 day late",
        "12 jours sans nouvelle, appel en retard de 1 jour",
    ),
    (2, 40, "", "2 days idle, next step in 40 days", None),
    (2, 2, "SMS", "2 days idle, SMS in 2 days", None),
]


@pytest.mark.parametrize(("days", "step", "type_", "english", "french"), SAID)
def test_it_is_said_in_words(days, step, type_, english, french):
    deal = DealFactory.build(
        next_activity_on=None if step is None else TODAY + timedelta(days=step)
    )
    assert idle_words(deal, days, TODAY, type_) == english
    if french:
        with translation.override("fr"):
            said = idle_words(deal, days, TODAY, type_.replace("Call", "Appel"))
            assert said.replace("\xa0", " ").replace("\u202f", " ") == french


def test_templates_say_it_of_a_deal_that_knows_its_next_activity(alice, stages):
    now = timezone.now()
    deal = DealFactory(owner=alice, stage=stages[0], idle_since=now - timedelta(days=12))
    with_age([deal], today_of(alice))
    assert idle_filter(deal) == "12 days idle"
    in_paris = datetime.now(ZoneInfo(alice.time_zone)).date()
    deal.next_activity_on = in_paris + timedelta(days=3)
    deal.next_activity = ActivityFactory.build(type=ActivityType(name="Call"))
    with timezone.override(alice.time_zone):
        assert idle_filter(deal) == "12 days idle, call in 3 days"


# --- Back to the leads -------------------------------------------------------------------------


def test_what_rots_returns_to_the_leads_from_the_list(signed_in, alice, stages, long_ago):
    stages[0].__class__.objects.update(rotting_days=10)
    rotten = DealFactory.create_batch(3, stage=stages[0], owner=alice, idle_since=long_ago)
    fresh = DealFactory(stage=stages[0], owner=alice)
    client = signed_in(alice)
    shown = client.get("/deals/list/", {"idle": "rotten"})
    assert "/deals/return/" in shown.text
    fields = {"all": "1", "count": "3"} | dict(shown.context["selection_filters"])
    asked = client.get("/deals/return/", fields)
    assert asked.status_code == 200
    token = asked.context["form"]["token"].value()
    done = client.post("/deals/return/", fields | {"token": str(token)})
    assert done.status_code == 302
    assert list(Deal.objects.all()) == [fresh]
    assert Lead.objects.count() == 3

    operation = Operation.objects.latest("pk")
    client.post(f"/history/{operation.pk}/undo/")
    assert set(Deal.objects.all()) == {fresh, *rotten}
    assert not Lead.objects.exists()


@pytest.mark.parametrize("number", [1, 30])
def test_the_return_costs_the_same_however_many(
    alice, stages, number, django_assert_max_num_queries
):
    deals = DealFactory.create_batch(number, stage=stages[0], owner=alice)
    with django_assert_max_num_queries(60):
        return_to_leads(deals, by=alice)


def test_days_idle_are_the_deals_own_whatever_the_pipeline(alice, long_ago):
    other = StageFactory(pipeline=PipelineFactory(), rotting_days=5)
    deal = DealFactory(stage=other, owner=alice, idle_since=long_ago)
    [aged] = with_age([deal], today_of(alice))
    assert (aged.age, aged.days_idle) == ("rotten", 30)
