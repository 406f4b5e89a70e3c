"""What is planned, done and said about a project, and who reads of it where."""

import datetime

import pytest
from django.utils import timezone

from activities.models import Activity, Note
from activities.queries import next_steps, timeline, visible_activities
from activities.queries.news import news
from activities.services import complete, plan, write_note
from history.models import Event
from opportunities import services as opportunities
from opportunities.following import follow
from projects.models import Project
from projects.services import change_project, link, start_project
from tests.factories import (
    ActivityTypeFactory,
    DealFactory,
    OrganizationFactory,
    PersonFactory,
    PhaseFactory,
    ProjectFactory,
)

TODAY = datetime.date(2026, 11, 26)


@pytest.fixture
def project(alice):
    return ProjectFactory(owner=alice, title="Roll out", visibility="team")


@pytest.fixture
def task(db):
    return ActivityTypeFactory(name="Task")


def planned(project, task, by, **values):
    activity = Activity(
        project=project, type=task, subject="Order stones", assignee=by, due_on=TODAY, **values
    )
    plan(activity, by=by)
    return activity


def told(subjects, user):
    return [each.thing for each in timeline(subjects, user).entries]


def test_a_project_says_when_its_next_task_is(alice, project, task):
    activity = planned(project, task, alice)
    project.refresh_from_db()
    assert project.next_activity_on == TODAY

    complete(activity, by=alice)
    project.refresh_from_db()
    assert project.next_activity_on is None


def test_tasks_of_a_project_show_on_the_pages_of_those_it_is_for(alice, charlie, project, task):
    person, organization = PersonFactory(owner=alice), OrganizationFactory(owner=alice)
    project.people.add(person)
    project.organizations.add(organization)
    activity = planned(project, task, alice)

    for contact in (person, organization):
        assert next_steps(contact.kind, contact.pk, alice) == [activity]
        assert next_steps(contact.kind, contact.pk, charlie) == []


def test_tasks_are_seen_by_whoever_sees_the_project(alice, bob, charlie, project, task):
    activity = planned(project, task, alice)

    assert list(visible_activities(bob)) == [activity]
    assert list(visible_activities(charlie)) == []


def test_notes_and_tasks_stand_in_the_timeline(alice, project, task):
    note = Note(project=project, text="Stones are late", author=alice)
    write_note(note, by=alice)
    activity = planned(project, task, alice)
    complete(activity, by=alice)

    assert told([("project", project.pk)], alice)[:2] == [activity, note]


def test_the_timeline_of_a_deal_names_no_project_that_is_not_seen(alice, charlie):
    deal = DealFactory(owner=alice)
    hidden = ProjectFactory(owner=alice, visibility="owner")
    link(hidden, deal, by=alice)

    assert [event.verb for event in told([("deal", deal.pk)], alice)] == ["deal.project_linked"]
    assert told([("deal", deal.pk)], charlie) == []


def test_the_timeline_of_a_project_names_no_deal_that_is_not_seen(alice, charlie):
    hidden = DealFactory(owner=alice, visibility="owner")
    project = ProjectFactory(owner=alice)
    link(project, hidden, by=alice)

    assert [each.verb for each in told([("project", project.pk)], alice)] == ["project.linked"]
    assert told([("project", project.pk)], charlie) == []


def test_a_started_project_does_not_tell_of_its_deal_twice(alice):
    deal = DealFactory(owner=alice)
    started = start_project(Project(title="New", phase=PhaseFactory()), deals=[deal], by=alice)

    assert [each.verb for each in told([("project", started.pk)], alice)] == ["project.created"]


def test_who_follows_a_project_is_told_what_others_do(alice, bob, project):
    follow(project, bob, by=bob)
    change_project(project, {"title": "Roll in"}, by=alice)

    [event] = news(bob).events
    assert (event.verb, event.subject_id) == ("project.changed", project.pk)
    assert news(alice).events == []


def test_followers_of_a_project_are_no_longer_told_what_they_may_not_see(alice, bob, project):
    follow(project, bob, by=bob)
    change_project(project, {"visibility": "owner"}, by=alice)

    assert news(bob).events == []


def test_events_stay_when_a_project_is_gone_for_good(alice, project):
    change_project(project, {"title": "Roll in"}, by=alice)
    Project.everything.filter(pk=project.pk).update(deleted_at=timezone.now())
    Project.everything.filter(pk=project.pk).delete()

    assert Event.objects.about([("project", project.pk)]).count() == 1


def test_what_is_put_away_with_its_project_is_not_to_do(signed_in, alice, project, task):
    planned(project, task, alice)
    assert "Order stones" in signed_in(alice).get("/activities/").text

    opportunities.archive([project], by=alice)

    assert "Order stones" not in signed_in(alice).get("/activities/").text
