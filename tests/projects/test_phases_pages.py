"""The settings of the phases: what is shown, what is refused, and at which place."""

from importlib import import_module

import pytest

from jobs.models import Job
from projects import tasks
from projects.models import Phase, Project
from tests.factories import ProjectFactory
from tests.web import htmx, text


def test_the_page_shows_the_phases_and_how_many_open_projects_they_hold(
    signed_in, manager, alice, phases
):
    ProjectFactory.create_batch(3, phase=phases[0], owner=alice, visibility="owner")
    ProjectFactory(phase=phases[0], owner=alice, done=True)
    shown = text(signed_in(manager).get("/settings/phases/"))
    assert [shown.index(phase.name) for phase in phases] == sorted(
        shown.index(phase.name) for phase in phases
    )
    assert '<td data-phone="hide">3</td>' in shown


@pytest.mark.parametrize("name", ["", " ", "x" * 81, "a\0b", "handover"])
def test_a_name_that_cannot_be_is_refused_at_its_place(signed_in, manager, phases, name):
    client = signed_in(manager)
    for url in ("/settings/phases/new/", f"/settings/phases/{phases[0].pk}/"):
        response = client.post(url, {"name": name})
        assert response.status_code == 422
        assert 'role="alert"' in text(response) or "errorlist" in text(response)
    assert [each.name for each in Phase.objects.in_order()] == [each.name for each in phases]


def test_phases_are_dragged_and_moved_by_buttons(signed_in, manager, phases):
    client = signed_in(manager)
    url = f"/settings/phases/{phases[2].pk}/move/"
    assert client.post(url, {"before": phases[0].pk}, headers=htmx()).status_code == 204
    assert client.post(url, {"direction": "down"}).status_code == 302
    assert list(Phase.objects.in_order()) == [phases[0], phases[2], phases[1]]
    assert client.post(url, {"direction": "sideways"}).status_code == 404


def test_the_end_of_a_phase_asks_where_its_projects_go(signed_in, manager, alice, phases):
    project = ProjectFactory(phase=phases[0], owner=alice)
    client = signed_in(manager)
    url = f"/settings/phases/{phases[0].pk}/end/"
    assert "1 project is in this phase" in text(client.get(url))
    for into in ("", "nonsense", phases[0].pk, "999999"):
        assert client.post(url, {"into": into}).status_code == 422
    assert client.post(url, {"into": phases[1].pk}).status_code == 302
    assert Project.objects.get(pk=project.pk).phase == phases[1]


def test_a_project_that_came_in_meanwhile_keeps_a_phase(signed_in, manager, alice, phases):
    url = f"/settings/phases/{phases[0].pk}/end/"
    client = signed_in(manager)
    assert "It can be removed" in text(client.get(url))
    ProjectFactory(phase=phases[0], owner=alice)
    assert client.post(url).status_code == 422
    assert Phase.objects.filter(pk=phases[0].pk).exists()


def test_the_only_phase_stays(signed_in, manager, phases):
    Phase.objects.exclude(pk=phases[0].pk).delete()
    response = signed_in(manager).post(f"/settings/phases/{phases[0].pk}/end/")
    assert response.status_code == 422
    assert "is the only phase" in text(response)


def test_a_full_phase_ends_by_a_job(signed_in, manager, alice, phases, monkeypatch):
    monkeypatch.setattr(import_module("projects.views.phases"), "LARGEST_REQUEST", 1)
    ProjectFactory.create_batch(2, phase=phases[0], owner=alice)
    url = f"/settings/phases/{phases[0].pk}/end/"
    response = signed_in(manager).post(url, {"into": phases[1].pk})
    job = Job.objects.get()
    assert response.url == job.get_absolute_url()

    told = tasks.end_phase_in_job(job, phase=phases[0].pk, into=phases[1].pk)

    assert told == {"text": "“Preparation” is archived.", "url": "/settings/phases/"}
    assert Project.objects.filter(phase=phases[1]).count() == 2
