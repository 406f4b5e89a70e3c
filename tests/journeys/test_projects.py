"""A won deal becomes a project, on its page and without scripts; what stands on a project's page
is for everyone.
"""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from pipelines.models import Pipeline
from projects.models import Project
from tests.factories import DealFactory, OrganizationFactory, PersonFactory, PhaseFactory
from tests.journeys.conftest import toasts
from tests.journeys.test_accessibility import RULES, violations

pytestmark = pytest.mark.browser


@pytest.fixture
def phases(db):
    names = ("Preparation", "Under way")
    return [PhaseFactory(name=name, position=place) for place, name in enumerate(names)]


@pytest.fixture
def deal(alice, stages, phases):
    person = PersonFactory(owner=alice, name="Nora Weber")
    organization = OrganizationFactory(owner=alice, name="Weber Works")
    return DealFactory(
        owner=alice, title="Roof", stage=stages[0], person=person, organization=organization
    )


def sound(page):
    for theme, rules in RULES.items():
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        assert list(violations(Axe(), page, rules)) == []


def test_a_project_is_started_moved_linked_and_done(open_as, alice, deal):
    other = DealFactory(owner=alice, title="Barn", stage=deal.stage)
    page = open_as(alice)
    page.goto(deal.get_absolute_url())
    page.locator("#projects").get_by_role("link", name="Start project").click()
    expect(page.locator("#dialog-title")).to_have_text("Start a project for Roof")
    sound(page)
    page.locator("#dialog").get_by_role("button", name="Start project").click()

    expect(toasts(page)).to_contain_text("“Roof” is started.")
    expect(page.locator(".record-facts")).to_contain_text("Weber Works")
    sound(page)
    page.get_by_role("button", name="Under way").click()
    expect(page.locator(".path [aria-current]")).to_have_text("Under way")

    page.get_by_role("link", name="Link a deal").click()
    page.locator("#dialog").get_by_role("combobox").fill("Bar")
    page.get_by_role("option", name="Barn").click()
    page.locator("#dialog").get_by_role("button", name="Link").click()
    expect(page.get_by_role("link", name="Barn")).to_be_visible()

    page.get_by_role("button", name="Done", exact=True).first.click()
    expect(toasts(page)).to_contain_text("“Roof” is done.")
    project = Project.objects.get()
    assert project.status == "done"
    assert set(project.deals.all()) == {deal, other}


def test_a_won_deal_starts_a_project_where_the_pipeline_says_so(open_as, alice, admin, deal):
    settings = open_as(admin)
    settings.goto(f"/settings/pipelines/{deal.stage.pipeline_id}/")
    settings.get_by_label("A won deal starts a project").check()
    settings.locator(".pipeline-form").get_by_role("button", name="Save pipeline").last.click()
    expect(toasts(settings)).to_contain_text("is saved")
    assert Pipeline.objects.get().won_starts_project

    page = open_as(alice)
    page.goto(deal.get_absolute_url())
    page.get_by_role("button", name="Won").click()
    expect(page.locator("#projects").get_by_role("link", name="Roof")).to_be_visible()
    toasts(page).get_by_role("button", name="Undo").click()
    expect(page.locator("#projects")).to_contain_text("No projects")
