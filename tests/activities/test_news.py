"""News: what others did to what one follows, and only to what one may see."""

from datetime import timedelta

import pytest
from django.utils import timezone

from activities.models import NewsLook
from activities.queries.news import AT_ONCE, KEPT_DAYS, news
from activities.services import look_at_news, plan
from core.errors import NotAllowed
from custom_fields.models import Field
from deals.services import move_deals
from history.models import Event, Operation
from leads.duplicates import keep_separate
from leads.models import Lead
from opportunities import services as opportunities
from opportunities.following import follow, unfollow
from tests.factories import (
    ActivityFactory,
    ActivityTypeFactory,
    DealFactory,
    FieldFactory,
    LabelFactory,
    LeadFactory,
    PersonFactory,
    UserFactory,
)
from tests.web import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def deal(alice, bob, stages):
    deal = DealFactory(owner=alice, stage=stages[0], title="Pilot", visibility="team")
    follow(deal, bob, by=bob)
    return deal


def verbs(user, **more):
    return [event.verb for event in news(user, **more).events]


def test_what_others_did_is_news_newest_first(deal, alice, bob, stages):
    move_deals([deal], to=stages[1], by=alice)
    opportunities.add_label([deal], LabelFactory(), by=alice)
    task = ActivityFactory.build(deal=deal, assignee=alice, type=ActivityTypeFactory())
    plan(task, by=alice)
    opportunities.archive([deal], by=bob)  # one's own acts are no news

    assert verbs(bob) == ["activity.planned", "deal.labelled", "deal.moved"]
    assert verbs(alice) == []  # she follows nothing


def test_leads_are_followed_too_and_unfollowed_ones_are_silent(alice, bob):
    lead = LeadFactory(owner=alice)
    follow(lead, bob, by=bob)
    opportunities.archive([lead], by=alice)
    assert verbs(bob) == ["lead.archived"]
    unfollow(lead, bob, by=bob)
    assert verbs(bob) == []


def test_what_one_may_no_longer_see_is_no_news(deal, alice, bob):  # F7
    opportunities.change(deal, {"title": "Secret", "visibility": "owner"}, by=alice)
    assert verbs(bob) == []


def test_who_lost_their_role_sees_nothing(deal, alice, bob, stages):
    move_deals([deal], to=stages[1], by=alice)
    bob.role = ""
    bob.save()
    assert verbs(bob) == []
    with pytest.raises(NotAllowed):
        look_at_news(1, by=bob)


def test_the_name_of_a_hidden_lead_stays_hidden(alice, bob):
    person = PersonFactory(owner=alice)
    shown = LeadFactory(owner=alice, person=person)
    hidden = LeadFactory(owner=alice, person=person, visibility="owner", title="Hidden")
    follow(shown, bob, by=bob)
    keep_separate(shown, hidden, by=alice)
    assert verbs(bob) == []
    Lead.objects.update(visibility="everyone")
    assert verbs(bob) == ["lead.kept_separate"]


def test_what_was_seen_is_new_no_more(deal, alice, bob, stages):
    move_deals([deal], to=stages[1], by=alice)
    [first] = news(bob).events
    assert first.is_new
    look_at_news(first.pk, by=bob)
    move_deals([deal], to=stages[2], by=alice)
    look_at_news(1, by=bob)  # an old tab takes nothing back

    assert [event.is_new for event in news(bob).events] == [True, False]
    assert NewsLook.objects.get().event_number == first.pk


def test_old_news_are_none_and_many_come_page_by_page(deal, alice, bob):
    for number in range(AT_ONCE + 3):
        opportunities.change(deal, {"campaign": str(number)}, by=alice)
    first = news(bob)
    assert len(first.events) == AT_ONCE
    rest = news(bob, before=first.older)
    assert [len(rest.events), rest.older] == [3, None]
    every = [event.pk for event in [*first.events, *rest.events]]
    assert every == sorted(set(every), reverse=True)
    for broken in ("nonsense", "-1", "9" * 40, "\0"):
        assert len(news(bob, before=broken).events) == AT_ONCE
    Operation.objects.update(at=timezone.now() - timedelta(days=KEPT_DAYS + 1))
    assert verbs(bob) == []


@pytest.mark.parametrize("number", [1, 5])
def test_the_page_costs_six_statements(
    signed_in, alice, bob, stages, number, django_assert_num_queries
):
    for _each in range(number):
        deal = DealFactory(owner=alice, stage=stages[0])
        follow(deal, bob, by=bob)
        field = FieldFactory(kind="text", of=Field.Of.OPPORTUNITY)
        opportunities.change(deal, {field.key: "x"}, by=alice)
    client = signed_in(bob)
    # session, user, team; how far one has looked, which events, and these
    with django_assert_num_queries(6):
        assert client.get("/news/").status_code == 200


def test_the_page_shows_news_and_marks_them_seen(signed_in, deal, alice, bob, stages):
    move_deals([deal], to=stages[1], by=alice)
    client = signed_in(bob)
    shown = text(client.get("/news/"))
    for words in ("Pilot", deal.get_absolute_url(), "Moved to another stage", "Alice Martin"):
        assert words in shown
    assert 'data-hue="blue">new' in shown
    last = Event.objects.get(verb="deal.moved").pk

    assert client.post("/news/looked/", {"last": last}).url == "/news/"

    assert 'data-hue="blue">new' not in text(client.get("/news/"))
    for wrong in ("", "nonsense", "9" * 40):
        assert client.post("/news/looked/", {"last": wrong}).status_code == 302


def test_titles_are_escaped(signed_in, deal, alice, bob):  # F9
    opportunities.change(deal, {"title": "<script>alert(1)</script>"}, by=alice)
    assert "<script>alert" not in signed_in(bob).get("/news/").text


def test_without_news_the_page_says_how_to_get_some(signed_in):
    assert "No news" in text(signed_in(UserFactory()).get("/news/"))
