"""What rows can make, and which fields their columns can be matched with."""

import pytest

from custom_fields.models import Field
from imports.targets import KINDS, kinds_for, target, wants
from tests.factories import FieldFactory

pytestmark = pytest.mark.django_db


def matched(*names):
    return [{"field": name, "options": {}} for name in names]


def names_of(kind, user):
    return [field.name for field in target(kind).fields(user)]


def test_a_row_of_leads_also_tells_of_a_person_an_organization_and_a_note(alice):
    names = names_of("lead", alice)
    assert {"lead.title", "person.email", "organization.name", "note.text"} <= set(names)
    assert len(names) == len(set(names))


@pytest.mark.parametrize("fields", [1, 5])
def test_custom_fields_stand_among_those_of_their_record(alice, fields, django_assert_num_queries):
    made = [FieldFactory(of=Field.Of.PERSON) for _ in range(fields)]
    FieldFactory(of=Field.Of.PRODUCT)
    with django_assert_num_queries(1):
        found = target("lead").fields(alice)
    custom = [field for field in found if field.custom]
    assert [field.name for field in custom] == [f"person.{each.key}" for each in made]
    places = [field.record for field in found]
    assert places == sorted(places, key=places.index)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_matched_with_nothing_that_it_needs_is_held_up(kind, alice):
    assert wants(target(kind), matched())
    assert wants(target(kind), matched("row.wanted"))


def test_a_lead_needs_a_person_or_an_organization():
    lead = target("lead")
    assert wants(lead, matched("lead.title"))
    for name in ("person.name", "person.last_name", "person.email", "organization.name"):
        assert wants(lead, matched("lead.title", name)) == []


def test_each_field_is_matched_once_but_for_those_that_take_several():
    lead = target("lead")
    several = matched("organization.name", "person.email", "person.email", "note.text", "note.text")
    assert wants(lead, several) == []
    twice = wants(lead, matched("organization.name", "lead.title", "lead.title"))
    assert twice == ["“Title” is matched with 2 columns."]


def test_those_who_only_read_import_nothing(alice, reader):
    assert kinds_for(reader) == []
    assert target("lead") in kinds_for(alice)
