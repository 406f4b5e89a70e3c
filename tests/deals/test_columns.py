"""Which columns a list of deals shows, in which order, and what they say of a deal."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.http import QueryDict
from django.utils import timezone

from deals import table
from deals.columns import COLUMNS
from deals.models import Deal
from lists.columns import orders_of
from lists.counting import Count
from lists.keyset import paginate
from lists.sorting import sorting
from tests.factories import (
    ChannelFactory,
    DealFactory,
    EmailAddressFactory,
    LabelFactory,
    LostReasonFactory,
    OrganizationFactory,
    PersonFactory,
    StageFactory,
)
from tests.web import text


def heads(page):
    return [column.name for column, _head in page.context["columns"]]


@pytest.fixture
def deal(alice, stages):
    def make(title="Deal", **values):
        return DealFactory(**{"owner": alice, "stage": stages[0], "title": title} | values)

    return make


def test_the_address_wins_over_what_one_chose_and_that_over_the_usual_of_the_view(
    signed_in, alice, deal
):
    deal()
    client = signed_in(alice)
    assert heads(client.get("/deals/list/")) == list(table.USUAL)
    for view, usual in table.USUAL_IN.items():
        assert heads(client.get("/deals/list/", {"view": view})) == list(usual)

    client.post("/lists/deals/columns/", {"cols": ["chance", "weighted"]})

    assert heads(client.get("/deals/list/?view=won")) == ["title", "chance", "weighted"]
    assert heads(client.get("/deals/list/?cols=owner,close")) == ["title", "owner", "close"]
    assert heads(client.get("/leads/")) != ["title", "chance", "weighted"]


def test_the_columns_say_where_a_deal_stands_and_what_it_may_bring(signed_in, alice, deal, stages):
    likely = StageFactory(
        pipeline=stages[0].pipeline, name="Likely", probability=80, rotting_days=5
    )
    ago = timezone.now() - timedelta(days=9)
    deal(stage=likely, value=Decimal(1000), currency="EUR", idle_since=ago)

    page = text(
        signed_in(alice).get("/deals/list/?cols=pipeline,stage,status,chance,weighted,idle")
    )

    for said in (likely.pipeline.name, "Likely", "Open", "80%", "€800", "9 days"):
        assert said in page


def test_the_columns_say_how_a_deal_ended(signed_in, alice, deal):
    deal("Anvil", lost=True, lost_reason=LostReasonFactory(name="Price"), lost_comment="Too dear")
    deal("Bolt", won=True)
    client = signed_in(alice)

    lost = text(client.get("/deals/list/?view=lost&cols=status,lost,reason,comment"))
    won = text(client.get("/deals/list/?view=won&cols=status,won,first-won,idle"))

    for said in ("Lost", "today", "Price", "Too dear"):
        assert said in lost
    assert "Bolt" in won


def test_the_stage_of_an_open_deal_leads_to_its_dialog_and_back_to_the_list(
    signed_in, alice, reader, deal
):
    one = deal()
    closed = deal("Done", won=True)
    client = signed_in(alice)
    link = f"/deals/{one.pk}/move/?next=%2Fdeals%2Flist%2F"

    assert link in client.get("/deals/list/").text
    assert f"/deals/{closed.pk}/move/" not in client.get("/deals/list/?view=won&cols=stage").text
    assert link not in signed_in(reader).get("/deals/list/").text


@pytest.mark.parametrize("name", orders_of(COLUMNS))
@pytest.mark.parametrize("is_down", ["", "-"])
def test_every_column_that_sorts_walks_through_all_deals(alice, deal, stages, name, is_down):
    for n in range(4):
        deal(f"D{n % 2}", value=n % 2 or None, currency="EUR" if n % 2 else "", stage=stages[n % 2])
    orders, count = orders_of(COLUMNS), Count(4, is_capped=False)
    order = sorting(QueryDict(f"sort={is_down}{name}"), orders, (), count=count)

    there = paginate(order.of(Deal.objects.all(), alice), order.walks, per_page=3)
    on = paginate(order.of(Deal.objects.all(), alice), order.walks, after=there.next, per_page=3)

    assert len({row.pk for row in [*there.rows, *on.rows]}) == 4


def test_every_sort_that_an_index_is_promised_for_has_one():
    indexed = {index.fields[0].lstrip("-") for index in Deal._meta.indexes if index.fields}

    for column in COLUMNS.values():
        if column.order and column.order.is_indexed:
            assert column.order.by in indexed


@pytest.mark.parametrize("number", [1, 5])
def test_every_column_at_once_asks_the_same_questions_for_any_number_of_deals(
    alice, signed_in, deal, django_assert_num_queries, number
):
    for _n in range(number):
        person = PersonFactory(owner=alice)
        EmailAddressFactory(person=person)
        company = OrganizationFactory(owner=alice)
        for contact in (person, company):
            contact.labels.add(LabelFactory())
        deal(
            person=person,
            organization=company,
            labels=[LabelFactory()],
            channel=ChannelFactory(),
            value=5,
            currency="EUR",
        )
    client = signed_in(alice)
    # Session, user, team; custom fields; what filters offer; the count and the sums; ids along the
    # walks, rows, next activities; saved views; and for these columns the labels of the deal.
    with django_assert_num_queries(11):
        client.get(f"/deals/list/?cols={','.join(COLUMNS)}")
