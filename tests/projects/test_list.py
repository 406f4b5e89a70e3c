"""The list of projects: tabs, filters, orders, pages, and acts on many at a time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from history.models import Operation
from opportunities import services as opportunities
from projects.models import Project
from projects.table import TABLE
from tests.exports.sent import ASKED
from tests.factories import (
    ActivityFactory,
    FieldFactory,
    LabelFactory,
    OrganizationFactory,
    ProjectFactory,
)
from tests.web import assert_part_of_page, htmx, text


@pytest.fixture
def project(alice, phases):
    return ProjectFactory(phase=phases[0], owner=alice, title="Roof", visibility="team")


def titles(response):
    return [project.title for project in response.context["records"].rows]


def test_each_tab_shows_its_own(signed_in, alice, bob, phases, project):
    today = timezone.localdate()
    own = {"phase": phases[0], "owner": alice}
    Project.objects.update(next_activity_on=today)
    ProjectFactory(**own, title="Late", ends_on=today - timedelta(days=1))
    ProjectFactory(phase=phases[0], owner=bob, title="Bob's", ends_on=today)
    ProjectFactory(**own, done=True, title="Done one", ends_on=today - timedelta(days=9))
    ProjectFactory(**own, cancelled=True, title="Cancelled one")
    opportunities.archive([ProjectFactory(**own, title="Archived one")], by=alice)
    client = signed_in(alice)
    for query, found in (
        ({}, ["Roof", "Bob's", "Late"]),
        ({"view": "mine"}, ["Roof", "Late"]),
        ({"view": "overdue"}, ["Late"]),
        ({"view": "no-next-step"}, ["Bob's", "Late"]),
        ({"view": "done"}, ["Done one"]),
        ({"view": "cancelled"}, ["Cancelled one"]),
        ({"view": "archived"}, ["Archived one"]),
        ({"view": "nonsense"}, ["Roof", "Bob's", "Late"]),
    ):
        response = client.get("/projects/list/", query)
        assert titles(response) == found, query
        asked = response.wsgi_request.GET
        assert {each.title for each in TABLE.matching(asked, alice)} == set(found)


def test_values_of_a_filter_are_or_and_filters_are_and(signed_in, alice, bob, phases):
    hot = LabelFactory(name="Hot")
    ProjectFactory(phase=phases[0], owner=alice, title="A", labels=[hot])
    ProjectFactory(phase=phases[1], owner=bob, title="B", labels=[hot])
    ProjectFactory(phase=phases[1], owner=bob, title="C")
    client = signed_in(alice)
    for query, found in (
        ({"owner": [alice.pk, bob.pk]}, ["C", "B", "A"]),
        ({"owner": bob.pk, "label": hot.pk}, ["B"]),
        ({"phase": phases[1].pk}, ["C", "B"]),
        ({"phase": "nonsense"}, []),
        ({"label": "999999"}, []),
        ({"q": "x" * 201}, []),
    ):
        response = client.get("/projects/list/", query)
        assert response.status_code == 200
        assert titles(response) == found, query
    chips = text(client.get("/projects/list/", {"phase": phases[1].pk}))
    assert "Remove the filter Phase: Installation" in chips


@pytest.mark.parametrize("sort", ["title", "phase", "start", "end", "owner", "entered", "created"])
def test_the_list_sorts_and_pages(signed_in, alice, phases, sort):
    today = timezone.localdate()
    for number in range(55):
        day = None if number < 3 else today + timedelta(days=number)
        ProjectFactory(
            phase=phases[number % 3],
            owner=alice,
            title=f"P {number:02}",
            starts_on=day,
            ends_on=day,
        )
    client = signed_in(alice)
    for asked in (sort, f"-{sort}"):
        response = client.get("/projects/list/", {"sort": asked})
        shown = titles(response)
        cursor = response.context["records"].next
        shown += titles(client.get("/projects/list/", {"sort": asked, "after": cursor}))
        assert sorted(shown) == [f"P {number:02}" for number in range(55)]


def test_the_latest_that_ended_comes_first(signed_in, alice, phases):
    now = timezone.now()
    for days in (3, 1, 2):
        ProjectFactory(phase=phases[0], owner=alice, title=f"{days}", done=True)
        Project.objects.filter(title=f"{days}").update(ended_at=now - timedelta(days=days))
    assert titles(signed_in(alice).get("/projects/list/?view=done")) == ["1", "2", "3"]


def test_the_part_is_what_the_page_shows(signed_in, alice, project):
    assert_part_of_page(signed_in(alice), "/projects/list/", "results")


def test_charlie_sees_nothing_and_a_reader_may_not_change(signed_in, charlie, reader, project):
    assert "Roof" not in text(signed_in(charlie).get("/projects/list/"))
    shown = text(signed_in(reader).get("/projects/list/"))
    assert "Roof" in shown
    assert 'id="bulk"' not in shown


def test_the_panel_stands_beside_the_list(signed_in, alice, project):
    client = signed_in(alice)
    panel = text(client.get(f"/projects/{project.pk}/", headers=htmx("drawer")))
    assert 'id="panel"' in panel
    assert "<html" not in panel
    assert 'id="panel"' in text(client.get(f"/projects/list/?peek={project.pk}"))
    assert client.get("/projects/list/?peek=999999").status_code == 200


def test_an_end_that_is_missed_stands_out(signed_in, alice, phases):
    yesterday = timezone.localdate() - timedelta(days=1)
    ProjectFactory(phase=phases[0], owner=alice, title="Late", ends_on=yesterday)
    shown = text(signed_in(alice).get("/projects/list/"))
    assert 'data-tone="lost"' in shown
    assert "Overdue" in shown


# --- Changed in place --------------------------------------------------------------------------


def test_a_cell_is_changed_where_it_stands(signed_in, alice, project):
    client = signed_in(alice)
    url = f"/projects/{project.pk}/edit/end/"
    form = client.get(url, headers=htmx())
    assert 'name="ends_on"' in text(form)
    seen = client.get(url).context["form"]["seen"].value()
    response = client.post(url, {"ends_on": "2030-01-31", "seen": seen}, headers=htmx())
    assert response.status_code == 200
    project.refresh_from_db()
    assert project.ends_on.isoformat() == "2030-01-31"
    stale = client.post(url, {"ends_on": "2030-02-28", "seen": seen}, headers=htmx())
    assert stale.status_code == 409
    assert client.get(f"/projects/{project.pk}/edit/nonsense/").status_code == 404


def test_a_project_cannot_end_before_it_starts(signed_in, alice, project):
    Project.objects.update(starts_on="2030-01-31")
    client = signed_in(alice)
    url = f"/projects/{project.pk}/edit/end/"
    seen = client.get(url).context["form"]["seen"].value()
    response = client.post(url, {"ends_on": "2030-01-01", "seen": seen}, headers=htmx())
    assert response.status_code == 422
    assert "cannot end before it starts" in text(response)


# --- Many at a time ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "sent", "words"),
    [
        ("archive", {}, "2 projects archived"),
        ("assign", {"to": "bob"}, "2 projects assigned to Bob"),
        ("label", {"put": "label"}, "2 projects labelled “Hot”"),
        ("finish", {}, "2 projects done"),
        ("cancel", {}, "2 projects cancelled"),
        ("move", {"new-phase": "phase", "save": "1"}, "2 projects moved to Installation"),
        ("set", {"field": "end", "new-ends_on": "2030-01-31", "save": "1"}, "2 projects changed"),
        ("delete", {"confirmed": "2"}, "2 projects deleted"),
        ("share-out", {"among": "bob", "save": "1"}, "2 projects shared out among Bob"),
    ],
)
def test_acts_on_many_have_one_undo(signed_in, alice, bob, phases, project, path, sent, words):
    records = {"bob": bob.pk, "label": LabelFactory(name="Hot").pk, "phase": phases[1].pk}
    other = ProjectFactory(phase=phases[0], owner=alice)
    before = list(Project.everything.order_by("pk").values())
    client = signed_in(alice)
    data = {"ids": [project.pk, other.pk]}
    data |= {name: records.get(value, value) for name, value in sent.items()}
    response = client.post(f"/projects/{path}/", data, follow=True)
    assert words in text(response)
    operation = Operation.objects.get()
    assert operation.events.count() == 2

    client.post(operation.get_undo_url())

    after = list(Project.everything.order_by("pk").values())
    for row in (*before, *after):
        del row["updated_at"], row["phase_entered_at"]
    assert after == before
    assert not Project.labels.through.objects.exists()


def test_a_day_that_does_not_fit_one_of_many_is_refused(signed_in, alice, phases, project):
    Project.objects.update(starts_on="2031-01-01")
    other = ProjectFactory(phase=phases[0], owner=alice)
    data = {"ids": [project.pk, other.pk], "field": "end", "new-ends_on": "2030-01-31", "save": "1"}
    response = signed_in(alice).post("/projects/set/", data)
    assert response.status_code == 422
    assert "Would end before it starts" in text(response)
    assert not Operation.objects.exists()


def test_all_that_match_are_meant(signed_in, alice, charlie, phases, project):
    ProjectFactory(phase=phases[1], owner=alice)
    ProjectFactory(phase=phases[0], owner=charlie, visibility="owner")
    sent = {"all": "1", "count": "1", "phase": phases[0].pk}
    signed_in(alice).post("/projects/archive/", sent)
    assert Project.objects.archived().get() == project


def test_a_deleted_project_is_brought_back(signed_in, alice, bob, project):
    client = signed_in(alice)
    client.post("/projects/delete/", {"ids": project.pk, "confirmed": "1"})
    assert "Roof" in text(client.get("/projects/deleted/"))
    response = client.post("/projects/deleted/bring-back/", {"ids": project.pk}, follow=True)
    assert "1 project is back" in text(response)
    assert Project.objects.get() == project


def test_the_file_holds_the_columns_of_the_list(signed_in, alice, phases):
    ProjectFactory(
        phase=phases[0],
        owner=alice,
        title="=Roof",
        ends_on="2030-01-31",
        organizations=[OrganizationFactory(name="Northwind")],
    )
    response = signed_in(alice).post(
        "/exports/projects/",
        {"all": "1", "next": "/projects/list/?cols=organizations,end,phase", **ASKED},
    )
    lines = b"".join(response.streaming_content).decode().splitlines()
    assert lines[0].endswith("Title,Organizations,End,Phase")
    assert lines[1] == "'=Roof,Northwind,2030-01-31,Preparation"


def test_custom_fields_of_projects_are_columns_and_filters(signed_in, alice, phases):
    field = FieldFactory(of="project", kind="number", name="Panels")
    few = ProjectFactory(phase=phases[0], owner=alice, title="Few", custom={str(field.pk): "4"})
    ProjectFactory(phase=phases[0], owner=alice, title="Many", custom={str(field.pk): "40"})
    client = signed_in(alice)
    shown = text(client.get(f"/projects/list/?cols={field.key}"))
    assert "Panels" in shown
    query = {f"{field.key}_to": "10"}
    assert titles(client.get("/projects/list/", query)) == [few.title]
    assert "Panels" in text(client.get(f"/projects/?cols={field.key}"))


@pytest.mark.parametrize("number", [1, 5])
def test_the_list_costs_twelve_statements(
    signed_in, alice, phases, number, django_assert_num_queries
):
    label = LabelFactory()
    for project in ProjectFactory.create_batch(
        number, phase=phases[0], owner=alice, labels=[label]
    ):
        ActivityFactory(project=project)
    client = signed_in(alice)
    # session, user, custom fields, choices of the filters, team, count, chosen columns, ids, rows,
    # labels, next activities, saved views
    with django_assert_num_queries(12):
        assert client.get("/projects/list/").status_code == 200
