"""Twenty thousand formulas drawn at random give in the database what decimals give in Python."""

import pytest

from tests.custom_fields.test_formula_reference import agree, fields, said  # noqa: F401  # fixtures

pytestmark = [pytest.mark.faults, pytest.mark.django_db]


def test_what_the_database_gives_agrees_with_decimals(fields, said):  # noqa: F811
    agree(fields, said, 20_000)
