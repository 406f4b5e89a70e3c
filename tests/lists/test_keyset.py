"""Pages come along the walks, in both directions, whatever ties, gaps and cursors there are."""

import json
from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.models import F, Q
from django.test.utils import CaptureQueriesContext

from leads.models import Lead
from lists.keyset import SIGNER, Walk, paginate
from lists.sorting import Order
from tests.factories import LeadFactory, OrganizationFactory, PersonFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)
BY_URGENCY = (
    Walk(Q(next_activity_on__lt=TODAY), ("next_activity_on", "-id")),
    Walk(Q(next_activity_on=TODAY), ("-id",)),
    Walk(Q(next_activity_on=None), ("-id",)),
    Walk(Q(next_activity_on__gt=TODAY), ("next_activity_on", "-id")),
)


@pytest.fixture
def leads(alice):
    """Three on each of five days and three without one: overdue, today, none, later."""
    person = PersonFactory(owner=alice)
    days = [TODAY + timedelta(days=n) for n in (-9, -1, 0, 1, 30)] + [None]
    return [
        LeadFactory(owner=alice, person=person, next_activity_on=day, value=value, currency="EUR")
        for value in (10, 20, 10)
        for day in days
    ]


def in_order(leads):
    def urgency(lead):
        day = lead.next_activity_on
        group = 2 if day is None else 0 if day < TODAY else 1 if day == TODAY else 3
        return group, day or TODAY, -lead.pk

    return sorted(leads, key=urgency)


def pages(walks, per_page, queryset=None, **load):
    """All pages from the first to the last, then back again: both ways the same."""
    queryset = Lead.objects.all() if queryset is None else queryset
    page = paginate(queryset, walks, per_page=per_page, **load)
    assert page.previous is None
    there = [page]
    while page.next:
        page = paginate(queryset, walks, after=page.next, per_page=per_page, **load)
        there.append(page)
    back = [page]
    while page.previous:
        page = paginate(queryset, walks, before=page.previous, per_page=per_page, **load)
        back.append(page)
    assert [p.rows for p in back[::-1][1:]] == [p.rows for p in there[1:]]
    assert back[-1].rows == there[0].rows
    assert back[-1].previous is None
    return there


@pytest.mark.parametrize("per_page", [1, 2, 3, 4, 7, 17, 18, 50])
def test_four_walks_are_glued_into_one_list_in_both_directions(leads, per_page):
    rows = [row for page in pages(BY_URGENCY, per_page) for row in page.rows]

    assert rows == in_order(leads)


@pytest.mark.parametrize("is_down", [False, True])
@pytest.mark.parametrize("is_indexed", [False, True])
@pytest.mark.parametrize("per_page", [1, 2, 5])
def test_ties_and_empty_values_neither_repeat_nor_vanish(
    leads, alice, is_down, is_indexed, per_page
):
    empty = [LeadFactory(owner=alice) for _n in range(4)]
    order = Order("value", is_nullable=True, is_indexed=is_indexed)

    walked = [row for page in pages(order.walks(is_down=is_down), per_page) for row in page.rows]

    newest = sorted(leads, key=lambda lead: -lead.pk)
    filled = sorted(newest, key=lambda lead: lead.value, reverse=is_down)
    assert walked == filled + empty[::-1]


def test_titles_sort_without_accents_and_case(alice):
    titles = ["Zoé", "élan", "Eclair", "Été", "abricot"]
    person = PersonFactory(owner=alice)
    for title in titles:
        LeadFactory(owner=alice, person=person, title=title)

    found = pages(Order("plain").walks(is_down=False), 2)

    assert [row.title for page in found for row in page.rows] == [
        "abricot",
        "Eclair",
        "élan",
        "Été",
        "Zoé",
    ]


@pytest.mark.parametrize("is_down", [False, True])
def test_rows_sort_by_what_they_carry_from_elsewhere(leads, is_down):
    order = Order("sorted_by", F("person__plain"), is_nullable=True, is_indexed=False)
    for n, lead in enumerate(leads):
        lead.person = PersonFactory(owner=lead.owner, name=f"P{n % 4}") if n % 5 else None
        lead.organization = lead.organization or OrganizationFactory(owner=lead.owner)
        lead.save()
    rows = Lead.objects.annotate(sorted_by=order.expression)

    walked = [row for page in pages(order.walks(is_down=is_down), 4, rows) for row in page.rows]

    newest = sorted(leads, key=lambda lead: -lead.pk)
    named = [lead for lead in newest if lead.person]
    assert walked == sorted(named, key=lambda lead: lead.person.name, reverse=is_down) + [
        lead for lead in newest if not lead.person
    ]


def test_a_page_is_two_statements_wherever_it_lies(leads, django_assert_num_queries):
    first = paginate(Lead.objects.all(), BY_URGENCY, per_page=5)
    with django_assert_num_queries(2):  # the ids along the walks; the rows
        paginate(Lead.objects.all(), BY_URGENCY, after=first.next, per_page=5)


def test_no_statement_skips_rows_or_sorts_by_case(leads):
    first = paginate(Lead.objects.all(), BY_URGENCY, per_page=5)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        paginate(Lead.objects.all(), BY_URGENCY, after=first.next, per_page=5)

    for query in queries:
        assert "OFFSET" not in query["sql"]
        assert "CASE" not in query["sql"]


def test_rows_are_loaded_as_the_caller_says(leads, django_assert_num_queries):
    page = paginate(Lead.objects.all(), BY_URGENCY, load=lambda rows: rows.select_related("owner"))
    with django_assert_num_queries(0):
        assert {row.owner.name for row in page.rows} == {"Alice Martin"}


def test_a_row_that_comes_or_goes_does_not_shift_the_next_page(leads, alice):
    expected = in_order(leads)
    first = paginate(Lead.objects.all(), BY_URGENCY, per_page=4)
    first.rows[0].delete()
    first.rows[-1].delete()  # the very row the cursor stands at
    LeadFactory(owner=alice, next_activity_on=TODAY - timedelta(days=300))

    second = paginate(Lead.objects.all(), BY_URGENCY, after=first.next, per_page=4)

    assert second.rows == expected[4:8]


def test_back_from_a_page_whose_beginning_shrank_is_the_first_page(leads):
    second = paginate(
        Lead.objects.all(),
        BY_URGENCY,
        after=paginate(Lead.objects.all(), BY_URGENCY, per_page=4).next,
        per_page=4,
    )
    gone, *left = in_order(leads)
    gone.delete()

    back = paginate(Lead.objects.all(), BY_URGENCY, before=second.previous, per_page=4)

    assert back.rows == left[:4]
    assert back.previous is None
    assert back.next


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "\x00",
        "é" * 300,
        "a:b:c",
        "W10:nothing",
        SIGNER.sign_object(["id", 0, ["1"]]),  # ours, but made for another order
    ],
)
def test_a_broken_forged_or_foreign_cursor_shows_the_first_page(leads, cursor):
    first = paginate(Lead.objects.all(), BY_URGENCY, per_page=4)

    assert paginate(Lead.objects.all(), BY_URGENCY, after=cursor, per_page=4) == first
    assert paginate(Lead.objects.all(), BY_URGENCY, before=cursor, per_page=4) == first


def test_a_cursor_does_not_tell_a_secret_nor_take_another_value(leads):
    cursor = paginate(Lead.objects.all(), BY_URGENCY, per_page=4).next
    payload, signature = cursor.split(":")
    other = SIGNER.sign_object(["made up", 0, json.dumps([])])

    page = paginate(
        Lead.objects.all(), BY_URGENCY, after=f"{other.split(':')[0]}:{signature}", per_page=4
    )

    assert page.previous is None
    assert payload not in other


def test_a_cursor_with_nothing_behind_it_shows_the_first_page(leads):
    last = pages(BY_URGENCY, 4)[-2]
    for row in in_order(leads)[16:]:
        row.delete()

    assert paginate(Lead.objects.all(), BY_URGENCY, after=last.next, per_page=4).previous is None


def test_no_rows_are_one_empty_page():
    page = paginate(Lead.objects.all(), BY_URGENCY)

    assert page.rows == []
    assert page.next is page.previous is None


@pytest.mark.parametrize("is_down", [False, True])
def test_without_an_index_one_look_at_the_rows_is_enough(leads, alice, is_down):
    """What a list sorts by may be calculated: once for each row, on any page."""
    for _n in range(2):
        LeadFactory(owner=alice)
    twice = F("value") * 2
    walks = Order("twice", twice, is_nullable=True, is_indexed=False).walks(is_down=is_down)
    rows = Lead.objects.annotate(twice=twice)

    with CaptureQueriesContext(connection) as captured:
        first = paginate(rows, walks, per_page=5)
    paginate(rows, walks, after=first.next, per_page=5)

    assert len(walks) == 1
    assert "UNION" not in captured[0]["sql"]
    assert "NULLS LAST" in captured[0]["sql"]
    assert "IS NOT NULL" not in captured[0]["sql"]
