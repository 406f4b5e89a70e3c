"""What files sell in deals keeps the rules of the page, in the check and in the run."""

import pytest
from django.core.management import call_command

from deals.models import Deal, LineItem
from imports import running
from imports.models import Row, Trace
from imports.reverting import start
from imports.rules import selling
from jobs.services import run_now
from products.models import Price
from tests.factories import DealFactory, ExternalIdFactory, ProductFactory
from tests.imports.checks import checked
from tests.imports.runs import checked as as_checked
from tests.imports.runs import choosing, ran

pytestmark = pytest.mark.django_db

FIELDS = ["deal.external_id", "line.product", "line.price", "line.currency", "line.quantity"]
FIELDS += ["organization.name"]
HEADS = "Id,Product,Price,Currency,Quantity,Company\n"


@pytest.fixture
def beans():
    product = ProductFactory(name="Beans")
    Price.objects.create(product=product, currency="EUR", amount=12)
    return product


@pytest.fixture
def deal(alice, stages):
    deal = DealFactory(owner=alice, stage=stages[0], title="Café", value=100, currency="USD")
    ExternalIdFactory(kind="deal", external_id="7", record_id=deal.pk)
    return deal


def reasons(one):
    return [
        each["reason"]
        for row in Row.objects.filter(of=one).order_by("number")
        for each in row.problems
    ]


def test_a_price_is_in_the_currency_of_the_deal_or_refused(alice, beans, deal):
    one = checked(
        alice,
        HEADS + "7,Beans,,,1\n7,Beans,3,EUR,1\n7,Beans,3,USD,1\n7,Beans,4,,1\n",
        FIELDS,
        kind="deal",
    )
    assert reasons(one) == [
        "“Beans” has no price in USD. Write one.",
        "Its price is in EUR, the products of this deal are in USD.",
    ]
    ran(one)
    assert sorted(LineItem.objects.values_list("price", flat=True)) == [3, 4]
    deal.refresh_from_db()
    assert (deal.value, deal.currency) == (7, "USD")


@pytest.mark.parametrize("is_checked", [True, False])
def test_a_deal_has_so_many_products_and_no_more(alice, beans, deal, monkeypatch, is_checked):
    monkeypatch.setattr(selling, "MOST_LINES", 2)
    LineItem.objects.create(deal=deal, name="Cups", price=1)
    Deal.objects.update(lines_currency="USD")
    if is_checked:
        one = checked(alice, HEADS + "7,Beans,1,,1\n7,Beans,2,,1\n", FIELDS, kind="deal")
    else:
        said = [{"product": beans.pk, "price": price} for price in "12"]
        rows = ({"deal": {"external_id": "7"}, "line": line} for line in said)
        columns = [{"field": "deal.external_id", "options": {}}]
        one = as_checked(alice, *rows, kind="deal", columns=columns)
    ran(one)
    assert reasons(one) == ["A deal has at most 2 products."]
    assert deal.items.count() == 2


def test_the_products_of_a_deal_come_to_what_it_can_be_worth(alice, beans, deal):
    dear = HEADS + "7,Beans,600000000000,,1\n7,Beans,600000000001,,1\n"
    one = ran(checked(alice, dear, FIELDS, kind="deal"))
    assert reasons(one) == ["That is more than a deal can be worth."]
    assert Deal.objects.get().value == 600_000_000_000


def test_the_first_product_of_a_deal_tells_what_that_was_worth_before(alice, beans, deal):
    one = ran(checked(alice, HEADS + "7,Beans,3,,1\n7,Beans,4,,1\n", FIELDS, kind="deal"))

    first, second = one.operation.events.filter(verb="deal.line_added").order_by("pk")
    assert first.changes["value"] == ["100", "7"]
    assert first.changes["is_summed"] == [False, True]
    assert "value" not in second.changes
    trace = Trace.objects.get(of=one, kind="deal", before__isnull=False)
    assert trace.before["value"] == "100"
    call_command("check_invariants", verbosity=0)

    job = run_now(start(one, by=alice).job)
    assert job.status == "done", job.error
    deal.refresh_from_db()
    assert (deal.value, deal.currency, deal.is_summed) == (100, "USD", False)
    assert (deal.lines_currency, deal.items.count()) == ("", 0)
    call_command("check_invariants", verbosity=0)


@pytest.mark.parametrize("size", [1, 5])
def test_the_statements_of_a_chunk_do_not_grow_with_what_it_sells(
    alice, beans, stages, size, django_assert_num_queries
):
    for number in range(size):
        deal = DealFactory(owner=alice, stage=stages[0], value=None, currency="")
        deal.items.create(name="Cups", price=2)
        Deal.objects.filter(pk=deal.pk).update(lines_currency="EUR")
        ExternalIdFactory(kind="deal", external_id=f"{number}", record_id=deal.pk)
    rows = [
        {"deal": {"external_id": f"{number}"}, "line": line}
        for number in range(size)
        for line in ({"product": beans.pk}, {"name": "Cups", "price": "2"}, {"name": "Lids"})
    ]
    one = as_checked(alice, *rows, kind="deal", **choosing("deal.external_id", "line.product"))
    job = running.start(one, by=alice).job
    with django_assert_num_queries(63):
        assert not running.step(job, one.pk)
    assert LineItem.objects.count() == 3 * size
