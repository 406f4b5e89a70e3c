"""The board of projects: cards move by mouse, keys and menu, and phases are kept beside it."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from projects.models import Phase, Project
from projects.services import move_projects
from tests.factories import PhaseFactory, ProjectFactory
from tests.journeys.conftest import toasts
from tests.journeys.test_board import cards, column, drag, drag_out, said, until

pytestmark = pytest.mark.browser


@pytest.fixture
def phases(db):
    names = ("Preparation", "Installation", "Handover")
    return [PhaseFactory(name=name, position=place) for place, name in enumerate(names)]


@pytest.fixture
def projects(alice, phases):
    """Project 1 to Project 3 in the first phase, of which the first is overdue."""
    made = [ProjectFactory(title=f"Project {n}", owner=alice, phase=phases[0]) for n in (1, 2, 3)]
    Project.objects.filter(pk=made[0].pk).update(ends_on=timezone.localdate() - timedelta(days=2))
    return made


@pytest.fixture
def page(open_as, alice, projects):
    page = open_as(alice)
    page.goto("/projects/")
    expect(cards(page, "Preparation")).to_have_text(["Project 1", "Project 2", "Project 3"])
    return page


def phase_of(project):
    return Project.objects.get(pk=project.pk).phase.name


def test_a_drag_moves_the_card_and_the_counts_and_undo_moves_it_back(page, projects):
    drag(page, "Project 1", "Installation")
    expect(cards(page, "Installation")).to_have_text(["Project 1"])
    expect(toasts(page)).to_contain_text("“Project 1” moved to Installation.")
    expect(column(page, "Installation").locator(".sum")).to_contain_text("1 overdue")
    expect(column(page, "Preparation").locator(".count")).to_have_text("2")
    assert phase_of(projects[0]) == "Installation"
    toasts(page).get_by_role("button", name="Undo").click()
    expect(cards(page, "Preparation")).to_have_text(["Project 1", "Project 2", "Project 3"])
    assert phase_of(projects[0]) == "Preparation"


@pytest.mark.parametrize(("zone", "status"), [("done", "done"), ("cancelled", "cancelled")])
def test_a_card_dropped_on_a_zone_leaves_the_board(page, projects, zone, status):
    drag_out(page, "Project 2", zone)
    expect(cards(page, "Preparation")).to_have_text(["Project 1", "Project 3"])
    expect(page.locator("#board-total")).to_contain_text("2 open projects")
    assert Project.objects.get(pk=projects[1].pk).status == status


def test_a_card_moves_by_keys_and_every_step_is_said(page, projects):
    page.locator(".card-title", has_text="Project 3").focus()
    page.keyboard.press("Space")
    said(page, "Project 3")
    page.keyboard.press("ArrowRight")
    said(page, "Installation")
    page.keyboard.press("Space")
    expect(cards(page, "Installation")).to_have_text(["Project 3"])
    until(page, lambda: phase_of(projects[2]) == "Installation")
    page.keyboard.press("m")
    page.get_by_role("menuitem", name="Handover").click()
    expect(cards(page, "Handover")).to_have_text(["Project 3"])
    until(page, lambda: phase_of(projects[2]) == "Handover")
    page.keyboard.press("m")
    page.get_by_role("menuitem", name="Archive").click()
    expect(cards(page, "Handover")).to_have_count(0)
    until(page, lambda: Project.objects.get(pk=projects[2].pk).is_archived)


def test_who_comes_too_late_is_told_and_sees_where_the_card_is(
    page, projects, bob, phases, console
):
    Project.objects.update(visibility="team")
    move_projects([projects[0]], to=phases[2], by=bob)
    console.expect("409")
    drag(page, "Project 1", "Installation")
    expect(toasts(page)).to_contain_text("now it is in “Handover”")
    expect(cards(page, "Handover")).to_have_text(["Project 1"])
    expect(cards(page, "Installation")).to_have_count(0)


def test_further_cards_come_as_one_scrolls(open_as, alice, phases):
    ProjectFactory.create_batch(50, owner=alice, phase=phases[0])
    page = open_as(alice)
    page.goto("/projects/")
    expect(cards(page, "Preparation")).to_have_count(20)
    page.locator(".column-more").first.scroll_into_view_if_needed()
    until(page, lambda: cards(page, "Preparation").count() >= 40)


def test_phases_are_added_put_in_order_and_ended(open_as, manager, projects):
    page = open_as(manager)
    page.goto("/settings/phases/")
    page.get_by_role("link", name="Add phase").click()
    page.get_by_label("Name").fill("Warranty")
    page.get_by_role("button", name="Save").click()
    expect(toasts(page)).to_contain_text("“Warranty” is added.")
    page.get_by_role("button", name="Move Warranty up").click()
    names = page.locator("tbody .title")
    expect(names).to_have_text(["Preparation", "Installation", "Warranty", "Handover"])
    page.get_by_role("link", name="Remove Preparation").click()
    expect(page.get_by_text("3 projects are in this phase.")).to_be_visible()
    page.get_by_label("Move its projects to").select_option(label="Installation")
    page.get_by_role("button", name="Move projects and archive phase").click()
    expect(toasts(page)).to_contain_text("“Preparation” is archived.")
    expect(names).to_have_text(["Installation", "Warranty", "Handover"])
    assert set(Project.objects.values_list("phase__name", flat=True)) == {"Installation"}
    page.get_by_role("button", name="Restore").click()
    expect(names).to_have_text(["Installation", "Warranty", "Handover", "Preparation"])
    assert Phase.objects.active().count() == 4


def test_the_list_is_changed_in_its_cells_and_by_many(open_as, alice, projects):
    page = open_as(alice)
    page.goto("/projects/list/")
    row = page.locator("tbody tr", has_text="Project 2")
    row.get_by_role("link", name="Set “End”").click()
    row.locator("input[type=date]").fill("2031-05-01")
    row.get_by_role("button", name="Save").click()
    expect(row).to_contain_text("1 May 2031")
    for box in page.locator("tbody input[name=ids]").all():
        box.check()
    page.get_by_role("button", name="Move", exact=True).click()
    page.get_by_label("Phase").select_option(label="Handover")
    page.locator("#dialog [name=save]").click()
    expect(toasts(page)).to_contain_text("3 projects moved to Handover.")
    assert set(Project.objects.values_list("phase__name", flat=True)) == {"Handover"}
