"""Two move projects at once: one wins and one is told, and every card gets a place of its own."""

import itertools
import threading

import pytest

from accounts.models import User
from core.errors import Stale
from history.models import Operation
from lists.placing import LONGEST_RANK
from projects.models import Project
from projects.services import (
    move_projects,
    movement,
)
from tests.factories import PhaseFactory, ProjectFactory, UserFactory
from tests.racing import at_once

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
