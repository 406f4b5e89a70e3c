"""Calculated fields in use: on a deal's page, in the list, its file, on cards; never on leads."""

import datetime
import uuid
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.days import today_of
from accounts.models import User
from deals.models import Deal
from deals.services import change_deal
from deals.table import TABLE, counted, matching
from lists.keyset import paginate
from lists.models import ChosenColumns, SavedView
from lists.queries import address_of
from opportunities.columns import carrying
from tests.deals.test_fields import form_of, send
from tests.deals.test_list import titles
from tests.exports.sent import ASKED, rows_of
from tests.factories import DealFactory, FieldFactory, LeadFactory
from tests.web import htmx, text

LIST = "/deals/list/"


@pytest.fixture
def deal(alice, stages):
    def make(title="Deal", value=None, currency="EUR", **more):
        given = {} if value is None else {"value": Decimal(value), "currency": currency}
        return DealFactory(**{"owner": alice, "stage": stages[0], "title": title} | given | more)

    return make


@pytest.fixture
def fee():
    return FieldFactory(kind="calculated", name="Commission", formula="value * 0.08", is_money=True)


@pytest.fixture
def score():
    """A number, which some formulas cannot give: a division by zero."""
    return FieldFactory(
        kind="calculated", name="Score", formula="probability / (probability - 50)", digits=3
    )


def export(client, *deals, cols):
    ids = [deal.pk for deal in deals]
    sent = {"ids": ids, "next": f"{LIST}?cols={cols}", **ASKED}
    return rows_of(client.post("/exports/deals/", sent))


# --- A deal --------------------------------------------------------------------------------------


def test_the_page_and_the_panel_show_what_is_calculated(signed_in, alice, deal, fee, score):
    one = deal(value=1001, probability=75)
    client = signed_in(alice)

    for headers in ({}, htmx("drawer")):
        shown = client.get(one.get_absolute_url(), headers=headers).text
        assert "€80.08" in shown
        assert ">3<" in shown
        assert f"/edit/{fee.key}/" not in shown


def test_what_cannot_be_calculated_is_said_to_those_who_can_mend_it(
    signed_in, alice, reader, deal, score
):
    one = deal(probability=50, visibility="everyone")

    assert "not calculated" in signed_in(alice).get(one.get_absolute_url()).text
    assert "not calculated" not in signed_in(reader).get(one.get_absolute_url()).text


def test_it_follows_whatever_it_is_calculated_from(signed_in, alice, deal, fee):
    one = deal(value=1000)
    client = signed_in(alice)
    assert "€80" in client.get(one.get_absolute_url()).text

    change_deal(one, {"value": Decimal(2000)}, by=alice)

    assert "€160" in client.get(one.get_absolute_url()).text


def test_a_fact_that_is_changed_in_place_brings_what_depends_on_it(signed_in, alice, deal, fee):
    one = deal(value=1000)
    client = signed_in(alice)
    sent = form_of(client, one, "value")

    answer = send(client, one, "value", sent, place="?place=fact", value="3000")

    assert "€240" in answer.text


def test_a_line_that_is_added_brings_what_depends_on_it(signed_in, alice, deal, fee):
    one = deal()
    sent = {"product_text": "Desk", "quantity": "2", "price": "500", "currency": "EUR"}
    sent |= {"token": str(uuid.uuid4())}

    add = f"{one.get_absolute_url()}lines/add/"
    answer = signed_in(alice).post(add, sent, headers=htmx("lines"))

    assert f'<dd id="calculated-{fee.pk}" hx-swap-oob="true"><span>€80</span>' in answer.text


def test_it_stands_under_the_heading_of_its_group(signed_in, alice, deal):
    FieldFactory(name="Seats", kind="number", group="Size")
    FieldFactory(kind="calculated", name="Twice", formula="2 * 2", group="Size")
    one = deal()

    shown = text(signed_in(alice).get(one.get_absolute_url()))

    assert shown.count("Size</h3>") == 1
    assert shown.index("Size</h3>") < shown.index("Seats</dt>") < shown.index("Twice</dt>")


def test_nobody_fills_it_in(signed_in, alice, deal, fee):
    one = deal(value=1000)
    client = signed_in(alice)

    assert client.get(f"{one.get_absolute_url()}edit/{fee.key}/").status_code == 404
    assert fee.key not in client.get(f"{one.get_absolute_url()}edit/").text
    assert fee.key not in client.get("/deals/new/").text


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_today_is_that_of_whoever_looks(signed_in, alice, deal, zone):
    """These two zones never have the same day."""
    User.objects.filter(pk=alice.pk).update(time_zone=zone)
    alice.refresh_from_db()
    left = FieldFactory(
        kind="calculated", name="Left", formula="days(today, expected_close)", digits=0
    )
    one = deal(expected_close_on=today_of(alice) + datetime.timedelta(days=14))
    client = signed_in(alice)

    assert ">14<" in client.get(one.get_absolute_url()).text
    assert ">14<" in client.get(LIST, {"cols": left.key}).text
    exact = {f"{left.key}_from": "14", f"{left.key}_to": "14"}
    assert titles(client.get(LIST, exact)) == ["Deal"]
    assert export(client, one, cols=left.key)[1] == ["Deal", "14"]


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_columns_and_sums_are_as_of_the_day_of_whoever_looks(alice, deal, zone):
    """Wherever the server thinks it is."""
    alice.time_zone = zone
    left = FieldFactory(
        kind="calculated", name="Left", formula="days(today, expected_close)", digits=0
    )
    deal(expected_close_on=today_of(alice) + datetime.timedelta(days=14))
    column, deals = TABLE.columns()[left.key], Deal.objects.visible_to(alice)

    [row] = carrying(deals, [column], alice)
    _count, sums = counted(deals, "open", [column], 10, alice)

    assert column.value(row) == 14
    assert sums.columns == [(column, [(Decimal(14), "")])]


# --- The list ------------------------------------------------------------------------------------


def test_a_column_shows_it_and_can_be_chosen(signed_in, alice, deal, fee, score):
    deal(value=1001, currency="CHF", probability=75)
    client = signed_in(alice)
    assert "Commission" in text(client.get("/lists/deals/columns/"))

    client.post("/lists/deals/columns/", {"cols": [fee.key, score.key]})
    shown = text(client.get(LIST))

    assert ChosenColumns.objects.get().columns == [fee.key, score.key]
    assert "CHF" in shown
    assert "80.08" in shown
    assert ">3</td>" in shown


@pytest.mark.parametrize("page", ["one page", "several pages"])
def test_the_list_sorts_by_it_and_what_is_not_calculated_comes_last(
    signed_in, alice, deal, fee, page, monkeypatch
):
    for title, value in (
        ("b", 20),
        ("none", None),
        ("c", 30),
        ("a", 10),
        ("nil", None),
        ("b2", 20),
    ):
        deal(title, value)
    if page == "several pages":
        monkeypatch.setattr(
            "lists.keyset.paginate.__kwdefaults__", {**paginate.__kwdefaults__, "per_page": 2}
        )
    client = signed_in(alice)

    assert walked(client, fee.key) == ["a", "b2", "b", "c", "nil", "none"]
    assert walked(client, f"-{fee.key}") == ["c", "b2", "b", "a", "nil", "none"]


def walked(client, sort):
    """The titles on all pages, one after the other, and the same on the way back."""
    found, pages, after = [], [], {}
    while True:
        page = client.get(LIST, {"sort": sort} | after)
        pages.append(titles(page))
        found += pages[-1]
        if not page.context["records"].next:
            break
        after = {"after": page.context["records"].next}
    for before in reversed(pages[:-1]):
        page = client.get(LIST, {"sort": sort, "before": page.context["records"].previous})
        assert titles(page) == before
    return found


def test_it_sorts_more_rows_than_other_columns_without_an_index(
    signed_in, alice, deal, fee, monkeypatch
):
    monkeypatch.setattr("lists.sorting.MOST_SORTED", 2)
    for value in (20, 30, 10):
        deal(f"{value}", value)
    client = signed_in(alice)

    page = client.get(LIST, {"sort": fee.key, "cols": f"{fee.key},campaign"})

    assert titles(page) == ["10", "20", "30"]
    heads = {column.name: head for column, head in page.context["columns"] if head}
    assert {name for name, head in heads.items() if head.is_too_long} == {"campaign"}


def test_filters_from_up_to_and_not_calculated(signed_in, alice, deal, score):
    deal("three", probability=75)
    deal("minus one", probability=25)
    deal("nothing", probability=50)
    client, key = signed_in(alice), score.key
    for query, found in (
        ({f"{key}_from": "0"}, ["three"]),
        ({f"{key}_to": "2,5"}, ["minus one"]),
        ({f"{key}_from": "-1", f"{key}_to": "3"}, ["minus one", "three"]),
        ({key: "none"}, ["nothing"]),
        ({key: "none", f"{key}_from": "0"}, []),
        ({key: "nonsense"}, []),
        ({f"{key}_from": "much"}, []),
    ):
        page = client.get(LIST, query)
        assert titles(page) == found, query
        assert {each.title for each in matching(page.wsgi_request.GET, alice)} == set(found)
    assert "Not calculated" in text(client.get(LIST, {key: "none"}))
    board = client.get("/deals/", {f"{key}_from": "0"})
    assert [each.title for column in board.context["columns"] for each in column.cards] == ["three"]


def test_all_that_match_are_those_of_the_filter(signed_in, alice, deal, score):
    deal("three", probability=75)
    deal("nothing", probability=50)

    sent = {"all": "1", "view": "open", score.key: "none", "count": "1"}
    signed_in(alice).post("/deals/archive/", sent)

    assert [each.title for each in Deal.objects.archived()] == ["nothing"]


def test_what_is_found_is_added_up_currency_by_currency(
    signed_in, alice, charlie, deal, fee, score
):
    deal(value=1000, probability=75)
    deal(value=500, probability=50)
    deal(value="33.30", currency="CHF", probability=25)
    deal(probability=75)
    deal(value=9, owner=charlie, visibility="owner")
    client = signed_in(alice)

    sums = client.get(LIST, {"cols": f"{fee.key},{score.key}"}).context["sums"]

    assert [(column.title, amounts) for column, amounts in sums.columns] == [
        ("Commission", [(Decimal("2.66"), "CHF"), (Decimal(120), "EUR")]),
        ("Score", [(Decimal(5), "")]),
    ]
    assert list(sums.worth) == ["CHF", "EUR"]
    assert not client.get(LIST).context["sums"].columns
    narrowed = client.get(LIST, {"cols": fee.key, f"{fee.key}_from": "50"})
    assert "Commission</span> <strong>€80</strong>" in text(narrowed)


def test_a_sum_of_nothing_is_none(signed_in, alice, deal, fee):
    deal()

    page = signed_in(alice).get(LIST, {"cols": fee.key})

    assert not page.context["sums"]


def test_without_a_currency_no_amount_is_shown_summed_or_found(signed_in, alice, deal):
    least = FieldFactory(
        kind="calculated", name="At least", formula="max(coalesce(value, 0), 100)", is_money=True
    )
    deal("worth", 50)
    bare = deal("bare")
    client, key = signed_in(alice), least.key

    page = client.get(LIST, {"cols": key})

    assert [amounts for _column, amounts in page.context["sums"].columns] == [
        [(Decimal(100), "EUR")]
    ]
    assert titles(client.get(LIST, {f"{key}_from": "1"})) == ["worth"]
    assert titles(client.get(LIST, {key: "none"})) == ["bare"]
    assert export(client, bare, cols=key)[1] == ["bare", "", ""]
    assert "not calculated" in client.get(bare.get_absolute_url()).text


def test_the_file_has_it(signed_in, alice, deal, fee, score):
    one, other = deal("One", 1001, probability=75), deal("Other", probability=50)
    client = signed_in(alice)

    heads, *rows = export(client, one, other, cols=f"{fee.key},{score.key}")

    assert heads == ["Title", "Commission", "Commission: currency", "Score"]
    assert rows == [["One", "80.08", "EUR", "3"], ["Other", "", "", ""]]


def test_a_view_keeps_what_it_sorts_and_narrows_by(signed_in, alice, deal, fee):
    deal("small", 10)
    deal("large", 1000)
    client = signed_in(alice)
    query = f"{fee.key}_from=1&sort=-{fee.key}"

    client.post(
        "/lists/deals/views/new/",
        {"name": "Best", "query": query, "columns": fee.key, "audience": "own"},
    )

    view = SavedView.objects.get()
    assert sorted(view.query.split("&")) == sorted(query.split("&"))
    assert titles(client.get(address_of(view))) == ["large"]
    fee.deleted_at = timezone.now()
    fee.deleted_by = alice
    fee.save()
    gone = client.get(address_of(view))
    assert gone.status_code == 200
    assert "no longer there" in text(gone)


@pytest.mark.parametrize("number", [1, 5])
def test_the_list_costs_no_statement_more(
    signed_in, alice, deal, fee, score, number, django_assert_num_queries
):
    for value in range(number):
        deal(value=value)
    client = signed_in(alice)
    query = {"cols": f"{fee.key},{score.key}", "sort": fee.key}
    # session, user; custom and calculated fields; what filters offer; team; count and sums; ids,
    # rows, their next activities; saved views
    with django_assert_num_queries(10):
        assert len(titles(client.get(LIST, query))) == number
    with django_assert_num_queries(11):  # and the ids that a filter finds
        assert len(titles(client.get(LIST, query | {f"{fee.key}_from": "0"}))) == number


# --- Cards ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["/deals/", "/deals/forecast/"])
def test_cards_show_it_behind_its_title(signed_in, alice, deal, fee, where):
    deal(value=1001, expected_close_on=timezone.localdate())

    shown = text(signed_in(alice).get(where, {"cols": f"value,{fee.key}"}))

    assert '<span class="card-name">Commission</span> <span>€80.08</span>' in shown


@pytest.mark.parametrize("number", [1, 5])
def test_cards_cost_no_statement_more(
    signed_in, alice, deal, fee, number, django_assert_num_queries
):
    for value in range(number):
        deal(value=value)
    client = signed_in(alice)
    client.get("/deals/")
    with CaptureQueriesContext(connection) as usual:
        client.get("/deals/", {"cols": "value"})
    with django_assert_num_queries(len(usual)):
        client.get("/deals/", {"cols": fee.key})


# --- Leads ---------------------------------------------------------------------------------------


def test_a_lead_has_none_of_it(signed_in, alice, fee):
    lead = LeadFactory(owner=alice, value=1000, currency="EUR")
    client = signed_in(alice)

    assert "Commission" not in text(client.get(lead.get_absolute_url()))
    assert "Commission" not in text(client.get("/leads/"))
    assert "Commission" not in text(client.get("/lists/leads/columns/"))
    assert titles(client.get("/leads/", {f"{fee.key}_from": "0"})) == []
    assert "Commission" not in text(client.get("/leads/", {"cols": fee.key, "sort": fee.key}))
