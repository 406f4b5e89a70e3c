"""A lead is made and changed only into what the database can hold, and names nobody deleted."""

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Visibility
from contacts import services as contacts
from contacts.models import Person
from core.errors import Missing
from leads.models import Lead
from leads.services import open_lead
from opportunities import services as opportunities
from tests.factories import LeadFactory, OrganizationFactory, PersonFactory


def test_the_last_link_is_not_taken_away(alice):
    lead = LeadFactory(owner=alice)

    with pytest.raises(ValidationError, match="a person, an organization or both"):
        opportunities.change(lead, {"person": None}, by=alice)


def test_nothing_new_names_a_person_who_was_deleted_a_moment_ago(alice):
    person = PersonFactory(owner=alice)
    lead = LeadFactory(owner=alice)
    contacts.delete([Person.objects.get(pk=person.pk)], by=alice)

    with pytest.raises(Missing):
        open_lead(Lead(title="Forty bicycles", person=person), by=alice)
    with pytest.raises(Missing):
        opportunities.change(lead, {"person": person}, by=alice)


def test_nobody_new_works_for_an_organization_that_was_deleted_a_moment_ago(alice):
    organization = OrganizationFactory(owner=alice)
    zoe = PersonFactory(owner=alice)
    contacts.delete([organization], by=alice)

    with pytest.raises(Missing):
        contacts.create_person(Person(name="Ann", organization=organization), by=alice)
    with pytest.raises(Missing):
        contacts.change_person(zoe, {"organization": organization}, by=alice)


def test_whoever_is_given_a_lead_can_change_it(alice, charlie):  # F10
    lead = LeadFactory(owner=alice, visibility=Visibility.OWNER)
    with pytest.raises(Missing):
        opportunities.change(lead, {"title": "Mine now"}, by=charlie)

    opportunities.assign([lead], to=charlie, by=alice)
    opportunities.change(lead, {"title": "Mine now"}, by=charlie)

    lead.refresh_from_db()
    assert (lead.owner, lead.title) == (charlie, "Mine now")
