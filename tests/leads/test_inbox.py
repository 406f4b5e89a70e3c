"""Which leads the views and filters find, for whom, on whose day, and in which order."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.http import QueryDict
from django.utils import timezone

from leads import inbox
from leads.models import Lead
from lists.columns import orders_of
from lists.counting import Count
from lists.keyset import paginate
from lists.sorting import sorting
from tests.factories import ChannelFactory, LabelFactory, LeadFactory, PersonFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(datetime(2026, 11, 23, 12, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def lead(alice):
    person = PersonFactory(owner=alice)

    def make(title="Lead", *, owner=alice, **fields):
        return LeadFactory(title=title, owner=owner, person=person, **fields)

    return make


def titles(user, query=""):
    return set(inbox.matching(QueryDict(query), user).values_list("title", flat=True))


def test_each_view_shows_its_own(lead, alice, bob):
    now = timezone.now()
    lead("seen", seen_at=now, next_activity_on=TODAY)
    lead("late", seen_at=now, next_activity_on=TODAY - timedelta(days=1))
    lead("idle", seen_at=now)
    lead("new", next_activity_on=TODAY)
    lead("bobs", seen_at=now, next_activity_on=TODAY, owner=bob)
    lead("away", archived_at=now, archived_by=alice)
    lead("gone", deleted_at=now)

    everything = {"seen", "late", "idle", "new", "bobs"}
    assert titles(alice) == titles(alice, "view=nonsense") == everything
    assert titles(alice, "view=mine") == everything - {"bobs"}
    assert titles(alice, "view=unseen") == {"new"}
    assert titles(alice, "view=no-next-step") == {"idle"}
    assert titles(alice, "view=overdue") == {"late"}
    assert titles(alice, "view=archived") == {"away"}


def test_today_is_the_viewers_own_day(lead, alice, bob):
    lead("due", next_activity_on=TODAY)
    alice.time_zone, bob.time_zone = "Pacific/Auckland", "America/New_York"  # 24th, 23rd

    assert inbox.today_of(alice) == TODAY + timedelta(days=1)
    assert titles(alice, "view=overdue") == {"due"}
    assert titles(bob, "view=overdue") == set()


def test_nobody_finds_what_they_may_not_see(lead, alice, bob, charlie, manager, admin, reader):
    lead("everyone", visibility="everyone")
    lead("team", visibility="team")
    lead("owner", visibility="owner")

    for user in (alice, manager, admin):
        assert titles(user) == {"everyone", "team", "owner"}
    for user in (bob, reader):
        assert titles(user) == {"everyone", "team"}
    assert titles(charlie) == titles(charlie, "q=e") == {"everyone"}
    assert titles(charlie, f"owner={alice.pk}") == {"everyone"}


def test_values_of_one_field_are_or_and_fields_are_and(lead, alice, bob, charlie):
    hot, cold = LabelFactory(name="Hot"), LabelFactory(name="Cold")
    fair = ChannelFactory(name="Fair")
    lead("a", labels=[hot], channel=fair)
    lead("b", labels=[hot, cold], owner=bob)
    lead("c", labels=[cold], owner=charlie, origin="import")

    assert titles(alice, f"label={hot.pk}") == {"a", "b"}
    assert titles(alice, f"label={hot.pk}&label={cold.pk}") == {"a", "b", "c"}
    assert inbox.matching(QueryDict(f"label={hot.pk}&label={cold.pk}"), alice).count() == 3
    assert titles(alice, f"owner={bob.pk}&owner={charlie.pk}") == {"b", "c"}
    assert titles(alice, f"owner={bob.pk}&label={hot.pk}") == {"b"}
    assert titles(alice, f"channel={fair.pk}") == {"a"}
    assert titles(alice, "origin=import&origin=chatbot") == {"c"}
    assert titles(alice, "origin=manual") == {"a", "b"}


def test_seen_and_unseen(lead, alice):
    lead("old", seen_at=timezone.now())
    lead("new")

    assert titles(alice, "seen=yes") == {"old"}
    assert titles(alice, "seen=no") == {"new"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("elan", {"Élan Vital — pilote", "ELAN fleet"}),
        ("vit él", {"Élan Vital — pilote"}),
        ("FLEET", {"ELAN fleet"}),
        ("lan", set()),
        ("élan zinc", set()),
        ("---", set()),
        ("' | !& :* \\", set()),
        ("fleet:*", {"ELAN fleet"}),
    ],
)
def test_words_and_their_beginnings_are_found_whatever_accents(lead, alice, text, found):
    lead("Élan Vital — pilote")
    lead("ELAN fleet")
    query = QueryDict(mutable=True)
    query["q"] = text

    assert set(inbox.matching(query, alice).values_list("title", flat=True)) == found


def test_frequent_words_are_found_too(lead, alice, monkeypatch):
    monkeypatch.setattr(inbox.LeadFilter, "RARE", 1)
    for _n in range(3):
        lead("Renewal")

    assert inbox.matching(QueryDict("q=renew"), alice).count() == 3


@pytest.mark.parametrize(
    "query",
    [
        "q=a%00b",
        "q=a%E2%80%AEb",
        f"q={'x' * 201}",
        "owner=x",
        "owner=999999999999999999999",
        "label=%00",
        "origin=stolen",
        "channel=-1",
        "seen=maybe",
        "created=someday",
        "created_from=31/02/2026",
        "created_to=9999-12-31",
        "created_from=0001-01-01",
        "value_from=1e9999",
        "value_from=NaN",
        "step=\x00",
    ],
)
def test_a_filter_that_makes_no_sense_finds_nothing_and_says_so(lead, alice, query):
    lead()
    filters = inbox.filtered(QueryDict(query), alice)

    assert not filters.found.exists()
    assert list(filters.form.errors) == [query.partition("=")[0]]


def test_the_inbox_is_ordered_by_urgency(lead, alice):
    days = {"later": 30, "soon": 1, "today": 0, "late": -1, "latest": -9}
    lead("none, older")
    for title, day in days.items():
        lead(title, next_activity_on=TODAY + timedelta(days=day))
    lead("late, newer", next_activity_on=TODAY - timedelta(days=1))
    lead("none, newer")

    page = paginate(inbox.matching(QueryDict(), alice), inbox.order_of("inbox", alice))

    assert [row.title for row in page.rows] == [
        "latest",
        "late, newer",
        "late",
        "today",
        "none, newer",
        "none, older",
        "soon",
        "later",
    ]


def test_the_archive_shows_what_was_put_away_last_first(lead, alice):
    for hours in (1, 3, 2):
        at = timezone.now() - timedelta(hours=hours)
        lead(f"{hours} h ago", archived_at=at, archived_by=alice)

    found = inbox.matching(QueryDict("view=archived"), alice)
    page = paginate(found, inbox.order_of("archived", alice))

    assert [row.title for row in page.rows] == ["1 h ago", "2 h ago", "3 h ago"]


@pytest.mark.parametrize("name", orders_of(inbox.COLUMNS))
@pytest.mark.parametrize("is_down", ["", "-"])
def test_every_column_that_sorts_walks_through_all_leads(lead, alice, name, is_down):
    for n in range(4):
        lead(f"L{n % 2}", value=n % 2 or None, currency="EUR" if n % 2 else "")
    orders, count = orders_of(inbox.COLUMNS), Count(4, is_capped=False)
    order = sorting(QueryDict(f"sort={is_down}{name}"), orders, (), count=count)

    there = paginate(order.of(Lead.objects.all(), alice), order.walks, per_page=3)
    on = paginate(order.of(Lead.objects.all(), alice), order.walks, after=there.next, per_page=3)

    assert len({row.pk for row in [*there.rows, *on.rows]}) == 4


def test_every_sort_that_an_index_is_promised_for_has_one():
    indexed = {index.fields[0].lstrip("-") for index in Lead._meta.indexes if index.fields}

    for column in inbox.COLUMNS.values():
        if column.order and column.order.is_indexed:
            assert column.order.by in indexed


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("created=today", {"today"}),
        ("created=yesterday", {"yesterday"}),
        ("created=last-7-days", {"today", "yesterday"}),
        ("created=today&created=last-month", {"today", "october"}),
        ("created=this-month", {"today", "yesterday"}),
        ("created_from=2026-11-22", {"today", "yesterday"}),
        ("created_to=2026-11-22", {"yesterday", "october"}),
        ("created_from=2026-10-01&created_to=2026-10-31", {"october"}),
    ],
)
def test_moments_are_filtered_by_days_of_the_viewer(lead, alice, asked, found):
    lead("today", created_at=datetime(2026, 11, 23, 0, 30, tzinfo=UTC))
    lead("yesterday", created_at=datetime(2026, 11, 22, 22, 30, tzinfo=UTC))  # 23:30 in Paris
    lead("october", created_at=datetime(2026, 10, 1, 12, tzinfo=UTC))

    with timezone.override(alice.time_zone):
        assert titles(alice, asked) == found


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("step=overdue", {"late"}),
        ("step=today", {"due"}),
        ("step=none", {"idle"}),
        ("step=overdue&step=none", {"late", "idle"}),
        ("step=next-7-days", {"due", "soon"}),
        ("close=none", {"late", "due", "idle"}),
        ("close=next-month", {"soon"}),
        ("value_from=12 500,50", {"due"}),
        ("value_from=12,500.50", {"due"}),
        ("value_to=100", {"late"}),
        ("value_to=100&currency=USD", set()),
    ],
)
def test_days_and_amounts_are_filtered(lead, alice, asked, found):
    lead("late", next_activity_on=TODAY - timedelta(days=1), value=99, currency="EUR")
    lead("due", next_activity_on=TODAY, value="12500.50", currency="EUR")
    lead(
        "soon",
        next_activity_on=TODAY + timedelta(days=6),
        expected_close_on=TODAY + timedelta(days=30),
    )
    lead("idle")

    assert titles(alice, asked) == found


def test_a_team_finds_what_its_members_own(lead, alice, bob, charlie):
    lead("a")
    lead("b", owner=bob)
    lead("c", owner=charlie)

    assert titles(alice, f"team={alice.team_id}") == {"a", "b"}
    assert titles(alice, f"team={alice.team_id}&team={charlie.team_id}") == {"a", "b", "c"}
