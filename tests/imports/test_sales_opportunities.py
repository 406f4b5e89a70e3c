"""Real files of a hardware maker, from end to end: all figures are those of the files.

Whoever imports them decides what becomes of each: prospects are leads, the others deals; a product
is spelled in two ways; and many rows name no account.
"""

import csv
import zoneinfo
from collections import Counter
from decimal import Decimal

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Count, Sum
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from contacts.models import Organization
from deals.models import Deal, LineItem
from imports import running
from imports.checking import start_check
from imports.correcting import correct_alike
from imports.matching import match
from imports.models import Import, Row
from imports.receiving import receive
from jobs.services import run_now
from leads.models import Lead
from products.models import Category, Price, Product

FILES = settings.BASE_DIR.parent / "shared" / "data" / "sales-opportunities"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not FILES.exists(), reason="The sales opportunities are not here."),
]
NO_ACCOUNT = "It has neither a person nor an organization."
OPEN_OR_OVER = {"Engaging": "open", "Won": "won", "Lost": "lost", "Prospecting": "skip"}


def rows_of(name):
    with open(FILES / f"{name}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def pipeline_file():
    return rows_of("sales_pipeline")


@pytest.fixture
def agents():
    """Everybody of the file of teams, by name; they have to be here to own what they sell."""
    names = [row["sales_agent"] for row in rows_of("sales_teams")]
    User.objects.bulk_create(
        User(name=name, email=f"{number}@sales.example", role=User.Role.REP, password="!")
        for number, name in enumerate(names)
    )
    return {user.name: user for user in User.objects.filter(name__in=names)}


@pytest.fixture
def catalogue(manager):
    """The products, imported as guessed; the file leaves out the currency of its prices."""
    one = received(
        "products", "product", manager, sales_price=("product.price", {"currency": "USD"})
    )
    ran(checked(one))
    return {product.name: product for product in Product.objects.all()}


@pytest.fixture
def accounts(manager):
    """The accounts, imported as they are guessed."""
    ran(checked(received("accounts", "organization", manager)))
    return {organization.name: organization for organization in Organization.objects.all()}


def received(name, kind, by, **columns):
    """An import of a file, its columns as they are guessed but for those given by their headers."""
    file = SimpleUploadedFile(f"{name}.csv", (FILES / f"{name}.csv").read_bytes())
    one = receive(file, kind=kind, by=by)
    matched = list(one.columns)
    for header, (field, options) in columns.items():
        matched[one.headers.index(header)] = {"field": field, "options": options}
    return match(one, matched, by=by)


def checked(one):
    job = run_now(start_check(one, by=one.by))
    assert job.status == "done", job.error
    one.refresh_from_db()
    return one


def ran(one):
    job = run_now(running.start(one, by=one.by).job)
    assert job.status == "done", job.error
    one.refresh_from_db()
    assert one.stage == Import.Stage.DONE
    return one


def refused(one):
    """How many rows are refused, by the reasons that are told of them."""
    rows = Row.objects.filter(of=one, verdict=Row.Verdict.REFUSED)
    told = [
        tuple(each["reason"] for each in problems)
        for problems in rows.values_list("problems", flat=True)
    ]
    return Counter(told)


def test_the_catalogue_and_the_accounts_are_those_of_the_files(catalogue, accounts):
    products = rows_of("products")
    prices = Price.objects.filter(currency="USD").values_list("product__name", "amount")
    assert dict(prices) == {row["product"]: Decimal(row["sales_price"]) for row in products}
    families = Product.objects.values_list("name", "category__name")
    assert dict(families) == {row["product"]: row["series"] for row in products}
    assert Category.objects.count() == len({row["series"] for row in products})
    assert accounts.keys() == {row["account"] for row in rows_of("accounts")}


def test_prospects_become_leads_of_their_agents(pipeline_file, manager, agents, accounts):
    prospects = [row for row in pipeline_file if row["deal_stage"] == "Prospecting"]
    named = [row for row in prospects if row["account"]]
    assert (len(prospects), len(named)) == (500, 163)

    one = received(
        "sales_pipeline",
        "lead",
        manager,
        opportunity_id=("lead.external_id", {}),
        product=("lead.title", {}),
        deal_stage=(
            "row.wanted",
            {"values": {"Prospecting": True, "Engaging": "skip", "Won": "skip", "Lost": "skip"}},
        ),
        engage_date=(None, {}),
        close_date=(None, {}),
    )
    checked(one)
    assert refused(one) == {(NO_ACCOUNT,): len(prospects) - len(named)}
    skipped = Row.objects.filter(of=one, verdict=Row.Verdict.SKIPPED).count()
    assert skipped == len(pipeline_file) - len(prospects)
    ran(one)

    assert counted(Lead, "organization__name") == Counter(row["account"] for row in named)
    assert counted(Lead, "owner__name") == Counter(row["sales_agent"] for row in named)
    assert counted(Lead, "title") == Counter(row["product"] for row in named)
    assert Lead.objects.filter(origin="import", origin_id=str(one.pk)).count() == len(named)
    assert Organization.objects.count() == len(accounts)


def test_what_is_sold_or_lost_becomes_deals_with_their_days_and_values(
    pipeline_file, manager, agents, accounts, catalogue, stages, signed_in
):
    rows = [row for row in pipeline_file if row["deal_stage"] != "Prospecting"]
    one = received(
        "sales_pipeline",
        "deal",
        manager,
        opportunity_id=("deal.external_id", {}),
        product=("line.product", {}),
        deal_stage=("deal.status", {"values": OPEN_OR_OVER}),
        engage_date=("deal.created_at", {}),
        close_date=("deal.closed_at", {}),
        close_value=("deal.value", {"currency": "USD"}),  # that of the prices
    )
    checked(one)
    misspelled = sum(row["product"] == "GTXPro" for row in rows)
    nameless = [row for row in rows if not row["account"]]
    unknown = "There is no product “GTXPro”."
    others = [row for row in nameless if row["product"] != "GTXPro"]
    assert refused(one) == {(unknown,): misspelled, (NO_ACCOUNT,): len(others)}
    assert len(nameless) + 337 == 1425

    # In the page the product is put right for all rows; those without an account are kept with one.
    said = {"field-2": "line.product", "word-2-0": "GTXPro", "to-2-0": catalogue["GTX Pro"].pk}
    said |= {"field-7": "deal.value", "currency-7": "USD"}
    signed_in(manager).post(reverse("imports:columns", args=[one.pk]), said)
    one.refresh_from_db()
    checked(one)
    assert refused(one) == {(NO_ACCOUNT,): len(nameless)}
    account = one.headers.index("account")
    assert correct_alike(one, account, "", "No account", by=manager) == len(nameless)
    one.refresh_from_db()
    assert refused(one) == {}
    ran(one)

    assert counted(Deal, "status") == {"open": 1589, "won": 4238, "lost": 2473}
    assert counted(Deal, "organization__name") == Counter(
        row["account"] or "No account" for row in rows
    )
    assert counted(Deal, "owner__name") == Counter(row["sales_agent"] for row in rows)
    assert counted(LineItem, "product__name") == Counter(
        row["product"].replace("GTXPro", "GTX Pro") for row in rows
    )
    assert counted(Deal, "title") == counted(Deal, "organization__name")
    assert Deal.objects.exclude(stage=stages[0]).count() == 0
    prices = {row["product"]: row["sales_price"] for row in rows_of("products")}
    prices["GTXPro"] = prices["GTX Pro"]
    zone = zoneinfo.ZoneInfo(manager.time_zone)
    for status, stage in (("open", "Engaging"), ("won", "Won"), ("lost", "Lost")):
        own = [row for row in rows if row["deal_stage"] == stage]
        told = Deal.objects.filter(status=status)
        # Where the file says no value, it is what the product costs.
        worth = Counter(Decimal(row["close_value"] or prices[row["product"]]) for row in own)
        assert Counter(told.filter(currency="USD").values_list("value", flat=True)) == worth
        if status != "open":
            moments = told.values_list(f"{status}_at", flat=True)
            days = Counter(timezone.localdate(at, zone).isoformat() for at in moments)
            assert days == Counter(row["close_date"] for row in own)
    total = Deal.objects.filter(status="won").aggregate(sum=Sum("value"))["sum"]
    assert total == sum(Decimal(row["close_value"]) for row in rows if row["deal_stage"] == "Won")


def counted(model, by):
    rows = model.objects.order_by().values_list(by).annotate(number=Count("pk"))
    return Counter(dict(rows))
