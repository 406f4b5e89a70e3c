"""The pages of the leads: what is seen and by whom, panel and page, add, change, delete."""

import gzip
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from contacts.models import Person
from conversion.services import convert_leads, undo_conversion
from deals.models import Deal
from history.models import Event
from leads import inbox
from leads.models import Lead
from opportunities import services
from tests.factories import (
    ActivityFactory,
    ChannelFactory,
    EmailAddressFactory,
    LabelFactory,
    LeadFactory,
    NoteFactory,
    OrganizationFactory,
    PersonFactory,
)
from tests.web import assert_part_of_page, htmx

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(alice):
    return LeadFactory(owner=alice, title="Anvil <b>", value=1200, currency="EUR")


def fields(lead=None, **changed):
    """What a form about a lead sends, with ``changed`` fields."""
    sent = {
        "title": "Bolt",
        "value": "1 250,50",
        "currency": "EUR",
        "visibility": "everyone",
        "campaign": "",
        "token": "3f0f2d8e-6c5d-4a52-9f0a-0d8e9d6f1c11",
    }
    return sent | changed


# --- The inbox ---


def test_the_inbox_shows_leads_with_all_that_matters(lead, alice, signed_in):
    lead.labels.add(LabelFactory(name="Hot"))

    page = signed_in(alice).get("/leads/")

    assert page.status_code == 200
    assert "Anvil &lt;b&gt;" in page.text
    assert "<b>" not in page.text
    for shown in ("Hot", "€1,200", lead.person.name, "No next step", "1 lead"):
        assert shown in page.text


def test_a_lead_is_in_the_lists_of_those_who_may_see_it(alice, bob, charlie, signed_in):
    LeadFactory(owner=alice, title="Anvil", visibility="team")

    assert "Anvil" in signed_in(bob).get("/leads/").text
    assert "Anvil" not in signed_in(charlie).get("/leads/").text
    assert "Anvil" not in signed_in(charlie).get("/leads/?q=anvil").text


@pytest.mark.parametrize("url", ["/leads/", "/leads/?view=mine&q=anvil", "/leads/archived/"])
def test_the_results_alone_equal_those_of_the_page(lead, alice, signed_in, url):
    assert_part_of_page(signed_in(alice), url, "results")


@pytest.mark.parametrize("number", [1, 5])
def test_the_inbox_asks_the_same_questions_for_any_number_of_leads(
    alice, signed_in, django_assert_num_queries, number
):
    for _n in range(number):
        lead = LeadFactory(owner=alice, labels=[LabelFactory()])
        lead.channel = ChannelFactory()
        lead.save()
    client = signed_in(alice)
    # Session, user, team; custom fields; owners, teams, labels and channels to filter by; the
    # count; the columns one chose; ids along the walks, rows, their labels, their next activities;
    # saved views.
    with django_assert_num_queries(12):
        client.get("/leads/")


def test_a_page_and_its_part_stay_light(alice, signed_in):
    labels = [LabelFactory() for _n in range(8)]
    for n in range(60):
        LeadFactory(
            owner=alice,
            title=f"Machine à café no {n} pour les bureaux de la rue Lavoisier",
            person=PersonFactory(owner=alice),
            organization=OrganizationFactory(owner=alice),
            labels=labels[n % 8 : n % 8 + 2],
            value=1000 + n,
            currency="EUR",
        )
    client = signed_in(alice)

    whole = client.get("/leads/")
    part = client.get("/leads/", headers=htmx("results"))

    assert whole.text.count("data-peek=") == 50
    assert len(gzip.compress(whole.content)) < 40_000
    assert len(gzip.compress(part.content)) < 15_000


def test_pages_lead_on_and_back(alice, signed_in):
    person = PersonFactory(owner=alice)
    for n in range(51):
        LeadFactory(owner=alice, person=person, title=f"Lead no. {n:02}")
    client = signed_in(alice)

    first = client.get("/leads/")
    second = client.get("/leads/", {"after": first.context["records"].next})

    assert "Lead no. 50" in first.text
    assert "Lead no. 00" not in first.text
    assert [row.title for row in second.context["records"].rows] == ["Lead no. 00"]
    assert "Previous" in second.text
    assert "Next</a>" not in second.text


def test_sorting_is_a_link_that_tells_its_direction(alice, signed_in):
    for title in ("Zinc", "anvil", "Élan"):
        LeadFactory(owner=alice, title=title)

    page = signed_in(alice).get("/leads/?sort=title")

    assert [row.title for row in page.context["records"].rows] == ["anvil", "Élan", "Zinc"]
    assert 'aria-sort="ascending"' in page.text
    assert "sort=-title" in page.text


def test_a_filter_shows_as_a_chip_that_can_be_taken_off(alice, bob, signed_in):
    LeadFactory(owner=alice, title="Anvil")

    page = signed_in(alice).get(f"/leads/?owner={alice.pk}&owner={bob.pk}&sort=title&after=x")

    [(_field, shown, without), _bobs] = page.context["chips"]
    assert (shown, without) == ("Alice Martin", f"/leads/?owner={bob.pk}&sort=title")


@pytest.mark.parametrize("view", inbox.VIEWS)
def test_every_filter_works_in_every_view(alice, signed_in, view):
    label, channel = LabelFactory(), ChannelFactory()
    archived = {"archived_at": timezone.now(), "archived_by": alice} if view == "archived" else {}
    late = timezone.localdate() - timedelta(days=3) if view == "overdue" else None
    for title in ("Anvil one", "Anvil two"):
        LeadFactory(
            owner=alice,
            title=title,
            channel=channel,
            labels=[label],
            next_activity_on=late,
            **archived,
        )
    client = signed_in(alice)
    for query in (
        f"owner={alice.pk}&label={label.pk}&channel={channel.pk}&origin=manual&seen=no&q=anvil",
        f"owner={alice.pk}&owner={channel.pk}",
    ):
        page = client.get(f"/leads/?view={view}&{query}")
        assert page.status_code == 200
    page = client.get(f"/leads/?view={view}&owner={alice.pk}&label={label.pk}&origin=manual")
    assert [row.title for row in page.context["records"].rows] == ["Anvil two", "Anvil one"]


def test_three_kinds_of_nothing(alice, reader, signed_in):
    client = signed_in(alice)
    assert "No leads yet" in client.get("/leads/").text
    LeadFactory(owner=alice, archived_at=timezone.now(), archived_by=alice)
    assert "All done" in client.get("/leads/").text
    assert "No lead matches these filters" in client.get("/leads/?q=nothing").text
    assert "Add lead" not in signed_in(reader).get("/leads/").text


def test_broken_filters_and_cursors_are_answered_kindly(lead, alice, signed_in):
    client = signed_in(alice)
    for query in ("after=x", "before=%00", "sort=%00", "view=%00", "peek=x", f"peek={'9' * 40}"):
        assert client.get(f"/leads/?{query}").status_code == 200
    for query in ("q=%00", f"q={'x' * 201}", "owner=x"):
        page = client.get(f"/leads/?{query}")
        assert page.status_code == 200
        assert 'role="alert"' in page.text


# --- A lead ---


def test_a_lead_has_a_page_for_those_who_may_see_it(alice, bob, charlie, signed_in):
    lead = LeadFactory(owner=alice, title="Anvil", visibility="team")

    assert "Convert to deal" in signed_in(bob).get(f"/leads/{lead.pk}/").text
    for pk in (lead.pk, lead.pk + 1, 10**25):
        assert signed_in(charlie).get(f"/leads/{pk}/").status_code == 404


def test_the_panel_is_the_page_without_its_frame(lead, alice, signed_in):
    client = signed_in(alice)

    assert_part_of_page(client, f"/leads/{lead.pk}/", "panel")
    drawer = client.get(f"/leads/{lead.pk}/", headers=htmx("drawer", on="/leads/")).text
    assert drawer.lstrip().startswith('<section id="panel"')


def test_a_list_loaded_with_a_lead_beside_it_shows_it(lead, alice, charlie, signed_in):
    hidden = LeadFactory(owner=charlie, visibility="owner")
    client = signed_in(alice)

    assert 'id="panel"' in client.get(f"/leads/?peek={lead.pk}").text
    assert 'id="panel"' not in client.get(f"/leads/?peek={hidden.pk}").text


def test_a_lead_shows_the_name_of_a_hidden_contact_and_no_more(alice, charlie, signed_in):
    person = PersonFactory(owner=charlie, visibility="owner", name="Zoé Secret")
    lead = LeadFactory(owner=alice, person=person)

    page = signed_in(alice).get(f"/leads/{lead.pk}/").text

    assert "Zoé Secret" in page
    assert person.get_absolute_url() not in page


def test_a_reader_is_offered_nothing_to_change(lead, reader, signed_in):
    page = signed_in(reader).get(f"/leads/{lead.pk}/").text

    for offered in ("Convert to deal", "Archive", "/edit/", "Mark as seen", "Delete"):
        assert offered not in page


def test_opening_a_lead_writes_nothing_but_lets_the_browser_mark_it_seen(lead, alice, signed_in):
    client = signed_in(alice)
    url = reverse("leads:mark_seen", args=[lead.pk])

    assert f'hx-post="{url}"' in client.get(f"/leads/{lead.pk}/").text
    assert Lead.objects.get().is_unseen
    assert client.post(url, headers=htmx()).status_code == 200
    assert not Lead.objects.get().is_unseen
    assert url not in client.get(f"/leads/{lead.pk}/").text


def test_only_who_may_change_a_lead_marks_it_seen(alice, reader, charlie, signed_in):
    lead = LeadFactory(owner=alice, visibility="team")
    url = reverse("leads:mark_seen", args=[lead.pk])

    assert signed_in(reader).post(url).status_code == 403
    assert signed_in(charlie).post(url).status_code == 404
    assert Lead.objects.get().is_unseen


@pytest.mark.parametrize("number", [1, 5])
def test_a_lead_page_asks_the_same_questions_whatever_its_past(
    alice, signed_in, django_assert_num_queries, number
):
    person = PersonFactory(owner=alice)
    lead = LeadFactory(owner=alice, person=person, organization=OrganizationFactory(owner=alice))
    for n in range(number):
        lead.labels.add(LabelFactory())
        NoteFactory(lead=lead, author=alice)
        ActivityFactory(lead=lead, assignee=alice)
        EmailAddressFactory(person=person)
        services.change(lead, {"campaign": f"Spring {n}"}, by=alice)
    client = signed_in(alice)
    # Session, user, team; the lead with its labels and what may be done and seen, its person's
    # addresses and phone numbers, its possible duplicates, its lives; types and colleagues to plan
    # with; next steps; notes, activities and events of the timeline, and what they point at.
    with django_assert_num_queries(15):
        client.get(f"/leads/{lead.pk}/")


def test_the_address_of_a_converted_lead_leads_to_its_deal(
    alice, bob, charlie, pipeline, signed_in
):
    lead = LeadFactory(owner=alice, visibility="team")
    conversion = convert_leads([lead], into=pipeline, by=alice)

    answer = signed_in(bob).get(f"/leads/{lead.pk}/")

    assert (answer.status_code, answer.url) == (302, Deal.objects.get().get_absolute_url())
    assert answer.headers["Cache-Control"] == "no-cache"
    assert signed_in(charlie).get(f"/leads/{lead.pk}/").status_code == 404
    undo_conversion(conversion, by=alice)
    assert signed_in(bob).get(f"/leads/{lead.pk}/").status_code == 200


# --- Add ---


def test_a_lead_is_added_with_a_new_person_and_organization(alice, signed_in):
    sent = fields(person_text="Zoé Martel", organization_text="Lumen", owner=alice.pk)

    answer = signed_in(alice).post("/leads/new/", sent)

    lead = Lead.objects.get()
    assert answer.status_code == 302
    assert (lead.title, str(lead.value.normalize()), lead.currency) == ("Bolt", "1250.5", "EUR")
    assert (lead.person.name, lead.organization.name) == ("Zoé Martel", "Lumen")


def test_the_same_form_sent_twice_adds_one_lead(alice, signed_in):
    client = signed_in(alice)
    for _n in range(2):
        client.post("/leads/new/", fields(person_text="Zoé", owner=alice.pk))

    assert (Lead.objects.count(), Person.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"person_text": ""}, "person"),
        ({"title": "a\x00b"}, "title"),
        ({"title": "a\u202eb"}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": " "}, "title"),
        ({"person_text": "x" * 201}, "person"),
        ({"person": "x"}, "person"),
        ({"person": "9" * 30}, "person"),
        ({"value": "many"}, "value"),
        ({"value": "-1"}, "value"),
        ({"value": "9" * 30}, "value"),
        ({"currency": "XXX"}, "currency"),
        ({"owner": "x"}, "owner"),
        ({"owner": "0"}, "owner"),
        ({"labels": ["x"]}, "labels"),
        ({"channel": "9" * 30}, "channel"),
        ({"expected_close_on": "soon"}, "expected_close_on"),
        ({"visibility": "nobody"}, "visibility"),
        ({"token": "x"}, "token"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_written(alice, signed_in, wrong, field):
    sent = fields(**{"person_text": "Zoé", "owner": alice.pk} | wrong)

    answer = signed_in(alice).post("/leads/new/", sent, headers=htmx("create"))

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert [model.objects.count() for model in (Lead, Person, Event)] == [0, 0, 0]


def test_a_hidden_person_is_no_choice(alice, charlie, signed_in):
    hidden = PersonFactory(owner=charlie, visibility="owner")

    answer = signed_in(alice).post("/leads/new/", fields(person=hidden.pk, owner=alice.pk))

    assert answer.status_code == 422
    assert not Lead.objects.exists()


def test_a_reader_adds_nothing(reader, signed_in):
    client = signed_in(reader)

    assert client.get("/leads/new/").status_code == 403
    assert client.post("/leads/new/", fields(person_text="Zoé")).status_code == 403
    assert not Person.objects.exists()


# --- Change ---


def shown_by(client, lead):
    """The fields of the form as the browser would send them back unchanged."""
    form = client.get(f"/leads/{lead.pk}/edit/").context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}
    sent["labels"] = [label.pk for label in sent["labels"] or []]
    for name in ("person", "organization"):
        record = form.initial[name]
        sent |= {name: record.pk if record else "", f"{name}_text": str(record or "")}
    sent["owner"] = lead.owner_id
    sent["channel"] = lead.channel_id or ""
    return sent


def test_a_change_writes_only_what_was_changed(lead, alice, bob, signed_in):
    client = signed_in(alice)
    sent = shown_by(client, lead)
    Lead.objects.filter(pk=lead.pk).update(campaign="Spring")  # somebody else, another field

    answer = client.post(f"/leads/{lead.pk}/edit/", sent | {"title": "Bolt"})

    lead.refresh_from_db()
    assert answer.status_code == 302
    assert (lead.title, lead.campaign) == ("Bolt", "Spring")
    assert list(Event.objects.get().changes) == ["title"]


def test_saving_without_a_change_records_nothing(lead, alice, signed_in):
    client = signed_in(alice)

    assert client.post(f"/leads/{lead.pk}/edit/", shown_by(client, lead)).status_code == 302
    assert not Event.objects.exists()


def test_a_stale_field_shows_both_values_and_can_be_saved_again(lead, alice, signed_in):
    client = signed_in(alice)
    sent = shown_by(client, lead) | {"title": "Bolt"}
    Lead.objects.filter(pk=lead.pk).update(title="Chisel")

    answer = client.post(f"/leads/{lead.pk}/edit/", sent)

    assert answer.status_code == 409
    assert "“Anvil &lt;b&gt;”" in answer.text
    assert "“Chisel”" in answer.text
    assert Lead.objects.get().title == "Chisel"
    again = sent | {"seen": answer.context["form"]["seen"].value()}
    assert client.post(f"/leads/{lead.pk}/edit/", again).status_code == 302
    assert Lead.objects.get().title == "Bolt"


def test_a_lead_keeps_a_contact_that_its_editor_may_not_see(alice, charlie, signed_in):
    person = PersonFactory(owner=charlie, visibility="owner")
    lead = LeadFactory(owner=alice, person=person)
    client = signed_in(alice)

    client.post(f"/leads/{lead.pk}/edit/", shown_by(client, lead) | {"title": "Bolt"})

    lead.refresh_from_db()
    assert (lead.title, lead.person) == ("Bolt", person)


def test_a_forged_memory_of_what_was_seen_is_refused(lead, alice, signed_in):
    client = signed_in(alice)
    sent = shown_by(client, lead) | {"title": "Bolt", "seen": "forged"}

    assert client.post(f"/leads/{lead.pk}/edit/", sent).status_code == 422
    assert not Event.objects.exists()


def test_who_may_not_change_a_lead_has_no_form(alice, reader, charlie, signed_in):
    lead = LeadFactory(owner=alice, visibility="team")

    for send in ("get", "post"):
        assert getattr(signed_in(reader), send)(f"/leads/{lead.pk}/edit/").status_code == 403
        assert getattr(signed_in(charlie), send)(f"/leads/{lead.pk}/edit/").status_code == 404
    assert not Event.objects.exists()


@pytest.mark.parametrize(("url", "name"), [("/leads/new/", "create"), ("/leads/{}/edit/", "edit")])
def test_forms_alone_equal_those_of_the_page(lead, alice, signed_in, url, name):
    assert_part_of_page(signed_in(alice), url.format(lead.pk), name)


# --- Recently deleted ---


def test_what_was_deleted_waits_and_comes_back(alice, bob, charlie, signed_in):
    lead = LeadFactory(
        owner=alice, title="Anvil", visibility="team", deleted_at=timezone.now(), deleted_by=alice
    )
    url = reverse("leads:bring_back")

    assert "Anvil" in signed_in(bob).get("/leads/deleted/").text
    assert f'value="{lead.pk}"' not in signed_in(bob).get("/leads/deleted/").text
    assert "Anvil" not in signed_in(charlie).get("/leads/deleted/").text
    assert signed_in(bob).post(url, {"ids": lead.pk}).status_code == 403
    assert signed_in(charlie).post(url, {"ids": lead.pk}).status_code == 404
    assert not Lead.objects.exists()
    assert signed_in(alice).post(url, {"ids": lead.pk}).status_code == 302
    assert Lead.objects.get() == lead


def test_several_come_back_at_once(alice, bob, signed_in):
    gone = {"deleted_at": timezone.now(), "deleted_by": alice}
    leads = [LeadFactory(owner=owner, **gone) for owner in (alice, alice, bob)]

    shown = signed_in(alice).get("/leads/deleted/").text
    assert shown.count('type="checkbox" name="ids"') == 2
    assert "Alice Martin" in shown
    signed_in(alice).post(reverse("leads:bring_back"), {"ids": [lead.pk for lead in leads[:2]]})

    assert set(Lead.objects.all()) == set(leads[:2])


def test_bringing_nothing_back_is_no_act(alice, signed_in):
    assert signed_in(alice).post(reverse("leads:bring_back"), {"all": "1"}).status_code == 302
    assert not Event.objects.exists()


def test_a_converted_lead_is_not_among_the_deleted(alice, signed_in):
    LeadFactory(owner=alice, title="Anvil", deleted_at=timezone.now(), is_replaced=True)

    assert "Anvil" not in signed_in(alice).get("/leads/deleted/").text


@pytest.mark.parametrize("number", [1, 5])
def test_recently_deleted_asks_the_same_questions_for_any_number(
    alice, signed_in, django_assert_num_queries, number
):
    for _n in range(number):
        LeadFactory(owner=alice, deleted_at=timezone.now() - timedelta(days=1), deleted_by=alice)
    client = signed_in(alice)
    # Session, user, team; ids, rows, their labels; the count; which of them may come back.
    with django_assert_num_queries(8):
        client.get("/leads/deleted/")


def test_an_organization_alone_is_enough(alice, signed_in):
    organization = OrganizationFactory(owner=alice)
    sent = fields(organization=organization.pk, owner=alice.pk)

    assert signed_in(alice).post("/leads/new/", sent).status_code == 302
    assert Lead.objects.get().person is None
