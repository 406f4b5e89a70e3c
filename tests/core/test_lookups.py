"""What a text must look like to be an id."""

import pytest

from core.lookups import number_in


@pytest.mark.parametrize(
    ("text", "number"), [("0", 0), ("12", 12), ("007", 7), (str(2**63 - 1), 2**63 - 1)]
)
def test_an_id_is_written_in_plain_digits(text, number):
    assert number_in(text) == number


@pytest.mark.parametrize("text", ["", "-1", " 1", "1.0", "x", "²", "١٢", str(2**63), "9" * 5_000])
def test_nothing_else_is_one(text):
    assert number_in(text) is None
