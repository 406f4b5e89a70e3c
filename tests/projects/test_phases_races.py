"""Two move projects at once: one wins and one is told; and no phase ends under anybody."""

import itertools
import threading

import pytest

from accounts.models import User
from core.errors import Stale
from history.models import Operation
from lists.placing import LONGEST_RANK
from projects.models import Phase, Project
from projects.services import (
    PhaseArchived,
    end_phase,
    move_projects,
    movement,
    phases,
    start_project,
)
from tests.factories import PhaseFactory, ProjectFactory, UserFactory
from tests.racing import at_once, meanwhile, wait_until_it_waits

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def line():
    return [PhaseFactory(name=name, position=n) for n, name in enumerate("ABC")]


@pytest.fixture
def alice():
    return UserFactory()


@pytest.fixture
def manager():
    return UserFactory(role="manager")


def move(project, by, **more):
    return lambda: move_projects([project], by=User.objects.get(pk=by.pk), **more)


def test_of_two_moves_one_wins_and_one_is_told(line, alice):
    a, b, c = line
    for _round in range(5):
        project = ProjectFactory(phase=a, owner=alice)
        seen = {project.pk: a.pk}
        answers = at_once(
            move(project, alice, to=b, left=seen), move(project, alice, to=c, left=seen)
        )
        assert {type(answer) for answer in answers} == {Operation, Stale}


def both_behind_the_same(line, alice):
    """Two projects dropped at once behind the same card; their positions."""
    a, b, _c = line
    anchor, _below = ProjectFactory.create_batch(2, phase=b, owner=alice)
    one, two = ProjectFactory.create_batch(2, phase=a, owner=alice)
    answers = at_once(move(one, alice, to=b, after=anchor), move(two, alice, to=b, after=anchor))
    assert all(isinstance(answer, Operation) for answer in answers), answers
    found = Project.objects.filter(pk__in=[one.pk, two.pk]).values_list("position", flat=True)
    return list(found)


def test_two_cards_dropped_at_one_spot_get_two_places(line, alice):
    for _round in range(5):
        assert len(set(both_behind_the_same(line, alice))) == 2


def test_without_the_lock_of_the_phase_they_share_one(line, alice, monkeypatch):
    """The control arm: what the lock prevents does happen."""
    both_asked = threading.Barrier(2)
    rank_beside = movement.rank_beside

    def rank_when_both_asked(*arguments, **more):
        rank = rank_beside(*arguments, **more)
        both_asked.wait(timeout=10)
        return rank

    monkeypatch.setattr(movement, "lock_phases", lambda numbers: None)
    monkeypatch.setattr(movement, "rank_beside", rank_when_both_asked)
    assert len(set(both_behind_the_same(line, alice))) == 1


def test_a_hundred_cards_between_the_same_two_keep_strict_order(line, alice):
    a, b, _c = line
    upper, lower = ProjectFactory.create_batch(2, phase=b, owner=alice)
    projects = ProjectFactory.create_batch(100, phase=a, owner=alice)

    def drop(own):
        def run():
            by = User.objects.get(pk=alice.pk)
            for project in own:
                move_projects([project], to=b, after=upper, before=lower, by=by)

        return run

    assert at_once(drop(projects[::2]), drop(projects[1::2])) == [None, None]
    column = list(Project.objects.filter(phase=b).order_by("position", "pk"))
    assert (column[0], column[-1]) == (upper, lower)
    places = [project.position for project in column]
    assert all(one < two for one, two in itertools.pairwise(places))
    assert max(map(len, places)) <= LONGEST_RANK


def end_while(act, line, manager, monkeypatch):
    """Let ``act`` come once the projects of the first phase are about to leave it; what became of
    it.
    """
    empty, begun = phases.empty, threading.Event()
    thread, answers = meanwhile(act, once=begun)

    def empty_and_wait(*arguments, **more):
        empty(*arguments, **more)
        begun.set()
        wait_until_it_waits(thread)

    monkeypatch.setattr(phases, "empty", empty_and_wait)
    end_phase(line[0], into=line[1], by=manager)
    thread.join(timeout=30)
    return answers[0]


def moving_in(line, alice):
    project = ProjectFactory(phase=line[2], owner=alice)
    return move(project, alice, to=line[0])


def starting_in(line, alice):
    def start():
        by = User.objects.get(pk=alice.pk)
        return start_project(Project(title="New", phase=Phase(pk=line[0].pk)), by=by)

    return start


@pytest.mark.parametrize("make", [moving_in, starting_in])
def test_who_comes_while_a_phase_ends_is_told(make, line, alice, manager, monkeypatch):
    ProjectFactory(phase=line[0], owner=alice)
    answer = end_while(make(line, alice), line, manager, monkeypatch)
    assert isinstance(answer, PhaseArchived)
    assert not Project.everything.filter(phase=line[0]).exists()


def test_without_the_lock_of_the_phases_it_comes_in(line, alice, manager, monkeypatch):
    """The control arm: a project is left where no board shows it."""
    ProjectFactory(phase=line[0], owner=alice)
    monkeypatch.setattr(
        phases, "locked_phases", lambda: list(Phase.objects.order_by("position", "pk"))
    )
    end_while(moving_in(line, alice), line, manager, monkeypatch)
    assert Project.objects.filter(phase__archived_at__isnull=False).exists()
