"""A deal's page: people join and change places, facts change where they stand, colleagues follow,
and two deals become one.
"""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from deals.models import Deal, Participant
from opportunities.following import follow
from opportunities.services import archive
from tests.factories import (
    DealFactory,
    NoteFactory,
    OrganizationFactory,
    PersonFactory,
    PhoneNumberFactory,
    PipelineFactory,
    StageFactory,
)
from tests.journeys.conftest import toasts
from tests.journeys.test_accessibility import RULES, violations

pytestmark = pytest.mark.browser


@pytest.fixture
def deal(alice):
    organization = OrganizationFactory(owner=alice, name="Lac")
    pipeline = PipelineFactory(is_default=True)
    stages = [StageFactory(pipeline=pipeline, name=name) for name in ("Offer", "Signature")]
    PhoneNumberFactory(
        person=PersonFactory(owner=alice, name="Otto Lang"), number="+33 1 23 45 67 89"
    )
    return DealFactory(
        owner=alice,
        title="Pilot",
        stage=stages[0],
        person=PersonFactory(owner=alice, name="Nora Weber"),
        organization=organization,
        value=1000,
        currency="EUR",
    )


def people(page):
    return page.get_by_role("region", name="People")


def test_somebody_joins_becomes_primary_and_leaves_by_undo(open_as, alice, deal):
    page = open_as(alice)
    page.goto(deal.get_absolute_url())
    people(page).get_by_role("link", name="Add").click()
    for theme, rules in RULES.items():
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        assert list(violations(Axe(), page, rules)) == []
    page.get_by_role("combobox", name="Person").fill("otto")
    page.get_by_role("option", name="Otto Lang").click()
    page.get_by_role("combobox", name="Role").fill("Buyer")
    page.get_by_role("button", name="Add participant").click()
    expect(people(page).locator("li", has_text="Otto Lang").first).to_contain_text("Buyer")
    expect(people(page).get_by_role("link", name="+33 1 23 45 67 89")).to_be_visible()

    page.get_by_role("link", name="Role of Otto Lang").click()
    page.get_by_role("button", name="Make primary contact").click()
    expect(toasts(page)).to_contain_text("“Otto Lang” is the primary contact now.")
    assert Deal.objects.get().person.name == "Otto Lang"
    toasts(page).get_by_role("button", name="Undo").click()
    expect(people(page).locator("li").first).to_contain_text("Nora Weber")
    assert Participant.objects.get().person.name == "Otto Lang"


def test_a_refusal_is_said_in_the_dialog_and_nothing_typed_is_lost(open_as, console, alice, deal):
    console.expect("422 (Unprocessable Entity)")
    page = open_as(alice)
    page.goto(deal.get_absolute_url())
    people(page).get_by_role("link", name="Add").click()
    page.get_by_role("combobox", name="Person").fill("nora")
    page.get_by_role("option", name="Nora Weber").click()
    page.get_by_role("combobox", name="Role").fill("Buyer")
    page.get_by_role("button", name="Add participant").click()
    expect(page.locator("#dialog")).to_contain_text("is the primary contact of this deal")
    expect(page.get_by_role("combobox", name="Role")).to_have_value("Buyer")


def test_a_fact_changes_where_it_stands_and_so_does_the_head(open_as, alice, deal):
    page = open_as(alice)
    page.goto(deal.get_absolute_url())
    page.get_by_role("link", name="Edit “Value”").click()
    page.locator("crm-inline-edit").get_by_label("Value").fill("2500")
    page.keyboard.press("Enter")
    expect(page.locator("#facts")).to_contain_text("€2,500")
    expect(page.locator("#worth")).to_contain_text("€2,500")
    expect(people(page)).to_contain_text("Nora Weber")
    expect(page.get_by_role("link", name="Edit “Value”")).to_be_focused()


def test_a_step_of_the_path_moves_it(open_as, alice, deal):
    page = open_as(alice)
    page.goto(deal.get_absolute_url())
    page.get_by_role("button", name="Signature").click()
    expect(toasts(page)).to_contain_text("moved to Signature")
    expect(page.locator(".path [aria-current=step]")).to_contain_text("Signature")


def test_followers_read_what_others_did(open_as, alice, bob, deal):
    follow(deal, bob, by=bob)
    archive([deal], by=alice)
    page = open_as(bob)
    page.goto("/")
    page.get_by_role("link", name="News").click()
    expect(page.locator("main")).to_contain_text("Archived")
    expect(page.locator("main")).to_contain_text("new")
    page.get_by_role("link", name="Pilot").click()
    page.get_by_role("button", name="Unfollow").click()
    expect(toasts(page)).to_contain_text("You no longer follow this.")


def test_a_copy_is_made_and_merged_back(open_as, alice, deal):
    page = open_as(alice)
    page.goto(deal.get_absolute_url())
    page.get_by_role("button", name="Duplicate").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Pilot (copy)")
    NoteFactory(deal=Deal.objects.latest("pk"), author=alice, text="Wants ten")
    page.get_by_role("link", name="Merge…").click()
    page.locator("#merge-with-found").get_by_role("link", name="Pilot").click()
    expect(page.locator("#dialog-title")).to_have_text("Merge 2 deals into one")
    page.get_by_role("button", name="Merge 2 deals").click()
    expect(toasts(page)).to_contain_text("2 deals merged into “Pilot (copy)”.")
    expect(page.locator("#timeline")).to_contain_text("Wants ten")
    assert Deal.objects.count() == 1


def test_all_of_it_works_without_scripts(open_as, alice, deal):
    page = open_as(alice, java_script_enabled=False)
    page.goto(deal.get_absolute_url())
    people(page).get_by_role("link", name="Add").click()
    page.get_by_label("Person").fill("Otto Lang")
    page.get_by_role("button", name="Add participant").click()
    expect(people(page)).to_contain_text("Otto Lang")
    page.get_by_role("button", name="Follow").click()
    expect(page.get_by_role("button", name="Unfollow")).to_be_visible()
    page.goto(deal.get_absolute_url())  # without scripts a notice stays as long as the page does
    page.get_by_role("button", name="Duplicate").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Pilot (copy)")
    page.goto(page.url)
    page.get_by_role("link", name="Merge…").click()
    page.get_by_role("link", name="Pilot", exact=True).click()
    page.get_by_role("button", name="Merge 2 deals").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Pilot (copy)")
    expect(page.get_by_role("button", name="Merge 2 deals")).to_have_count(0)
    assert Deal.objects.count() == 1
