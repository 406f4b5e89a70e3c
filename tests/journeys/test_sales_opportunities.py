"""Real opportunities of a hardware maker: those that name an account become leads, then deals.

Every figure is computed from the files; the two that people know by heart are asserted too.
"""

import csv
import re
from collections import Counter
from decimal import Decimal

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Sum
from playwright.sync_api import expect

from contacts.models import Organization
from contacts.services import create_organization
from core.templatetags.ui import money
from deals.models import Deal
from leads.models import Lead
from leads.services import open_lead
from tests.factories import PipelineFactory, StageFactory
from tests.journeys.conftest import toasts

FILES = settings.BASE_DIR.parent / "shared" / "data" / "sales-opportunities"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not FILES.exists(), reason="The sales opportunities are not here."),
]


def rows(name):
    with open(FILES / f"{name}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def prospecting():
    return [row for row in rows("sales_pipeline") if row["deal_stage"] == "Prospecting"]


@pytest.fixture
def prices():
    """What each product costs, under both spellings of one of them."""
    found = {row["product"]: Decimal(row["sales_price"]) for row in rows("products")}
    return {**found, "GTXPro": found["GTX Pro"]}


@pytest.fixture
def refused(alice, prospecting, prices):
    """Opens every prospect that it can; how often which reason was given for the others."""
    organizations = {
        row["account"]: create_organization(Organization(name=row["account"]), by=alice)
        for row in rows("accounts")
    }
    reasons = Counter()
    for row in prospecting:
        lead = Lead(
            title=f"{row['product']}, {row['opportunity_id']}",
            organization=organizations.get(row["account"]),
            value=prices[row["product"]],
            currency="USD",
            origin=Lead.Origin.IMPORT,
        )
        try:
            open_lead(lead, by=alice)
        except ValidationError as error:
            reasons.update(error.messages)
    return reasons


def test_what_the_files_say_is_what_becomes_leads_and_deals(
    refused, open_as, alice, pipeline, prospecting, prices
):
    stage = StageFactory(pipeline=PipelineFactory(name="Hardware"), name="To qualify")
    named = [row for row in prospecting if row["account"]]
    nameless = len(prospecting) - len(named)
    assert (len(named), nameless) == (163, 337)
    assert list(refused.values()) == [nameless]
    assert totals(Lead) == (len(named), worth(named, prices))

    chosen = [row for row in named if row["product"].startswith("GTX")]
    left = [row for row in named if row not in chosen]
    page = open_as(alice)
    page.goto("/leads/")
    page.get_by_label("Words in the title").fill("gtx")
    expect(page.locator("#results [role=status]")).to_have_text(f"{len(chosen)} leads")
    page.locator("[data-all]").check()
    page.get_by_role("button", name=f"Select all {len(chosen)} that match").click()
    page.get_by_role("button", name="Convert to deals").click()
    page.get_by_label("Pipeline").select_option("Hardware")
    page.get_by_role("button", name="Convert", exact=True).click()

    expect(toasts(page)).to_contain_text(f"{len(chosen)} leads converted.")
    assert totals(Deal) == (len(chosen), worth(chosen, prices))
    assert totals(Lead) == (len(left), worth(left, prices))
    assert Counter(Deal.objects.values_list("organization__name", flat=True)) == Counter(
        row["account"] for row in chosen
    )
    board = page.context.new_page()
    board.goto(f"/deals/pipeline/{stage.pipeline_id}/")
    column = board.locator(f"#column-{stage.pk}")
    expect(column.locator(".count")).to_have_text(str(len(chosen)))
    expect(column.locator(".sum")).to_contain_text(money(worth(chosen, prices), "USD"))
    expect(board.locator("#board-total")).to_contain_text(money(worth(chosen, prices), "USD"))
    expect(board.locator("#board-total")).to_contain_text(f"{len(chosen)} open deals")

    page.get_by_role("button", name="Undo").click()
    expect(toasts(page)).to_contain_text(f"{len(chosen)} leads are back.")
    expect(page).to_have_url(re.compile(r"/leads/"))
    assert totals(Lead) == (len(named), worth(named, prices))
    assert totals(Deal) == (0, None)


def worth(some, prices):
    return sum(prices[row["product"]] for row in some)


def totals(model):
    return (model.objects.count(), model.objects.aggregate(sum=Sum("value"))["sum"])
