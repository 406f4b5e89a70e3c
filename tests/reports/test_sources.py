"""Where leads come from: what is counted, for whom, once each, and what the page makes of it."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import User, Visibility
from conversion.purge import purge_set_aside
from conversion.services import convert_leads, return_to_leads, undo_conversion
from deals.models import Deal
from deals.services import win_deals
from leads.merging import merge_leads
from leads.models import Lead
from opportunities import services as opportunities
from reports import queries
from tests.factories import ChannelFactory, DealFactory, LeadFactory, PersonFactory, UserFactory
from tests.house.reading import Page
from tests.web import assert_part_of_page, htmx

pytestmark = pytest.mark.django_db

SOURCES = "/insights/sources/"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


def counted(client, **asked):
    """(title, leads, converted, won, amounts) of every source on the page."""
    page = client.get(SOURCES, asked)
    assert page.status_code == 200
    found = [bar.source for bar in page.context["bars"]]
    return [(s.title, s.leads, s.converted, s.won, s.amounts) for s in found]


def convert(lead, pipeline, by):
    convert_leads([lead], into=pipeline, by=by)
    return Deal.objects.get(title=lead.title)


# --- What is counted ---


def test_leads_came_in_were_converted_and_won(alice, pipeline, signed_in):
    for title, value, currency in (
        ("one", 100, "EUR"), ("two", 50, "EUR"), ("three", 7, "USD"), ("open", 900, "EUR"),
    ):  # fmt: skip
        lead = LeadFactory(
            owner=alice, title=title, origin="web_form", value=value, currency=currency
        )
        deal = convert(lead, pipeline, alice)
        if title != "open":
            win_deals([deal], by=alice)
    valueless = LeadFactory(owner=alice, title="valueless", origin="web_form")
    win_deals([convert(valueless, pipeline, alice)], by=alice)
    LeadFactory(owner=alice, origin="web_form")
    LeadFactory(owner=alice, origin="import")
    DealFactory(owner=alice, origin="api", won=True)  # it never was a lead

    assert counted(signed_in(alice)) == [
        ("Web form", 6, 5, 4, [(150, "EUR"), (7, "USD")]),
        ("Import", 1, 0, 0, []),
    ]


def test_by_channel_too_and_those_without_one(alice, pipeline, signed_in):
    fair, letter = ChannelFactory(name="Fair"), ChannelFactory(name="Letter")
    convert(LeadFactory(owner=alice, channel=fair), pipeline, alice)
    LeadFactory(owner=alice, channel=fair)
    LeadFactory.create_batch(3, owner=alice)
    LeadFactory(owner=alice, channel=letter)

    assert [row[:3] for row in counted(signed_in(alice), by="channel")] == [
        ("No channel", 3, 0),
        ("Fair", 2, 1),
        ("Letter", 1, 0),
    ]


def test_archived_counts_deleted_does_not(alice, pipeline, signed_in):
    archived, deleted, bad = (LeadFactory(owner=alice, title=t) for t in ("a", "d", "bad"))
    opportunities.archive([archived], by=alice)
    opportunities.delete([deleted], by=alice)
    opportunities.delete([convert(bad, pipeline, alice)], by=alice)
    put_away = convert(LeadFactory(owner=alice, title="p"), pipeline, alice)
    opportunities.archive([put_away], by=alice)

    assert [row[1:3] for row in counted(signed_in(alice))] == [(2, 1)]


def test_every_lead_counts_once_wherever_it_is(alice, pipeline, signed_in):
    person = PersonFactory(owner=alice)
    leads = [LeadFactory(owner=alice, person=person, title=title) for title in "abc"]
    merge_leads(leads[:2], into=leads[0], by=alice)
    client = signed_in(alice)
    assert [row[1:3] for row in counted(client)] == [(2, 0)]

    conversion = convert_leads([leads[0], leads[2]], into=pipeline, by=alice)
    assert [row[1:3] for row in counted(client)] == [(2, 2)]
    undo_conversion(conversion, by=alice)
    assert [row[1:3] for row in counted(client)] == [(2, 0)]
    return_to_leads([convert(leads[2], pipeline, alice)], by=alice)
    assert [row[1:3] for row in counted(client)] == [(2, 0)]
    convert_leads([leads[2]], into=pipeline, by=alice)
    assert [row[1:3] for row in counted(client)] == [(2, 1)]


def test_a_converted_lead_counts_after_it_was_purged(alice, pipeline, signed_in):
    convert(LeadFactory(owner=alice), pipeline, alice)

    purge_set_aside(before=timezone.now() + timedelta(days=1))

    assert not Lead.everything.exists()
    assert [row[1:3] for row in counted(signed_in(alice))] == [(1, 1)]


def test_everybody_counts_what_they_see(alice, bob, charlie, reader, admin, pipeline, signed_in):
    for visibility in Visibility.values:
        for is_converted in (False, True):
            lead = LeadFactory(
                owner=alice, title=f"{visibility} {is_converted}", visibility=visibility
            )
            if is_converted:
                convert(lead, pipeline, alice)

    def numbers(user):
        return [row[1:3] for row in counted(signed_in(user))]

    assert numbers(alice) == numbers(admin) == [(6, 3)]
    assert numbers(bob) == [(4, 2)]
    assert numbers(charlie) == [(2, 1)]
    assert numbers(reader) == [(4, 2)]
    assert numbers(UserFactory(role="")) == []


# --- Within a period ---


def test_periods_follow_the_days_of_the_viewer(alice, signed_in):
    User.objects.filter(pk=alice.pk).update(time_zone="Pacific/Auckland")  # the 24th, 01:00
    for moment in ("2026-10-25T10:59Z", "2026-10-25T11:01Z", "2026-08-27T12:01Z",
                   "2025-12-31T10:00Z", "2025-12-31T12:00Z"):  # fmt: skip
        LeadFactory(owner=alice, created_at=datetime.fromisoformat(moment))
    client = signed_in(alice)

    def number(period):
        return [row[1] for row in counted(client, period=period)]

    assert number("last-30-days") == [1]
    assert number("last-90-days") == [3]
    assert number("this-year") == [4]
    assert number("all") == [5]


def test_a_deal_counts_on_the_day_its_lead_came_in(alice, pipeline, signed_in):
    lead = LeadFactory(owner=alice, created_at=NOON - timedelta(days=40))
    convert(lead, pipeline, alice)

    assert counted(signed_in(alice)) == []
    assert [row[1:3] for row in counted(signed_in(alice), period="last-90-days")] == [(1, 1)]


# --- The page ---


def test_a_name_leads_to_the_inbox_narrowed_to_it(alice, signed_in):
    fair = ChannelFactory(name="Fair")
    LeadFactory(owner=alice, title="Quetzal", origin="web_form", channel=fair)
    LeadFactory(owner=alice, title="Other", created_at=NOON - timedelta(days=40))
    client = signed_in(alice)

    for asked, link in (
        ({}, "/leads/?origin=web_form&created=last-30-days"),
        ({"by": "channel"}, f"/leads/?channel={fair.pk}&created=last-30-days"),
        ({"by": "channel", "period": "all"}, f"/leads/?channel={fair.pk}"),
    ):
        page = client.get(SOURCES, asked)
        assert f'href="{link.replace("&", "&amp;")}"' in page.text
        found = client.get(link)
        assert [each.title for each in found.context["records"].rows] == ["Quetzal"]
        assert not found.context["filters"].errors


def test_bars_are_as_long_as_their_numbers(alice, pipeline, signed_in):
    convert(LeadFactory(owner=alice, origin="import", title="x"), pipeline, alice)
    LeadFactory.create_batch(2, owner=alice, origin="import")
    LeadFactory(owner=alice, origin="chatbot")

    text = signed_in(alice).get(SOURCES).text

    assert "<title>Import: 3 came in, 1 converted, 0 won</title>" in text
    assert '<rect width="84.00%" height="20" rx="4" data-tone="all">' in text
    assert text.count('<rect width="28.00%"') == 2
    assert "1 converted (33%)" in text
    assert text.count('data-tone="won"') == 1  # in the legend alone


def test_in_french_the_bars_are_as_long(alice, pipeline, signed_in):
    User.objects.filter(pk=alice.pk).update(language="fr")
    lead = LeadFactory(owner=alice, origin="web_form", title="x", value=1200, currency="EUR")
    win_deals([convert(lead, pipeline, alice)], by=alice)
    LeadFactory.create_batch(2, owner=alice, origin="web_form")

    text = signed_in(alice).get(SOURCES).text

    assert '<rect width="28.00%"' in text
    assert "1\u202f200\u00a0€" in text or "1\u00a0200\u00a0€" in text
    assert "Formulaire" in text


def test_the_part_equals_the_page(alice, pipeline, signed_in):
    client = signed_in(alice)
    assert_part_of_page(client, SOURCES, "sources")
    convert(LeadFactory(owner=alice, title="x"), pipeline, alice)
    assert_part_of_page(client, SOURCES, "sources", by="channel", period="all")
    part = client.get(SOURCES, headers=htmx("sources")).text
    assert part.lstrip().startswith('<section id="sources"')


def test_nothing_to_count_is_said_with_a_way_on(alice, signed_in):
    client = signed_in(alice)

    assert "Choose a longer one." in client.get(SOURCES).text
    page = client.get(SOURCES, {"period": "all"}).text
    assert "No lead has come in yet" in page
    assert 'class="chart"' not in page


def test_what_the_address_makes_up_is_answered_with_the_usual(alice, signed_in):
    LeadFactory(owner=alice, origin="web_form")
    client = signed_in(alice)

    for asked in ({"by": "password"}, {"period": "ever"}, {"by": "", "period": "<b>"}):
        page = client.get(SOURCES, asked)
        assert [bar.source.title for bar in page.context["bars"]] == ["Web form"]
        assert "<b>" not in page.text.partition("<main")[2]


def test_names_of_channels_are_text(alice, signed_in):
    LeadFactory(owner=alice, channel=ChannelFactory(name="<img src=x onerror=top.xss=1>"))

    shown = Page(signed_in(alice).get(SOURCES, {"by": "channel"}).text)

    assert "<img src=x" in shown.text
    assert not [given for _tag, given in shown.elements if "onerror" in given]


@pytest.mark.parametrize("number", [1, 5])
@pytest.mark.parametrize("by", ["origin", "channel"])
def test_two_statements_whatever_there_is(
    alice, pipeline, signed_in, django_assert_num_queries, number, by
):
    for origin in Lead.Origin.values[:number]:
        for is_converted in (False, True):
            lead = LeadFactory(
                owner=alice, origin=origin, channel=ChannelFactory(),
                title=f"{origin} {is_converted}", value=1, currency="EUR",
            )  # fmt: skip
            if is_converted:
                win_deals([convert(lead, pipeline, alice)], by=alice)
    client = signed_in(alice)
    # Session, user, team; leads, deals.
    with django_assert_num_queries(5):
        client.get(SOURCES, {"by": by})


def test_the_rail_leads_there(alice, signed_in):
    page = signed_in(alice).get("/leads/").text
    assert 'href="/insights/sources/"' in page
    assert queries.WAYS.keys() == {"origin", "channel"}
