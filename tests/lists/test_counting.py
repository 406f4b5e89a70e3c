"""Counts are exact up to the cap, and say so above it."""

from decimal import Decimal

import pytest
from django.utils import translation

from leads.models import Lead
from lists.counting import Count, capped_count, capped_sums
from tests.factories import LeadFactory, PersonFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("cap", "expected"), [(2, Count(2, True)), (3, Count(3, False)), (9, Count(3, False))]
)
def test_a_count_stops_at_its_cap(alice, cap, expected, django_assert_num_queries):
    person = PersonFactory(owner=alice)
    for _n in range(3):
        LeadFactory(owner=alice, person=person)

    with django_assert_num_queries(1) as queries:
        assert capped_count(Lead.objects.all(), cap) == expected
    assert f"LIMIT {cap + 1}" in queries.captured_queries[0]["sql"]


def test_a_count_is_written_as_the_reader_writes_numbers():
    assert str(Count(1234, False)) == "1,234"
    assert str(Count(10_000, True)) == "10,000+"
    with translation.override("fr"):
        assert str(Count(1234, False)) == "1\xa0234"


@pytest.mark.parametrize(
    ("count", "is_above"),
    [
        (Count(9, False), False),
        (Count(10, False), False),
        (Count(10, True), True),
        (Count(11, False), True),
        (Count(9, True), False),  # nobody counted so far
    ],
)
def test_a_count_knows_what_it_is_above(count, is_above):
    assert count.is_above(10) is is_above


@pytest.mark.parametrize(
    ("cap", "expected"),
    [
        (3, (Count(3, True), {})),
        (4, (Count(4, False), {"CHF": [Decimal(5)], "EUR": [Decimal("3.5")]})),
    ],
)
def test_what_is_counted_is_added_up_in_the_same_statement(
    alice, cap, expected, django_assert_num_queries
):
    person = PersonFactory(owner=alice)
    for value, currency in (("1", "EUR"), ("2.5", "EUR"), ("5", "CHF"), (None, "")):
        LeadFactory(owner=alice, person=person, value=value, currency=currency)

    with django_assert_num_queries(1):
        assert capped_sums(Lead.objects.all(), "currency", "value", cap=cap) == expected
    with django_assert_num_queries(0):
        found = capped_sums(Lead.objects.none(), "currency", "value", cap=cap)
    assert found == (Count(0, False), {})
