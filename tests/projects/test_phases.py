"""The phases are kept by managers and admins, and none ends with projects left in it."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from core.errors import Missing, NotAllowed
from history.models import Event, Operation
from history.templatetags.history import Change, sentence, what_changed
from opportunities import services as opportunities
from projects.models import Phase, Project
from projects.services import (
    HoldsProjects,
    LastPhase,
    PhaseArchived,
    TooManyPhases,
    add_phase,
    end_phase,
    move_phase,
    phases,
    rename_phase,
    restore_phase,
)
from tests.factories import PhaseFactory, ProjectFactory


@pytest.fixture
def lines(phases):
    """The three phases, under a name that the module of the services leaves free."""
    return phases


def names():
    return [phase.name for phase in Phase.objects.active().in_order()]


def test_a_phase_is_added_at_the_end_and_renamed(manager, lines):
    added = add_phase(Phase(name="Warranty"), by=manager)
    rename_phase(added, "Aftercare", by=manager)
    assert names() == ["Preparation", "Installation", "Handover", "Aftercare"]


def test_the_first_phase_of_all_is_added(manager):
    add_phase(Phase(name="Planning"), by=manager)
    assert names() == ["Planning"]


def test_two_phases_never_have_one_name(manager, lines):
    with pytest.raises(ValidationError, match="already a phase"):
        add_phase(Phase(name="handover"), by=manager)
    with pytest.raises(ValidationError, match="already a phase"):
        rename_phase(lines[0], "HANDOVER", by=manager)
    rename_phase(lines[2], "HANDOVER", by=manager)
    assert names() == ["Preparation", "Installation", "HANDOVER"]


def test_phases_are_put_in_order(manager, lines):
    first, second, third = lines
    move_phase(first, step=1, by=manager)
    assert names() == ["Installation", "Preparation", "Handover"]
    move_phase(third, before=second.pk, by=manager)
    assert names() == ["Handover", "Installation", "Preparation"]
    move_phase(third, by=manager)
    assert names() == ["Installation", "Preparation", "Handover"]


def test_there_is_a_limit(manager, lines, monkeypatch):
    monkeypatch.setattr(phases, "MOST_PHASES", 3)
    archived = PhaseFactory(archived_at=timezone.now())
    with pytest.raises(TooManyPhases):
        add_phase(Phase(name="One more"), by=manager)
    with pytest.raises(TooManyPhases):
        restore_phase(archived, by=manager)


def test_all_projects_of_a_phase_that_ends_go_along(alice, charlie, manager, lines):
    first, second, _third = lines
    there = ProjectFactory(phase=second, owner=alice, title="there")
    made = [
        ProjectFactory(phase=first, owner=alice, title="open"),
        ProjectFactory(phase=first, owner=charlie, visibility="owner", title="hidden"),
        ProjectFactory(phase=first, owner=alice, done=True, title="done"),
        ProjectFactory(phase=first, owner=alice, title="archived"),
        ProjectFactory(phase=first, owner=alice, title="deleted"),
    ]
    opportunities.archive([made[3]], by=alice)
    opportunities.delete([made[4]], by=alice)

    assert end_phase(first, into=second, by=manager) is True

    moved = list(Project.everything.filter(phase=second).order_by("position", "pk"))
    assert moved == [there, *made]
    assert [each.status for each in moved] == ["open", "open", "open", "done", "open", "open"]
    assert names() == ["Installation", "Handover"]
    events = Event.objects.filter(verb="project.moved", operation__verb="phase.emptied")
    assert events.count() == 5
    assert events.first().changes["phase"][1] == {"id": second.pk, "name": "Installation"}


def told():
    """What history says of phases, the latest last: the act, the phase, what changed."""
    events = Event.objects.filter(subject_kind="phase").order_by("pk")
    return [(sentence(each), each.title, what_changed(each)) for each in events]


def test_history_tells_what_becomes_of_phases(manager, lines):
    added = add_phase(Phase(name="Warranty"), by=manager)
    rename_phase(added, "Aftercare", by=manager)
    move_phase(added, step=-1, by=manager)
    end_phase(added, by=manager)
    assert told() == [
        ("Phase added", "Warranty", []),
        ("Phase changed", "Aftercare", [Change("Name", "Warranty", "Aftercare")]),
        (
            "Phase changed",
            "Aftercare",
            [
                Change(
                    "Phases",
                    "Preparation, Installation, Handover, Aftercare",
                    "Preparation, Installation, Aftercare, Handover",
                )
            ],
        ),
        ("Phase removed", "Aftercare", []),
    ]


def test_history_tells_where_the_projects_of_a_phase_went_and_that_it_came_back(
    alice, manager, lines
):
    ProjectFactory(phase=lines[0], owner=alice)
    end_phase(lines[0], into=lines[1], by=manager)
    restore_phase(lines[0], by=manager)
    assert told() == [
        ("All projects moved to: Installation", "Preparation", []),
        ("Phase archived", "Preparation", []),
        ("Phase in use again", "Preparation", []),
    ]
    assert set(Operation.objects.values_list("by", flat=True)) == {manager.pk}


def test_what_changes_nothing_is_not_told(manager, lines):
    rename_phase(lines[0], "Preparation", by=manager)
    move_phase(lines[0], step=-1, by=manager)
    restore_phase(lines[0], by=manager)
    assert told() == []


def test_a_phase_without_projects_is_removed(manager, lines):
    assert end_phase(lines[1], by=manager) is False
    assert not Phase.objects.filter(pk=lines[1].pk).exists()


def test_an_archived_phase_comes_back_as_the_last_or_is_removed(alice, manager, lines):
    ProjectFactory(phase=lines[0], owner=alice)
    end_phase(lines[0], into=lines[1], by=manager)
    restore_phase(lines[0], by=manager)
    assert names() == ["Installation", "Handover", "Preparation"]
    end_phase(lines[0], into=lines[1], by=manager)
    assert end_phase(lines[0], by=manager) is False


def test_what_stands_against_the_end_of_a_phase(alice, manager, lines):
    project = ProjectFactory(phase=lines[0], owner=alice)
    opportunities.delete([project], by=alice)
    with pytest.raises(HoldsProjects, match="1 project is in “Preparation”"):
        end_phase(lines[0], by=manager)
    Phase.objects.filter(pk=lines[1].pk).update(archived_at=timezone.now())
    with pytest.raises(PhaseArchived):
        end_phase(lines[0], into=lines[1], by=manager)
    with pytest.raises(PhaseArchived, match="another phase"):
        end_phase(lines[0], into=lines[0], by=manager)
    end_phase(lines[2], by=manager)
    with pytest.raises(LastPhase):
        end_phase(lines[0], into=lines[1], by=manager)
    with pytest.raises(Missing):
        end_phase(lines[2], by=manager)
    assert Project.everything.get().phase == lines[0]
    assert not Operation.objects.filter(verb="phase.emptied").exists()


@pytest.mark.parametrize(
    "act",
    [
        lambda phase, by: add_phase(Phase(name="New"), by=by),
        lambda phase, by: rename_phase(phase, "New", by=by),
        lambda phase, by: move_phase(phase, step=1, by=by),
        lambda phase, by: end_phase(phase, by=by),
        lambda phase, by: restore_phase(phase, by=by),
    ],
)
def test_only_who_may_configure_keeps_them(alice, reader, lines, act):
    for user in (alice, reader):
        with pytest.raises(NotAllowed):
            act(lines[0], user)
    assert names() == ["Preparation", "Installation", "Handover"]


@pytest.mark.parametrize("number", [1, 50])
def test_the_end_of_a_phase_costs_the_same_however_many_are_in_it(
    alice, manager, lines, number, django_assert_num_queries
):
    ProjectFactory.create_batch(number, phase=lines[0], owner=alice)
    # savepoint, phases, projects, the move with its operation and event, the phase with its own,
    # release
    with django_assert_num_queries(10):
        end_phase(lines[0], into=lines[1], by=manager)
