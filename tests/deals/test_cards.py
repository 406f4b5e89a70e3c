"""The fields on the cards of a board, and the views that keep them."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.http import urlencode

from contacts.models import EmailAddress, PhoneNumber
from deals.cards import card_columns, columns
from deals.models import Deal
from lists.cards import MOST
from lists.models import ChosenColumns, SavedView
from pipelines.models import Pipeline, Stage
from tests.factories import (
    ActivityFactory,
    DealFactory,
    EmailAddressFactory,
    FieldFactory,
    LabelFactory,
    OrganizationFactory,
    PersonFactory,
    PipelineFactory,
    StageFactory,
)
from tests.web import htmx, text

CHOOSER = "/lists/board/columns/"
SEVEN = ["source", "channel", "campaign", "close", "created", "updated", "visibility"]


@pytest.fixture
def deal(alice, stages):
    return DealFactory(
        stage=stages[0],
        owner=alice,
        title="Pilot",
        person=PersonFactory(owner=alice, name="Zoé Lambert", job_title="Buyer"),
        organization=OrganizationFactory(owner=alice, name="Ateliers Morel"),
        value=4200,
        currency="EUR",
        campaign="Spring fair",
        labels=[LabelFactory(name="Hot")],
    )


def card(response):
    """The words on the one card there is, line by line."""
    (found,) = re.findall(r'<li class="card".*?</li>', text(response))
    found, _menu, _link = found.partition('<a class="card-menu"')
    lines = re.sub(r"</?(div|a|li)\b[^>]*>", "\n", found)
    words = [" ".join(re.sub(r"<[^>]*>", " ", line).split()) for line in lines.splitlines()]
    return [line for line in words if line]


def shows(client, *names, on="/deals/"):
    return card(client.get(f"{on}?{urlencode({'cols': ','.join(names)})}"))


def test_a_card_shows_what_it_always_did_until_somebody_chooses(signed_in, alice, deal):
    assert card(signed_in(alice).get("/deals/")) == [
        "Hot",
        "Pilot",
        "Ateliers Morel",
        "€4,200 AM",
        "No next step",
    ]
    Deal.objects.update(organization=None)
    assert card(signed_in(alice).get("/deals/"))[2] == "Zoé Lambert"


def test_chosen_fields_stand_in_their_order_and_those_without_a_value_not_at_all(
    signed_in, alice, deal
):
    client = signed_in(alice)
    assert shows(client, "next", "campaign", "value", "close") == [
        "Pilot",
        "No next step",
        "Campaign Spring fair",
        "€4,200",
    ]
    assert shows(client, "owner", "labels", "person", "organization") == [
        "Pilot",
        "AM",
        "Hot",
        "Zoé Lambert",
        "Ateliers Morel",
    ]
    assert shows(client, "nonsense", "title") == card(client.get("/deals/"))


def test_a_choice_is_remembered_for_its_user_alone(signed_in, alice, bob, deal):
    client = signed_in(alice)
    sent = {"cols": ["campaign", "source"], "next": "/deals/?cols=value&order=value"}
    response = client.post(CHOOSER, sent)
    assert response.url == "/deals/?order=value"
    said = ["Pilot", "Campaign Spring fair", "Source Added by hand"]
    assert card(client.get(response.url)) == said
    assert card(signed_in(bob).get("/deals/")) != said
    client.post(CHOOSER, {"usual": "1"})
    assert card(client.get("/deals/"))[0] == "Hot"
    assert not ChosenColumns.objects.exists()


@pytest.mark.parametrize("aim", [None, "dialog"])
def test_an_eighth_field_is_refused_and_nothing_ticked_is_lost(signed_in, alice, deal, aim):
    client = signed_in(alice)
    headers = htmx(aim) if aim else {}
    response = client.post(CHOOSER, {"cols": [*SEVEN, "value"], "order": SEVEN}, headers=headers)
    assert response.status_code == 422
    assert "At most 7 can be shown. You ticked 8." in text(response)
    assert 'role="alert"' in text(response)
    ticked = re.findall(r'name="cols" value="([^"]+)" checked', text(response))
    assert ticked == [*SEVEN, "value"]
    assert not ChosenColumns.objects.exists()
    assert client.post(CHOOSER, {"cols": SEVEN}).status_code == 302
    assert ChosenColumns.objects.get().columns == SEVEN


def test_an_address_shows_no_more_than_seven_either(rf, alice, deal):
    asked = rf.get("/deals/", {"cols": ",".join([*SEVEN, "value"])}).GET
    assert [each.name for each in card_columns(asked, alice)] == ["title", *SEVEN]


def test_every_column_there_is_can_stand_on_a_card(signed_in, alice, deal):
    FieldFactory(name="Size", kind="number")
    FieldFactory(name="Since", kind="date", of="person")
    EmailAddress.objects.create(person=deal.person, address="zoe@morel.example")
    PhoneNumber.objects.create(person=deal.person, number="+33 1 99 00 12 34")
    client, names = signed_in(alice), [name for name in columns() if name != "title"]
    assert len(names) > 20
    for start in range(0, len(names), MOST):
        shown = shows(client, *names[start : start + MOST])
        assert "Pilot" in shown
    assert shows(client, "person-email", "person-phone", "person-job-title") == [
        "Pilot",
        "zoe@morel.example",
        "+33 1 99 00 12 34",
        "Buyer",
    ]


def test_custom_values_are_shown_with_the_names_they_point_at(signed_in, alice, bob, deal):
    size = FieldFactory(name="Size", kind="option", options=["Small", "Large"])
    helper = FieldFactory(name="Helper", kind="user")
    deal.custom = {str(size.pk): size.options.get(name="Large").pk, str(helper.pk): bob.pk}
    deal.save()
    assert shows(signed_in(alice), size.key, helper.key) == [
        "Pilot",
        "Size Large",
        f"Helper {bob.name}",
    ]


def test_a_field_that_is_deleted_leaves_the_cards(signed_in, alice, deal):
    field = FieldFactory(name="Size", kind="text")
    client = signed_in(alice)
    client.post(CHOOSER, {"cols": [field.key, "campaign"]})
    field.deleted_at = timezone.now()
    field.save()
    assert card(client.get("/deals/")) == ["Pilot", "Campaign Spring fair"]


def test_what_is_private_to_a_contact_stays_so_on_a_card(signed_in, alice, charlie, stages):
    person = PersonFactory(owner=alice, name="Zoé", visibility="owner", job_title="Buyer")
    DealFactory(stage=stages[0], owner=alice, title="Pilot", person=person)
    assert shows(signed_in(alice), "person", "person-job-title") == ["Pilot", "Zoé", "Buyer"]
    assert shows(signed_in(charlie), "person", "person-job-title") == ["Pilot", "Zoé"]


def test_hostile_words_stay_words(signed_in, alice, deal):
    field = FieldFactory(name="<b>Size</b>", kind="text")
    deal.custom = {str(field.pk): "<script>alert(1)</script>"}
    deal.title = "<img src=x>"
    deal.save()
    shown = text(signed_in(alice).get(f"/deals/?cols={field.key}"))
    assert "<script>alert" not in shown
    assert "<b>Size" not in shown
    assert "<img src=x" not in shown


def test_for_how_long_nothing_happened_stands_beside_what_is_planned(signed_in, alice, deal):
    Stage.objects.update(rotting_days=10)
    client, now, today = signed_in(alice), timezone.now(), timezone.localdate()
    tomorrow = today + timedelta(days=1)
    for idle, due, said, tone, in_full in (
        (12, None, "No next step 12 d idle", "rot", "12 days idle"),
        (8, today, "Today 8 d idle", "warn", "8 days idle, next step today"),
        (12, tomorrow, "Tomorrow 12 d idle", "quiet", "12 days idle, next step tomorrow"),
        (2, tomorrow, "Tomorrow", "", ""),
    ):
        Deal.objects.update(idle_since=now - timedelta(days=idle), next_activity_on=due)
        response = client.get("/deals/")
        assert card(response)[-1] == said
        assert (f'data-tone="{tone}" title="{in_full}"' in text(response)) == bool(tone)
        assert ('data-age="rotten"' in text(response)) == (tone == "rot")
    Deal.objects.update(idle_since=now - timedelta(days=12), next_activity_on=None)
    assert shows(client, "value")[-1] == "12 d idle"  # the colour never speaks alone


def test_more_cards_and_redrawn_columns_show_the_same_fields(signed_in, alice, stages, deal):
    for number in range(25):
        DealFactory(stage=stages[0], owner=alice, campaign=f"C{number}", position=f"6{number:02}i")
    client, query = signed_in(alice), "order=manual&cols=campaign&q="
    first = client.get(f"/deals/?{query}")
    (url,) = set(re.findall(r'hx-get="(/deals/stage/[^"]+)"', text(first)))
    assert url.startswith(f"/deals/stage/{stages[0].pk}/?{query.replace('&', '&amp;')}&amp;after=")
    more = client.get(url.replace("&amp;", "&"), headers=htmx())
    assert "Campaign" in text(more)
    assert "No next step" not in text(more)
    data = {"drag": "1", "board": stages[0].pipeline_id, "stage": stages[1].pk, "left": ""}
    moved = client.post(f"/deals/{deal.pk}/move/", data, headers=htmx(on=f"/deals/?{query}"))
    assert "Spring fair" in moved.text
    assert "No next step" not in moved.text
    assert f"/deals/pipeline/{stages[0].pipeline_id}/?{query.replace('&', '&amp;')}" in moved.text


# --- What it costs -----------------------------------------------------------------------------

# session, user, pipelines; custom fields and names to filter by; chosen fields, saved views; team;
# stages with the ids of their first cards, heads, cards
ALWAYS = 11


@pytest.mark.parametrize("number", [1, 5])
def test_a_board_costs_thirteen_statements(
    signed_in, alice, stages, number, django_assert_num_queries
):
    for stage in stages:
        for made in DealFactory.create_batch(
            number, stage=stage, owner=alice, labels=[LabelFactory()]
        ):
            ActivityFactory(deal=made)
    client = signed_in(alice)
    with django_assert_num_queries(ALWAYS + 2):  # labels, next activities
        assert client.get("/deals/").status_code == 200


@pytest.mark.parametrize("number", [1, 5])
def test_seven_custom_fields_cost_what_their_names_do(
    signed_in, alice, bob, stages, number, django_assert_num_queries
):
    kinds = ("user", "person", "organization", "user", "option")
    fields = [
        *(FieldFactory(kind=kind, options=["A"] if kind == "option" else None) for kind in kinds),
        FieldFactory(kind="user", of="person"),
        FieldFactory(kind="organization", of="organization"),
    ]
    for stage in stages:
        for made in DealFactory.create_batch(number, stage=stage, owner=alice):
            made.organization = OrganizationFactory(owner=alice)
            option = fields[4].options.get().pk
            points_at = (bob.pk, made.person_id, made.organization_id, alice.pk, option)
            made.custom = {str(f.pk): value for f, value in zip(fields[:5], points_at, strict=True)}
            made.person.custom = {str(fields[5].pk): bob.pk}
            made.organization.custom = {str(fields[6].pk): made.organization_id}
            for record in (made.person, made.organization, made):
                record.save()
    client = signed_in(alice)
    client.post(CHOOSER, {"cols": [field.key for field in fields]})
    with django_assert_num_queries(ALWAYS + 1):  # names of users, people and organizations
        response = client.get("/deals/")
    assert bob.name in text(response)


@pytest.mark.parametrize("number", [1, 5])
def test_no_choice_of_fields_costs_more_than_fourteen_statements(
    signed_in, alice, stages, number, django_assert_num_queries
):
    fields = [FieldFactory(kind=kind) for kind in ("user", "person")]
    for stage in stages:
        for made in DealFactory.create_batch(
            number, stage=stage, owner=alice, labels=[LabelFactory()]
        ):
            EmailAddressFactory(person=made.person)
            made.person.labels.add(LabelFactory())
            made.custom = {str(fields[0].pk): alice.pk, str(fields[1].pk): made.person_id}
            made.save()
            ActivityFactory(deal=made)
    client = signed_in(alice)
    of_contacts = ["person-email", "person-phone", "person-labels"]
    client.post(CHOOSER, {"cols": ["labels", "next", *of_contacts, *(f.key for f in fields)]})
    with django_assert_num_queries(ALWAYS + 3):  # labels, next activities, names
        response = client.get("/deals/")
    assert EmailAddress.objects.first().address in text(response)


@pytest.mark.parametrize("number", [1, 5])
def test_further_cards_cost_nine_statements(
    signed_in, alice, stages, number, django_assert_num_queries
):
    DealFactory.create_batch(number, stage=stages[0], owner=alice, labels=[LabelFactory()])
    client = signed_in(alice)
    # session, user; stage; chosen fields; team, ids, cards; labels, next activities
    with django_assert_num_queries(9):
        response = client.get(f"/deals/stage/{stages[0].pk}/?order=next", headers=htmx())
    assert len(response.context["cards"]) == number


# --- Saved views -------------------------------------------------------------------------------


def save(client, query, *, name="Big ones", audience="own", cols=""):
    sent = {"name": name, "audience": audience, "query": query, "columns": cols}
    return client.post("/lists/board/views/new/", sent)


def test_a_view_keeps_pipeline_filters_order_and_fields(signed_in, alice, pipeline):
    other = PipelineFactory(name="Partners")
    stage = StageFactory(pipeline=other)
    for value in (500, 1500, 9000):
        DealFactory(stage=stage, owner=alice, value=value, currency="EUR", title=f"At {value}")
    client = signed_in(alice)
    url = f"/deals/pipeline/{other.pk}/?value_from=1000&order=value&cols=campaign,value"
    kept = re.search(r'/lists/board/views/new/\?([^"]+)&amp;next=', text(client.get(url)))
    assert f"pipeline%3D{other.pk}" in kept[1]

    query = f"value_from=1000&order=value&pipeline={other.pk}"
    home = save(client, query, cols="campaign,value").url

    view = SavedView.objects.get()
    assert (view.of, view.columns) == ("board", ["campaign", "value"])
    response = client.get(home)
    assert response.context["pipeline"] == other
    assert [each.title for each in response.context["columns"][0].cards] == ["At 9000", "At 1500"]
    assert response.context["saved"].current == view
    assert not response.context["saved"].is_changed
    assert f'<a href="{home.replace("&", "&amp;")}" aria-current="page">Big ones</a>' in text(
        response
    )
    assert client.get(f"{home}&q=x").context["saved"].is_changed


def test_a_view_is_the_same_at_every_address_of_its_board(signed_in, alice, pipeline):
    client = signed_in(alice)
    home = save(client, f"q=pilot&pipeline={pipeline.pk}").url
    number = SavedView.objects.get().pk
    for url in (
        home,
        f"{home}&order=manual&currency=",  # as the form in the bar sends it
        f"/deals/?q=pilot&saved={number}",
        f"/deals/pipeline/{pipeline.pk}/?saved={number}&q=pilot",
    ):
        saved = client.get(url).context["saved"]
        assert (saved.current.pk, saved.is_changed) == (number, False), url


def test_views_are_seen_by_whom_they_are_shown_to(signed_in, alice, bob, charlie, stages):
    for audience in ("own", "team", "everyone"):
        save(signed_in(alice), "order=age", name=f"For {audience}", audience=audience)
    for user, seen in (
        (alice, {"For own", "For team", "For everyone"}),
        (bob, {"For team", "For everyone"}),
        (charlie, {"For everyone"}),
    ):
        tabs = signed_in(user).get("/deals/").context["saved"].tabs
        assert {tab.view.name for tab in tabs} == seen
    assert "For everyone" not in text(signed_in(alice).get("/leads/"))


def test_without_a_view_there_are_no_tabs(signed_in, alice, stages):
    client = signed_in(alice)
    assert "Whole board" not in text(client.get("/deals/"))
    save(client, "order=age")
    assert "Whole board" in text(client.get("/deals/"))


@pytest.mark.parametrize("asked", ["999999", "nonsense", "\0", "99999999999999999999999"])
def test_a_view_of_a_pipeline_that_is_gone_shows_the_default_one_and_says_so(
    signed_in, alice, pipeline, stages, asked
):
    client = signed_in(alice)
    response = client.get("/deals/", {"pipeline": asked})
    assert response.context["pipeline"] == pipeline
    assert "no longer in use" in text(response)
    assert "no longer in use" not in text(client.get("/deals/", {"pipeline": pipeline.pk}))
    Pipeline.objects.all().update(is_default=False)
    assert client.get("/deals/", {"pipeline": asked}).status_code == 200


def test_another_pipeline_is_looked_at_with_the_same_filters_and_order(signed_in, alice, stages):
    other = PipelineFactory(name="Partners")
    client = signed_in(alice)
    query = "order=value&q=p&pipeline=1&saved=3"
    for headers in ({}, htmx("board")):  # the menu stands outside of the part, and comes along
        shown = text(client.get(f"/deals/?{query}", headers=headers))
        assert f'href="/deals/pipeline/{other.pk}/?order=value&amp;q=p"' in shown


def test_a_bar_leads_to_its_part_of_the_same_board(signed_in, alice, stages):
    DealFactory(stage=stages[0], owner=alice, next_activity_on=timezone.localdate())
    DealFactory(stage=stages[0], owner=alice, title="No step")
    shown = text(signed_in(alice).get("/deals/?order=value&step=overdue&step=none"))
    assert "?order=value&amp;step=none" in shown
    assert "step=overdue&amp;step" not in shown


def test_without_htmx_show_more_leads_to_the_list_with_the_same_filters(signed_in, alice, stages):
    url = f"/deals/stage/{stages[0].pk}/?order=value&cols=value&saved=1&q=pi&after=x"
    response = signed_in(alice).get(url)
    assert response.url == f"/deals/list/?q=pi&stage={stages[0].pk}"
