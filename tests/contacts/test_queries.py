"""Contacts are found by words and their beginnings, accents or not, and only where visible."""

import pytest

from accounts.models import Visibility
from contacts.models import Organization, Person
from contacts.queries import matching, suggest
from tests.factories import (
    EmailAddressFactory,
    LabelFactory,
    OrganizationFactory,
    PersonFactory,
    PhoneNumberFactory,
)


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("elodie", True),
        ("ÉLO", True),
        ("dup élod", True),
        ("pierre", True),
        ("lodie", False),
        ("elodie martin", False),
        ("o'neil':* | a", False),
        ("!!!", False),
        ("   ", True),
        ("\x00", False),
    ],
)
def test_people_are_found_by_words_and_beginnings_in_any_order(alice, text, is_found):
    PersonFactory(owner=alice, name="Élodie Dupont-Pierre")
    assert matching(Person, alice, text=text).exists() is is_found


def test_a_person_is_found_by_address_and_number(alice):
    zoe = EmailAddressFactory(person__owner=alice, address="Zoe@Lac.example").person
    noah = PhoneNumberFactory(person__owner=alice, number="+33 6 12 34 56 78").person
    assert list(matching(Person, alice, text="zoe@lac.example")) == [zoe]
    assert list(matching(Person, alice, text="06 12 34 56 78")) == [noah]
    assert list(matching(Person, alice, text="5678")) == [noah]


def test_owners_and_labels_narrow_the_list(alice, bob):
    hot, cold = LabelFactory(), LabelFactory()
    both = OrganizationFactory(owner=alice)
    both.labels.set([hot, cold])
    other = OrganizationFactory(owner=bob)
    assert list(matching(Organization, alice, owners=[alice.pk])) == [both]
    assert list(matching(Organization, alice, labels=[hot.pk, cold.pk])) == [both]
    assert set(matching(Organization, alice, owners=[alice.pk, bob.pk])) == {both, other}


def test_only_visible_contacts_are_suggested(alice, bob, charlie):
    PersonFactory(owner=alice, name="Zoé Martel", visibility=Visibility.TEAM)
    assert [each.name for each in suggest(Person, "zo", bob)] == ["Zoé Martel"]
    assert suggest(Person, "zo", charlie) == []
    assert not matching(Person, charlie, text="zoé").exists()


def test_suggestions_come_by_name_and_not_too_many(alice):
    for name in ("zora", "Ána", "Ben"):
        PersonFactory(owner=alice, name=name)
    assert [each.name for each in suggest(Person, "", alice, limit=2)] == ["Ána", "Ben"]


def test_a_letter_that_the_database_does_not_know_is_none(alice):
    assert list(matching(Person, alice, text="zoe@\0example")) == []
