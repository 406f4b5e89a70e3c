"""No phase ends under anybody who moves or starts a project in it."""

import threading

import pytest

from accounts.models import User
from projects.models import Phase, Project
from projects.services import (
    PhaseArchived,
    end_phase,
    move_projects,
    phases,
    start_project,
)
from tests.factories import PhaseFactory, ProjectFactory, UserFactory
from tests.racing import meanwhile, wait_until_it_waits

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
