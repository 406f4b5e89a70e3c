"""What the database holds of projects, whatever door they come through."""

import datetime

import pytest
from django.db import IntegrityError
from django.utils import timezone

from contacts.services import StillLinked, delete
from projects.models import Project, ProjectDeal
from tests.factories import (
    DealFactory,
    OrganizationFactory,
    PersonFactory,
    PhaseFactory,
    ProjectFactory,
)

TODAY = datetime.date(2026, 11, 26)


def test_a_project_that_ended_says_when_and_by_whom(alice):
    project = ProjectFactory(owner=alice)

    with pytest.raises(IntegrityError, match="projects_project_ended_at_iff_ended"):
        Project.objects.filter(pk=project.pk).update(status="done")


def test_an_open_project_has_no_end(alice):
    project = ProjectFactory(owner=alice)

    with pytest.raises(IntegrityError, match="projects_project_ended_at_iff_ended"):
        Project.objects.filter(pk=project.pk).update(ended_at=timezone.now(), ended_by=alice)


def test_a_project_ends_on_the_day_it_starts_at_the_earliest(alice):
    project = ProjectFactory(owner=alice, starts_on=TODAY, ends_on=TODAY)

    with pytest.raises(IntegrityError, match="projects_project_ends_after_start"):
        Project.objects.filter(pk=project.pk).update(ends_on=TODAY - datetime.timedelta(days=1))


def test_an_archived_project_names_who_archived_it(alice):
    project = ProjectFactory(owner=alice)

    with pytest.raises(IntegrityError, match="projects_project_archived_by_iff_archived"):
        Project.objects.filter(pk=project.pk).update(archived_at=timezone.now())


def test_a_deal_belongs_to_a_project_once(alice):
    deal = DealFactory(owner=alice)
    project = ProjectFactory(owner=alice, deals=[deal])

    with pytest.raises(IntegrityError, match="projects_projectdeal_once"):
        ProjectDeal.objects.create(project=project, deal=deal)


def test_there_is_one_phase_of_a_name(db):
    PhaseFactory(name="Review")

    with pytest.raises(IntegrityError, match="projects_phase_name_once"):
        PhaseFactory(name="review")


@pytest.mark.parametrize(
    ("factory", "links"), [(PersonFactory, "people"), (OrganizationFactory, "organizations")]
)
def test_a_contact_of_a_project_is_not_deleted(alice, factory, links):
    contact = factory(owner=alice)
    ProjectFactory(owner=alice, title="Roll out", **{links: [contact]})

    with pytest.raises(StillLinked, match="Roll out"):
        delete([contact], by=alice)


def test_whoever_asks_for_projects_gets_what_they_may_see(alice, bob, charlie):
    ProjectFactory(owner=alice, title="All", visibility="everyone")
    ProjectFactory(owner=alice, title="Ours", visibility="team")
    ProjectFactory(owner=alice, title="Mine", visibility="owner")

    def seen_by(user):
        return {project.title for project in Project.objects.visible_to(user)}

    assert seen_by(alice) == {"All", "Ours", "Mine"}
    assert seen_by(bob) == {"All", "Ours"}
    assert seen_by(charlie) == {"All"}


def test_a_project_is_overdue_when_its_last_day_is_over(alice):
    over = ProjectFactory(owner=alice, ends_on=TODAY - datetime.timedelta(days=1))
    ProjectFactory(owner=alice, ends_on=TODAY)
    ProjectFactory(owner=alice)
    done = ProjectFactory(owner=alice, done=True, ends_on=TODAY - datetime.timedelta(days=1))

    assert list(Project.objects.overdue(TODAY)) == [over]
    assert over.is_overdue(TODAY)
    assert not done.is_overdue(TODAY)
