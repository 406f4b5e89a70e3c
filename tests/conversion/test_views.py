"""The dialogs of conversion: what is asked, what is done, and what is refused without a trace."""

import re
import uuid

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from accounts.models import Visibility
from conversion.models import Conversion
from conversion.services import convert_leads
from conversion.views import converting
from deals.models import Deal
from deals.services import win_deals
from history.models import Operation
from jobs.models import Job
from jobs.services import run_now
from leads.models import Lead
from opportunities import services as opportunities
from tests.factories import (
    ActivityFactory,
    DealFactory,
    DealFileFactory,
    LeadFactory,
    LineItemFactory,
    NoteFactory,
    PersonFactory,
    PipelineFactory,
    ProjectFactory,
    StageFactory,
)
from tests.web import assert_part_of_page, htmx

CONVERT = "/leads/convert/"
RETURN = "/deals/return/"


@pytest.fixture
def leads(alice):
    return LeadFactory.create_batch(3, owner=alice, visibility=Visibility.TEAM)


def ids(records):
    return [record.pk for record in records]


def form(pipeline, records, **more):
    return {"pipeline": pipeline.pk, "ids": ids(records), "token": str(uuid.uuid4()), **more}


def toasts(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def nothing_converted():
    return not Deal.everything.exists() and not Conversion.objects.exists()


def test_the_dialog_says_what_will_happen(signed_in, alice, pipeline, leads):
    ActivityFactory(lead=leads[0])
    NoteFactory.create_batch(2, lead=leads[1])
    already = DealFactory(owner=alice, person=leads[2].person, stage=pipeline.stages.first())

    response = signed_in(alice).get(CONVERT, {"ids": ids(leads)})

    assert "Convert 3 leads" in response.text
    assert "1 activity moves along." in response.text
    assert "2 notes move along." in response.text
    assert f'<a href="{already.get_absolute_url()}">{already}</a>' in response.text
    assert leads[0].title in response.text
    assert nothing_converted() or Deal.objects.count() == 1


def test_the_dialog_alone_is_the_dialog_of_the_page(signed_in, alice, pipeline, leads):
    assert_part_of_page(signed_in(alice), CONVERT, "convert", ids=ids(leads))


def test_convert_replaces_the_leads_and_tells_how_many(signed_in, alice, pipeline, stages, leads):
    response = signed_in(alice).post(CONVERT, form(pipeline, leads))

    assert response.status_code == 302
    assert response.url == reverse("leads:inbox")
    assert toasts(response) == ["3 leads converted."]
    assert set(Deal.objects.values_list("title", flat=True)) == {lead.title for lead in leads}
    assert not Lead.objects.exists()


def test_the_list_and_the_detail_page_make_the_same_deal(signed_in, alice, pipeline, leads):  # A15
    client = signed_in(alice)
    twin = Lead.objects.get(pk=leads[0].pk)
    twin.pk = None
    twin.save()

    client.post(CONVERT, form(pipeline, leads))
    answer = client.post(CONVERT, form(pipeline, [twin]))

    from_list = Deal.objects.values().get(pk=lives(leads[0]))
    from_page = Deal.objects.values().get(pk=lives(twin))
    assert answer.url == reverse("deals:detail", args=[from_page["id"]])
    own = {"id", "position", "stage_entered_at", "idle_since", "updated_at"}
    for name in from_list.keys() - own:
        assert from_list[name] == from_page[name], name


def lives(lead):
    return Deal.objects.get(title=lead.title, pk__in=pairs_of(lead)).pk


def pairs_of(lead):
    return Conversion.objects.filter(pairs__lead_number=lead.pk).values("pairs__deal_number")


def test_under_htmx_the_whole_page_goes_on(signed_in, alice, pipeline, leads):
    response = signed_in(alice).post(
        CONVERT, form(pipeline, leads, next="/leads/?view=mine"), headers=htmx("convert")
    )

    assert response["HX-Redirect"] == "/leads/?view=mine"


def test_another_host_is_no_place_to_go_on(signed_in, alice, pipeline, leads):
    response = signed_in(alice).post(
        CONVERT, form(pipeline, leads, next="https://evil.example/leads/")
    )

    assert response.url == reverse("leads:inbox")


def test_a_post_without_a_pipeline_only_asks(signed_in, alice, pipeline, leads):
    response = signed_in(alice).post(CONVERT, {"ids": ids(leads)})

    assert response.status_code == 200
    assert "Convert 3 leads" in response.text
    assert nothing_converted()


def test_more_than_two_hundred_in_an_address_are_refused(signed_in, alice, pipeline, leads):
    response = signed_in(alice).get(CONVERT, {"ids": ids(leads) * 70})

    assert response.status_code == 422
    assert "select them in the list" in response.text


def test_all_that_match_are_converted_by_their_filter(signed_in, alice, pipeline, leads):  # B8
    other = LeadFactory(owner=alice, title="Something else")
    token = str(uuid.uuid4())
    query = {"all": "1", "q": "lead", "except": leads[0].pk}

    response = signed_in(alice).post(
        CONVERT, {**query, "pipeline": pipeline.pk, "token": token, "count": 2}
    )

    assert toasts(response) == ["2 leads converted."]
    assert set(Lead.objects.all()) == {leads[0], other}


def test_when_more_match_than_were_shown_it_asks_again(signed_in, alice, pipeline, leads):
    choice = {"all": "1", "pipeline": pipeline.pk, "token": str(uuid.uuid4()), "count": 2}

    response = signed_in(alice).post(CONVERT, choice)

    assert response.status_code == 422
    assert "By now 3 records match." in response.text
    assert 'name="count" value="3"' in response.text
    assert nothing_converted()


def test_a_stage_of_another_pipeline_is_refused(signed_in, alice, pipeline, leads):  # A3
    foreign = StageFactory(pipeline=PipelineFactory(name="Renewals"), name="First talk")

    response = signed_in(alice).post(CONVERT, form(pipeline, leads, stage=foreign.pk))

    assert response.status_code == 422
    assert "“First talk” is not a stage of “Sales”." in response.text
    assert nothing_converted()


@pytest.mark.parametrize("choice", ["0", "x", "99999999999999999999", "", "\x00"])
def test_a_pipeline_that_is_none_is_refused(signed_in, alice, pipeline, leads, choice):
    response = signed_in(alice).post(CONVERT, {**form(pipeline, leads), "pipeline": choice})

    assert response.status_code == 422
    assert nothing_converted()


def test_an_empty_pipeline_is_refused_in_the_dialog(signed_in, alice, pipeline, leads):  # A5, B13
    response = signed_in(alice).post(
        CONVERT, form(PipelineFactory(), leads), headers=htmx("convert")
    )

    assert response.status_code == 422
    assert "Choose a pipeline with a stage" in response.text
    assert nothing_converted()


def test_an_archived_lead_stands_in_the_way_by_name(signed_in, alice, pipeline, leads):  # A12, B3
    opportunities.archive(leads[:1], by=alice)

    response = signed_in(alice).post(CONVERT, form(pipeline, leads))

    assert response.status_code == 422
    assert "Restore first" in response.text
    assert f'<a href="/leads/{leads[0].pk}/">' in response.text
    assert nothing_converted()


def test_a_lead_converted_meanwhile_is_told_with_a_link(
    signed_in, alice, bob, pipeline, leads
):  # B4
    convert_leads(leads[:1], into=None, by=bob)
    deal = Deal.objects.get()

    response = signed_in(alice).post(CONVERT, form(pipeline, leads))

    assert response.status_code == 409
    assert f'<a href="/deals/{deal.pk}/">' in response.text
    assert Lead.objects.count() == 2


@pytest.mark.parametrize("broken", ["x", "0", "-1", "99999999999999999999", "\x00", "1 OR 1=1"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_broken_or_unknown_number_is_not_found(signed_in, alice, pipeline, leads, broken, method):
    asked = {**form(pipeline, leads), "ids": [*ids(leads), broken]}
    if method == "get":
        asked = {"ids": asked["ids"]}

    assert getattr(signed_in(alice), method)(CONVERT, asked).status_code == 404
    assert nothing_converted()


def test_a_number_twice_is_a_number_once(signed_in, alice, pipeline, leads):
    response = signed_in(alice).post(CONVERT, form(pipeline, [*leads, *leads]))

    assert toasts(response) == ["3 leads converted."]


def test_nothing_selected_is_told(signed_in, alice, pipeline, leads):  # B11
    for answer in (
        signed_in(alice).get(CONVERT),
        signed_in(alice).post(CONVERT, form(pipeline, [])),
    ):
        assert answer.status_code == 422
        assert "Nothing is selected." in answer.text
    assert nothing_converted()


def test_charlie_finds_nothing_to_convert(signed_in, charlie, pipeline, leads):  # B6
    own = LeadFactory(owner=charlie)

    for asked in ([leads[0]], [own, leads[0]]):
        assert signed_in(charlie).get(CONVERT, {"ids": ids(asked)}).status_code == 404
        assert signed_in(charlie).post(CONVERT, form(pipeline, asked)).status_code == 404
    assert nothing_converted()
    assert not Operation.objects.exists()


def test_a_reader_may_not(signed_in, reader, pipeline, leads):  # F1
    assert signed_in(reader).get(CONVERT, {"ids": ids(leads)}).status_code == 403
    assert signed_in(reader).post(CONVERT, form(pipeline, leads)).status_code == 403
    assert nothing_converted()


def test_strangers_sign_in_first(client, pipeline, leads):
    response = client.post(CONVERT, form(pipeline, leads))

    assert response.status_code == 302
    assert response.url.startswith("/sign-in/")
    assert nothing_converted()


def test_the_same_form_twice_converts_once(signed_in, alice, pipeline, leads):  # C2
    client, choice = signed_in(alice), form(pipeline, leads)

    first, again = client.post(CONVERT, choice), client.post(CONVERT, choice)

    assert first.url == again.url
    assert toasts(again)[-1] == "3 leads converted."
    assert Conversion.objects.count() == 1


def test_more_than_a_request_holds_is_a_job(signed_in, alice, pipeline, leads, monkeypatch):
    monkeypatch.setattr(converting, "LARGEST_REQUEST", 2)

    response = signed_in(alice).post(CONVERT, form(pipeline, leads))

    job = Job.objects.get()
    assert response.url == reverse("jobs:detail", args=[job.pk])
    assert nothing_converted()
    run_now(job)
    run_now(job)
    job.refresh_from_db()
    assert job.result["text"] == "3 leads converted."
    assert (Deal.objects.count(), Conversion.objects.count()) == (3, 1)


def test_undo_brings_them_back(signed_in, alice, pipeline, leads):
    conversion = convert_leads(leads, into=None, by=alice)

    response = signed_in(alice).post(reverse("conversion:undo", args=[conversion.pk]))

    assert toasts(response) == ["3 leads are back."]
    assert set(Lead.objects.all()) == set(leads)


def test_a_refused_undo_offers_to_return_the_deals(signed_in, alice, pipeline, stages, leads):  # E2
    conversion = convert_leads(leads, into=None, by=alice)
    moved = Deal.objects.first()
    Deal.objects.filter(pk=moved.pk).update(stage=stages[1])

    response = signed_in(alice).post(reverse("conversion:undo", args=[conversion.pk]))

    assert response.status_code == 409
    assert f"“{moved}” (moved to another stage)" in response.text
    assert re.search(rf'action="{RETURN}".*name="ids" value="{moved.pk}"', response.text, re.S)
    assert Deal.objects.count() == 3


def test_a_return_that_would_be_refused_is_not_offered(signed_in, alice, pipeline, leads):
    conversion = convert_leads(leads, into=None, by=alice)
    held, other = Deal.objects.order_by("pk")[:2]
    LineItemFactory(deal=held)
    DealFileFactory(deal=held)
    LineItemFactory(deal=other)
    offer = f'action="{RETURN}"'
    undo, user = reverse("conversion:undo", args=[conversion.pk]), signed_in(alice)
    assert offer in user.post(undo).text
    project = ProjectFactory(owner=alice, deals=[held])

    refused = user.post(undo)

    assert f"“{held}” (has gained products, files, a project)" in refused.text
    assert f"“{other}” (has gained products)." in refused.text
    assert offer not in refused.text
    opportunities.delete([project], by=alice)  # what was deleted holds nothing
    assert f"“{held}” (has gained products, files)" in user.post(undo).text
    win_deals([held], by=alice)
    assert offer not in user.post(undo).text


def test_who_may_not_see_it_cannot_undo_it(
    signed_in, alice, charlie, reader, pipeline, leads
):  # E6
    conversion = convert_leads(leads, into=None, by=alice)
    url = reverse("conversion:undo", args=[conversion.pk])

    assert signed_in(charlie).post(url).status_code == 404
    assert signed_in(reader).post(url).status_code == 403
    assert signed_in(alice).get(url).status_code == 405
    assert signed_in(alice).post("/conversions/999999/undo/").status_code == 404
    assert Deal.objects.count() == 3


def test_deals_return_to_the_leads(signed_in, alice, pipeline, leads):  # E3
    convert_leads(leads, into=None, by=alice)
    deals = list(Deal.objects.all())
    client = signed_in(alice)

    dialog = client.get(RETURN, {"ids": ids(deals)})
    assert "Return 3 deals to the leads" in dialog.text
    response = client.post(RETURN, {"ids": ids(deals), "token": str(uuid.uuid4())})

    assert toasts(response) == ["3 deals are back among the leads."]
    assert set(Lead.objects.all()) == set(leads)


def test_the_return_dialog_alone_is_the_dialog_of_the_page(signed_in, alice, stages):
    deal = DealFactory(owner=alice, stage=stages[0])

    assert_part_of_page(signed_in(alice), RETURN, "return", ids=[deal.pk])


def test_a_won_deal_does_not_return(signed_in, alice, stages):
    won = DealFactory(owner=alice, stage=stages[0], won=True)

    response = signed_in(alice).post(RETURN, {"ids": [won.pk], "token": str(uuid.uuid4())})

    assert response.status_code == 422
    assert "Reopen first" in response.text
    assert not Lead.objects.exists()


def test_a_card_that_is_dragged_to_the_leads_returns_at_once_and_the_board_stays(
    signed_in, alice, charlie, stages
):
    deal = DealFactory(title="Pilot", stage=stages[0], owner=alice, visibility="team")
    sent = {"ids": deal.pk, "drag": "1", "board": stages[0].pipeline_id}
    assert signed_in(charlie).post(RETURN, sent, headers=htmx()).status_code == 404
    client = signed_in(alice)
    response = client.post(RETURN, sent, headers=htmx())
    assert response.status_code == 200
    assert "HX-Redirect" not in response.headers
    assert "1 deal is back among the leads." in response.text
    assert "/undo/" in response.text
    assert Lead.objects.get().title == "Pilot"
    again = client.post(RETURN, sent, headers=htmx())
    assert again.status_code == 409
    assert again.headers["HX-Reswap"] == "none"


def test_a_drag_to_the_leads_that_is_sent_twice_is_one_act(signed_in, alice, stages):
    deal = DealFactory(stage=stages[0], owner=alice)
    sent = {"ids": deal.pk, "drag": "1", "board": deal.stage.pipeline_id}
    client = signed_in(alice)
    token = str(uuid.uuid4())
    for _time in range(2):
        response = client.post(RETURN, {**sent, "token": token}, headers=htmx())
        assert response.status_code == 200
        assert "1 deal is back among the leads." in response.text
    assert Operation.objects.filter(verb="deal.returned").count() == 1

    other = DealFactory(stage=stages[0], owner=alice)
    odd = {**sent, "ids": other.pk, "token": "nonsense"}  # it cannot be told from a new one
    assert client.post(RETURN, odd, headers=htmx()).status_code == 200
    assert Lead.objects.count() == 2


def test_returning_follows_rights(signed_in, alice, charlie, reader, stages):
    deal = DealFactory(owner=alice, stage=stages[0], visibility=Visibility.TEAM)
    choice = {"ids": [deal.pk], "token": str(uuid.uuid4())}

    assert signed_in(charlie).post(RETURN, choice).status_code == 404
    assert signed_in(reader).post(RETURN, choice).status_code == 403
    assert not Lead.objects.exists()


@pytest.mark.parametrize("size", [1, 5])
def test_a_larger_selection_asks_no_more_questions(
    signed_in, alice, pipeline, size, django_assert_num_queries
):
    leads = LeadFactory.create_batch(size, owner=alice, person=PersonFactory(owner=alice))
    client = signed_in(alice)

    # session · user · default pipeline · its first stage · what that requires · count · titles ·
    # size · archived · activities · notes · open deals · their number · teammates · pipelines ·
    # stages · owners · navigation
    with django_assert_num_queries(18):
        client.get(CONVERT, {"ids": ids(leads)}, headers=htmx("dialog"))
