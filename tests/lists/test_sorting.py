"""A click on a head sorts, a second one turns round, a third one leads back."""

import pytest
from django.db.models import F, Q
from django.http import QueryDict

from lists.counting import Count
from lists.keyset import Walk
from lists.sorting import Head, Order, most_counted, sorting

DEFAULT = (Walk(Q(), ("-id",)),)
FEW = Count(3, is_capped=False)
ORDERS = {
    "title": Order("plain"),
    "value": Order("value", is_nullable=True, starts_down=True),
    "owner": Order("owner_name", F("owner__name"), is_indexed=False),
}


def test_without_a_choice_the_default_order_holds():
    found = sorting(QueryDict(""), ORDERS, DEFAULT, count=FEW)

    assert found.walks == DEFAULT
    assert found.heads == {"title": Head("title"), "value": Head("-value"), "owner": Head("owner")}


@pytest.mark.parametrize(
    ("asked", "head"),
    [
        ("title", Head("-title", "ascending")),
        ("-title", Head(None, "descending")),
        ("-value", Head("value", "descending")),
        ("value", Head(None, "ascending")),
    ],
)
def test_a_head_turns_the_order_and_leads_back(asked, head):
    found = sorting(QueryDict(f"sort={asked}"), ORDERS, DEFAULT, count=FEW)

    assert found.heads[asked.strip("-")] == head


def test_rows_without_a_value_come_last_in_both_directions():
    up, down = (
        sorting(QueryDict(f"sort={asked}"), ORDERS, DEFAULT, count=FEW).walks
        for asked in ("value", "-value")
    )

    assert [walk.order for walk in up] == [("value", "-id"), ("-id",)]
    assert [walk.order for walk in down] == [("-value", "-id"), ("-id",)]


@pytest.mark.parametrize("asked", ["nothing", "--title", "-", "owner__password", "\x00"])
def test_an_unknown_column_means_the_default_order(asked):
    query = QueryDict(mutable=True)
    query["sort"] = asked

    assert sorting(query, ORDERS, DEFAULT, count=FEW).walks == DEFAULT


def test_a_column_without_an_index_sorts_few_rows_and_asks_to_filter_many_first():
    query, many = QueryDict("sort=owner"), Count(10_000, is_capped=True)

    few = sorting(query, ORDERS, DEFAULT, count=FEW)
    refused = sorting(query, ORDERS, DEFAULT, count=many)

    assert [walk.order for walk in few.walks] == [("owner_name", "-id")]
    assert few.carried == {"owner_name": F("owner__name")}
    assert refused.walks == DEFAULT
    assert refused.heads["owner"] == Head(None, is_too_long=True)
    assert refused.heads["title"] == Head("title")


@pytest.mark.parametrize(
    ("count", "is_too_long"),
    [(Count(100_000, is_capped=False), False), (Count(100_000, is_capped=True), True)],
)
def test_an_order_may_sort_more_rows_than_is_usual(count, is_too_long):
    orders = {"fee": Order("fee", F("value") / 10, is_indexed=False, most=100_000)}

    found = sorting(QueryDict("sort=fee"), orders, DEFAULT, count=count)

    assert found.heads["fee"].is_too_long is is_too_long
    assert (found.walks == DEFAULT) is is_too_long


@pytest.mark.parametrize(
    ("query", "shown", "most"),
    [("", ["title"], 10_000), ("sort=-fee", ["title"], 100_000), ("", ["title", "fee"], 100_000)],
)
def test_as_many_rows_are_counted_as_can_be_sorted(query, shown, most):
    orders = ORDERS | {"fee": Order("fee", F("value") / 10, is_indexed=False, most=100_000)}

    assert most_counted(QueryDict(query), orders, shown) == most
