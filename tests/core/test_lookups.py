"""What a text must look like to be an id, and which rows ids find."""

import pytest

from accounts.models import User
from core.lookups import LARGEST_ID, number_in
from tests.factories import UserFactory


@pytest.mark.parametrize(
    ("text", "number"), [("0", 0), ("12", 12), ("007", 7), (str(2**63 - 1), 2**63 - 1)]
)
def test_an_id_is_written_in_plain_digits(text, number):
    assert number_in(text) == number


@pytest.mark.parametrize("text", ["", "-1", " 1", "1.0", "x", "²", "١٢", str(2**63), "9" * 5_000])
def test_nothing_else_is_one(text):
    assert number_in(text) is None


@pytest.mark.django_db
def test_what_no_id_could_be_finds_nothing():
    someone = UserFactory()
    ids = [LARGEST_ID + 1, someone.pk, LARGEST_ID]
    assert list(User.objects.filter(pk__among=ids)) == [someone]
