"""The pages of a project: started, shown, changed, ended, linked; who sees what, who cannot."""

import datetime

import pytest
from django.urls import reverse

from accounts.models import User
from deals.models import Deal
from history.models import Event, Operation
from labels.models import Label
from projects.models import Project
from tests.factories import (
    DealFactory,
    FieldFactory,
    LabelFactory,
    OrganizationFactory,
    PersonFactory,
    PhaseFactory,
    ProjectFactory,
    UserFactory,
)
from tests.web import htmx

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 11, 26)


@pytest.fixture
def phase():
    return PhaseFactory(name="Preparation", position=0)


@pytest.fixture
def deal(alice, stages):
    return DealFactory(
        owner=alice,
        title="Roof",
        stage=stages[0],
        value=1234,
        currency="EUR",
        person=PersonFactory(owner=alice, name="Rosa"),
        organization=OrganizationFactory(owner=alice, name="Works"),
    )


@pytest.fixture
def project(alice, phase, deal):
    return ProjectFactory(
        owner=alice,
        title="Roll out",
        phase=phase,
        visibility="team",
        deals=[deal],
        people=[deal.person],
        organizations=[deal.organization],
    )


def sent(client, url, **values):
    """What a browser sends of the form at ``url``, with ``values`` in some of its fields."""
    form = client.get(url).context["form"]
    data = {bound.html_name: bound.value() for bound in form}
    data = {
        name: getattr(value, "pk", value) for name, value in data.items() if value not in (None, "")
    }
    return data | values


# --- Starting ----------------------------------------------------------------------------------


def test_a_project_is_started_on_its_page(signed_in, alice, phase, deal):
    client, label = signed_in(alice), LabelFactory()
    url = f"{reverse('projects:create')}?deal={deal.pk}"
    data = sent(client, url, title="New", labels=[label.pk], starts_on="2026-11-26")
    data |= {"deal": deal.pk, "deal_text": "Roof"}

    response = client.post(reverse("projects:create"), data)

    started = Project.objects.get(title="New")
    assert response.url == started.get_absolute_url()
    assert (started.owner, started.phase, started.starts_on) == (alice, phase, TODAY)
    assert list(started.deals.all()) == [deal]
    assert list(started.people.all()) == [deal.person]
    assert list(started.labels.all()) == [label]


def test_what_is_wrong_is_said_at_its_place_and_nothing_is_lost(signed_in, alice, phase):
    client = signed_in(alice)
    data = sent(client, reverse("projects:create"), title="New", ends_on="2026-11-01")

    response = client.post(reverse("projects:create"), data | {"starts_on": "2026-11-26"})

    assert response.status_code == 422
    assert "A project cannot end before it starts." in response.text
    assert 'value="New"' in response.text
    assert not Project.objects.exists()


def test_sent_twice_it_starts_once(signed_in, alice, phase):
    client = signed_in(alice)
    data = sent(client, reverse("projects:create"), title="New")

    for _again in range(2):
        client.post(reverse("projects:create"), data)

    assert Project.objects.count() == 1


def test_custom_fields_of_projects_are_asked_for(signed_in, alice, phase):
    field = FieldFactory(of="project", kind="text", name="Site", is_required=True)
    client = signed_in(alice)
    data = sent(client, reverse("projects:create"), title="New")

    response = client.post(reverse("projects:create"), data)
    assert response.status_code == 422

    client.post(reverse("projects:create"), data | {field.key: "Lyon"})
    started = Project.objects.get()
    assert started.custom == {str(field.pk): "Lyon"}
    assert "Lyon" in client.get(started.get_absolute_url()).text


def test_a_project_is_started_from_a_deal_in_one_step(signed_in, alice, phase, deal):
    client, url = signed_in(alice), reverse("projects:start", args=[deal.pk])

    response = client.post(url, sent(client, url))

    started = Project.objects.get()
    assert response.url == started.get_absolute_url()
    assert (started.title, started.visibility) == ("Roof", deal.visibility)
    assert list(started.deals.all()) == [deal]
    assert list(started.organizations.all()) == [deal.organization]


def test_a_deal_that_is_not_seen_starts_nothing(signed_in, charlie, deal):
    Deal.objects.update(visibility="owner")

    assert signed_in(charlie).get(reverse("projects:start", args=[deal.pk])).status_code == 404


def test_readers_start_nothing(signed_in, reader, deal):
    for url in (reverse("projects:create"), reverse("projects:start", args=[deal.pk])):
        assert signed_in(reader).get(url).status_code == 403


# --- The page ----------------------------------------------------------------------------------


def test_the_page_shows_what_the_project_is_about(signed_in, alice, project):
    page = signed_in(alice).get(project.get_absolute_url()).text

    for words in ("Roll out", "Preparation", "Roof", "€1,234", "Rosa", "Works"):
        assert words in page


def test_a_deal_that_is_not_seen_is_not_shown_but_the_names_of_contacts_are(
    signed_in, alice, bob, project, deal
):
    Deal.objects.update(visibility="owner")
    type(deal.person).objects.update(visibility="owner")

    page = signed_in(bob).get(project.get_absolute_url()).text

    assert "Roof" not in page
    assert "Rosa" in page
    assert deal.person.get_absolute_url() not in page


def test_who_does_not_see_a_project_gets_nothing(signed_in, charlie, project):
    assert signed_in(charlie).get(project.get_absolute_url()).status_code == 404


def test_readers_see_the_page_and_no_button(signed_in, reader, project):
    page = signed_in(reader).get(project.get_absolute_url()).text

    assert "Roll out" in page
    assert reverse("projects:edit", args=[project.pk]) not in page
    assert reverse("projects:done", args=[project.pk]) not in page
    assert "/unlink/" not in page


def test_an_overdue_project_says_so(signed_in, alice, project):
    Project.objects.update(ends_on=TODAY - datetime.timedelta(days=400))

    assert "It was to be done by" in signed_in(alice).get(project.get_absolute_url()).text


@pytest.mark.parametrize("size", [1, 5])
def test_the_page_costs_the_same_whatever_it_is_linked_to(
    signed_in, alice, project, size, django_assert_num_queries
):
    for _each in range(size):
        project.deals.add(DealFactory(owner=alice))
        project.people.add(PersonFactory(owner=alice))
        project.organizations.add(OrganizationFactory(owner=alice))
        project.labels.add(LabelFactory())
    client = signed_in(alice)
    # Session, user, team; the project with its labels, followers and links; its phases; types and
    # colleagues to plan with; next steps; notes, activities and events of the timeline.
    with django_assert_num_queries(12):
        client.get(project.get_absolute_url())


# --- Changing ----------------------------------------------------------------------------------


def test_a_project_is_changed_with_undo(signed_in, alice, project):
    client, url = signed_in(alice), reverse("projects:edit", args=[project.pk])

    response = client.post(url, sent(client, url, title="Roll in", description="Two sites"))

    assert response.url == project.get_absolute_url()
    project.refresh_from_db()
    assert (project.title, project.description) == ("Roll in", "Two sites")
    page = client.get(project.get_absolute_url()).text
    assert "is saved" in page
    assert "Undo" in page


def test_two_people_do_not_overwrite_each_other(signed_in, alice, bob, project):
    url = reverse("projects:edit", args=[project.pk])
    data = sent(signed_in(alice), url, title="Roll in")
    theirs = signed_in(bob)
    theirs.post(url, sent(theirs, url, title="Roll on"))

    response = signed_in(alice).post(url, data)

    assert response.status_code == 409
    assert "Roll on" in response.text
    assert Project.objects.get().title == "Roll on"


def test_an_owner_who_left_may_stay(signed_in, admin, project):
    left = UserFactory(name="Lena", is_active=False)
    Project.objects.update(owner=left)
    client, url = signed_in(admin), reverse("projects:edit", args=[project.pk])

    client.post(url, sent(client, url, title="Roll in"))

    assert Project.objects.get().title == "Roll in"


# --- Ending and links --------------------------------------------------------------------------


@pytest.mark.parametrize(("act", "status"), [("done", "done"), ("cancel", "cancelled")])
def test_a_project_ends_and_is_opened_again(signed_in, alice, project, act, status):
    client = signed_in(alice)

    client.post(reverse(f"projects:{act}", args=[project.pk]))
    project.refresh_from_db()
    assert project.status == status
    assert "Alice Martin" in client.get(project.get_absolute_url()).text

    client.post(reverse("projects:reopen", args=[project.pk]))
    project.refresh_from_db()
    assert project.is_open


@pytest.mark.parametrize("kind", ["deal", "person", "organization"])
def test_a_link_is_made_and_taken_away(signed_in, alice, project, kind):
    factory = {"deal": DealFactory, "person": PersonFactory, "organization": OrganizationFactory}
    record, client = factory[kind](owner=alice), signed_in(alice)
    url = reverse("projects:link", args=[project.pk, kind])
    names = {"deal": "deals", "person": "people", "organization": "organizations"}
    links = getattr(project, names[kind])

    assert client.get(url).status_code == 200
    client.post(url, {"record": record.pk, "record_text": str(record)})
    assert record in links.all()
    assert client.post(url, {"record": record.pk}).status_code == 422  # already

    client.post(reverse("projects:unlink", args=[project.pk, kind, record.pk]))
    assert record not in links.all()


def test_nothing_else_is_linked(signed_in, alice, project):
    client = signed_in(alice)

    assert client.get(f"/projects/{project.pk}/link/lead/").status_code == 404
    assert client.post(f"/projects/{project.pk}/unlink/lead/1/").status_code == 404


def test_a_deal_is_found_by_its_title(signed_in, alice, charlie, deal):
    url = reverse("projects:deal_options")
    assert "Roof" in signed_in(alice).get(url, {"q": "roo"}).text

    Deal.objects.update(visibility="owner")
    assert "Roof" not in signed_in(charlie).get(url, {"q": "roo"}).text


def test_a_project_is_found_by_its_title(signed_in, alice, charlie, project):
    url = reverse("projects:options")

    assert "Roll out" in signed_in(alice).get(url, {"q": "roll"}).text
    assert "Roll out" in signed_in(alice).get(url).text
    assert "Roll out" not in signed_in(charlie).get(url, {"q": "roll"}).text


# --- On a deal's page --------------------------------------------------------------------------


def test_a_deal_shows_its_projects_to_those_who_see_them(
    signed_in, alice, bob, charlie, deal, project
):
    assert "Roll out" in signed_in(alice).get(deal.get_absolute_url()).text
    assert "Roll out" in signed_in(bob).get(deal.get_absolute_url()).text
    assert "Roll out" not in signed_in(charlie).get(deal.get_absolute_url()).text


def test_a_project_is_offered_to_whoever_sold_the_deal(signed_in, bob, alice, deal):
    url = reverse("projects:start", args=[deal.pk])
    assert signed_in(bob).get(url).context["form"]["owner"].value() == alice.pk

    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert signed_in(bob).get(url).context["form"]["owner"].value() == bob.pk


def test_an_existing_project_is_linked_on_the_deals_page(signed_in, alice, deal):
    other = ProjectFactory(owner=alice, title="Barn")
    client, url = signed_in(alice), reverse("projects:link_to_deal", args=[deal.pk])

    assert client.get(url).status_code == 200
    response = client.post(url, {"project_text": "barn"})

    assert response.url == deal.get_absolute_url()
    assert list(other.deals.all()) == [deal]


def test_a_deals_page_takes_no_board_for_an_answer(signed_in, alice, deal):
    other = ProjectFactory(owner=alice, title="Barn")
    url = reverse("projects:link_to_deal", args=[deal.pk])
    sent = {"project": other.pk, "board": "projects"}

    response = signed_in(alice).post(url, sent, headers=htmx())

    assert response.headers["HX-Redirect"] == deal.get_absolute_url()
    assert list(other.deals.all()) == [deal]


def test_a_project_that_is_not_seen_cannot_be_linked(signed_in, charlie, deal, project):
    url = reverse("projects:link_to_deal", args=[deal.pk])
    Project.objects.update(visibility="owner")

    response = signed_in(charlie).post(url, {"project": project.pk})

    assert response.status_code == 422
    assert "Roll out" not in response.text


def test_a_lead_has_no_project_at_any_door(signed_in, alice):
    from leads.models import Lead

    names = {field.name for field in Lead._meta.get_fields()}
    assert not {name for name in names if "project" in name}
    assert Event.objects.count() == Operation.objects.count() == Label.objects.count() == 0
