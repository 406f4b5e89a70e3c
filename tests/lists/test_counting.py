"""Counts are exact up to the cap, and say so above it."""

import pytest
from django.utils import translation

from leads.models import Lead
from lists.counting import Count, capped_count
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
