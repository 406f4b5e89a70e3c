"""A won deal starts a project by itself, where its pipeline says so."""

import pytest

from accounts.models import User
from deals.services import reopen_deals, win_deals
from history.services import undo
from opportunities import services as opportunities
from pipelines.models import Pipeline
from projects.models import Project
from projects.services import change_project, finish_projects
from tests.factories import (
    DealFactory,
    OrganizationFactory,
    PersonFactory,
    PhaseFactory,
    ProjectFactory,
)


@pytest.fixture
def phase(db):
    return PhaseFactory(name="Preparation", position=0)


@pytest.fixture
def deal(alice, stages, phase):
    Pipeline.objects.update(won_starts_project=True)
    person, organization = PersonFactory(owner=alice), OrganizationFactory(owner=alice)
    return DealFactory(
        owner=alice,
        title="Roof",
        stage=stages[0],
        visibility="team",
        person=person,
        organization=organization,
    )


def test_a_won_deal_starts_a_project_that_is_named_and_owned_as_it_is(bob, phase, deal):
    win_deals([deal], by=bob)

    project = Project.objects.get()
    assert (project.title, project.owner, project.visibility) == ("Roof", deal.owner, "team")
    assert (project.phase, project.created_by) == (phase, bob)
    assert list(project.deals.all()) == [deal]
    assert list(project.people.all()) == [deal.person]
    assert list(project.organizations.all()) == [deal.organization]


def test_elsewhere_nothing_starts(alice, deal):
    Pipeline.objects.update(won_starts_project=False)

    win_deals([deal], by=alice)

    assert not Project.objects.exists()


def test_a_deal_that_has_a_project_starts_no_other(alice, deal):
    ProjectFactory(owner=alice, deals=[deal])

    win_deals([deal], by=alice)
    reopen_deals([deal], by=alice)
    win_deals([deal], by=alice)

    assert Project.objects.count() == 1


def test_without_a_phase_a_deal_is_won_all_the_same(alice, phase, deal):
    phase.delete()

    win_deals([deal], by=alice)

    deal.refresh_from_db()
    assert deal.status == "won"
    assert not Project.objects.exists()


def test_a_project_goes_to_whoever_won_where_the_owner_has_left(bob, deal):
    User.objects.filter(pk=deal.owner_id).update(is_active=False)

    win_deals([deal], by=bob)

    assert Project.objects.get().owner == bob


def test_undo_of_the_win_takes_the_project_along(alice, deal):
    won = win_deals([deal], by=alice)

    undo(won, by=alice)

    assert not Project.objects.exists()
    opportunities.bring_back(Project.everything.all(), by=alice)
    assert list(Project.objects.get().deals.all()) == [deal]


def test_but_not_once_something_was_done_with_it(alice, deal):
    won = win_deals([deal], by=alice)
    change_project(Project.objects.get(), {"title": "Roof, in spring"}, by=alice)

    undo(won, by=alice)

    assert Project.objects.get().title == "Roof, in spring"


def test_nor_what_another_win_started(alice, deal):
    win_deals([deal], by=alice)
    finish_projects(Project.objects.all(), by=alice)
    reopen_deals([deal], by=alice)
    won = win_deals([deal], by=alice)

    undo(won, by=alice)

    assert Project.objects.count() == 1


@pytest.mark.parametrize("size", [1, 5])
def test_many_wins_cost_the_same(alice, stages, phase, size, django_assert_num_queries):
    Pipeline.objects.update(won_starts_project=True)
    people = PersonFactory(owner=alice), OrganizationFactory(owner=alice)
    deals = [
        DealFactory(owner=alice, stage=stages[0], person=people[0], organization=people[1])
        for _each in range(size)
    ]

    with django_assert_num_queries(17):
        win_deals(deals, by=alice)

    assert Project.objects.count() == size
    assert len(set(Project.objects.values_list("position", flat=True))) == size
