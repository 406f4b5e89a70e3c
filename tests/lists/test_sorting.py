"""A click on a head sorts, a second one turns round, a third one leads back."""

import pytest
from django.db.models import Q
from django.http import QueryDict

from lists.keyset import Walk
from lists.sorting import Column, Head, sorting

DEFAULT = (Walk(Q(), ("-id",)),)
COLUMNS = {
    "title": Column(("plain", "id")),
    "value": Column(("value", "id"), is_nullable=True, starts_down=True),
}


def test_without_a_choice_the_default_order_holds():
    found = sorting(QueryDict(""), COLUMNS, DEFAULT)

    assert found.walks == DEFAULT
    assert found.heads == {"title": Head("title"), "value": Head("-value")}


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
    assert sorting(QueryDict(f"sort={asked}"), COLUMNS, DEFAULT).heads[asked.strip("-")] == head


def test_rows_without_a_value_come_last_in_both_directions():
    up, down = (
        sorting(QueryDict(f"sort={asked}"), COLUMNS, DEFAULT).walks for asked in ("value", "-value")
    )

    assert [walk.order for walk in up] == [("value", "id"), ("-id",)]
    assert [walk.order for walk in down] == [("-value", "-id"), ("-id",)]


@pytest.mark.parametrize("asked", ["nothing", "--title", "-", "owner__password", "\x00"])
def test_an_unknown_column_means_the_default_order(asked):
    query = QueryDict(mutable=True)
    query["sort"] = asked

    assert sorting(query, COLUMNS, DEFAULT).walks == DEFAULT
