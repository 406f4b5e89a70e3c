"""Projects move between phases and within their column, and every move can be taken back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.errors import Missing, NotAllowed, Stale
from history.models import Event, Operation
from history.services import undo
from lists.placing import LONGEST_RANK
from opportunities import services as opportunities
from projects.models import Phase, Project
from projects.services import (
    PhaseArchived,
    ProjectArchived,
    ProjectEnded,
    finish_projects,
    move_projects,
)
from tests.factories import ProjectFactory


def column(phase):
    return [
        project.title
        for project in Project.objects.on_board().filter(phase=phase).order_by("position", "pk")
    ]


def projects_in(phase, owner, *titles):
    return [ProjectFactory(phase=phase, owner=owner, title=title) for title in titles]


def test_a_move_changes_phase_clock_and_history(alice, phases):
    yesterday = timezone.now() - timedelta(days=1)
    [project] = projects_in(phases[0], alice, "Roof")
    Project.objects.update(phase_entered_at=yesterday, updated_at=yesterday)

    move_projects([project], to=phases[1], by=alice)

    project.refresh_from_db()
    assert project.phase == phases[1]
    assert project.phase_entered_at == project.updated_at > yesterday
    [event] = Event.objects.filter(verb="project.moved")
    [before, after] = event.changes["phase"]
    assert (before["name"], after["name"]) == ("Preparation", "Installation")


def test_moved_projects_come_to_the_top_in_the_order_they_had(alice, phases):
    projects_in(phases[1], alice, "old")
    a, b, c = projects_in(phases[0], alice, "a", "b", "c")
    move_projects([c, a, b], to=phases[1], by=alice)
    assert column(phases[1]) == ["a", "b", "c", "old"]


def test_a_project_is_put_between_two_others(alice, phases):
    a, b, c = projects_in(phases[1], alice, "a", "b", "c")
    [project] = projects_in(phases[0], alice, "new")

    move_projects([project], to=phases[1], after=a, before=b, by=alice)
    assert column(phases[1]) == ["a", "new", "b", "c"]
    move_projects([project], to=phases[1], before=a, by=alice)
    assert column(phases[1]) == ["new", "a", "b", "c"]
    move_projects([project], to=phases[1], after=c, by=alice)
    assert column(phases[1]) == ["a", "b", "c", "new"]


def test_a_new_place_in_the_column_is_no_event(alice, phases):
    a, b = projects_in(phases[0], alice, "a", "b")
    entered = a.phase_entered_at
    assert move_projects([a], to=phases[0], after=b, by=alice) is None
    assert column(phases[0]) == ["b", "a"]
    a.refresh_from_db()
    assert a.phase_entered_at == entered
    assert not Operation.objects.exists()


def test_a_neighbour_that_left_leaves_the_project_at_the_top(alice, phases):
    projects_in(phases[1], alice, "a")
    gone, project = projects_in(phases[0], alice, "gone", "new")
    move_projects([project], to=phases[1], after=gone, by=alice)
    assert column(phases[1]) == ["new", "a"]


def test_one_spot_can_be_halved_for_ever(alice, phases):
    a, _b = projects_in(phases[1], alice, "a", "b")
    Project.objects.filter(title="a").update(position="1")
    Project.objects.filter(title="b").update(position="1" + "0" * LONGEST_RANK + "1")
    [project] = projects_in(phases[0], alice, "new")
    move_projects([project], to=phases[1], after=a, by=alice)
    assert column(phases[1]) == ["a", "new", "b"]
    assert max(len(each.position) for each in Project.objects.all()) < 60


def test_a_move_says_which_phase_it_left(alice, bob, phases):
    project = ProjectFactory(phase=phases[0], owner=alice, visibility="team")
    move_projects([project], to=phases[1], by=bob)

    with pytest.raises(Stale, match="now it is in “Installation”") as refused:
        move_projects([project], to=phases[2], left={project.pk: phases[0].pk}, by=alice)
    assert (refused.value.seen, refused.value.found) == (phases[0], phases[1])
    # The same move once more is what the writer wanted.
    move_projects([project], to=phases[1], left={project.pk: phases[0].pk}, by=alice)
    assert Event.objects.filter(verb="project.moved").count() == 1


def test_ended_and_archived_projects_do_not_move(alice, phases):
    done = ProjectFactory(done=True, owner=alice, phase=phases[0])
    cancelled = ProjectFactory(cancelled=True, owner=alice, phase=phases[0])
    fine, archived = projects_in(phases[0], alice, "fine", "archived")
    opportunities.archive([archived], by=alice)
    for ended in (done, cancelled):
        with pytest.raises(ProjectEnded, match="Reopen first"):
            move_projects([fine, ended], to=phases[1], by=alice)
    with pytest.raises(ProjectArchived):
        move_projects([archived], to=phases[1], by=alice)
    assert column(phases[1]) == []


def test_nothing_enters_a_phase_that_is_archived_or_gone(alice, phases):
    [project] = projects_in(phases[0], alice, "Roof")
    Phase.objects.filter(pk=phases[1].pk).update(archived_at=timezone.now())
    for phase in (phases[1], Phase(pk=999_999)):
        with pytest.raises(PhaseArchived):
            move_projects([project], to=phase, by=alice)


def test_nobody_else_moves_it(alice, charlie, reader, phases):
    project = ProjectFactory(phase=phases[0], owner=alice, visibility="team")
    with pytest.raises(Missing):
        move_projects([project], to=phases[1], by=charlie)
    with pytest.raises(NotAllowed):
        move_projects([project], to=phases[1], by=reader)
    assert column(phases[0]) == [project.title]
    assert not Operation.objects.exists()


def test_a_neighbour_that_is_hidden_is_ignored(alice, charlie, phases):
    hidden = ProjectFactory(phase=phases[1], owner=charlie, visibility="owner", title="hidden")
    [project] = projects_in(phases[0], alice, "new")
    move_projects([project], to=phases[1], after=hidden, by=alice)
    assert column(phases[1]) == ["new", "hidden"]


def test_undo_moves_back_to_the_same_place(alice, phases):
    _a, b, _c = projects_in(phases[0], alice, "a", "b", "c")
    operation = move_projects([b], to=phases[2], by=alice)

    undo(operation, by=alice)

    assert column(phases[0]) == ["a", "b", "c"]
    assert Event.objects.filter(verb="project.moved").count() == 2


def test_undo_is_refused_once_it_moved_on_or_ended_or_the_phase_went(alice, phases):
    a, b, c = projects_in(phases[0], alice, "a", "b", "c")
    moves = [move_projects([each], to=phases[1], by=alice) for each in (a, b, c)]
    move_projects([a], to=phases[2], by=alice)
    finish_projects([b], by=alice)
    Phase.objects.filter(pk=phases[0].pk).update(archived_at=timezone.now())
    for move, refusal in zip(moves, (Stale, ProjectEnded, PhaseArchived), strict=True):
        with pytest.raises(refusal):
            undo(move, by=alice)


@pytest.mark.parametrize("number", [1, 5])
def test_a_move_costs_nine_statements(alice, phases, number, django_assert_num_queries):
    projects = ProjectFactory.create_batch(number, phase=phases[0], owner=alice)
    # savepoint, phase, team, projects, phases, the move, operation, events, release
    with django_assert_num_queries(9):
        move_projects(projects, to=phases[1], by=alice)
