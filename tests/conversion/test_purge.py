"""What was set aside goes for good after a month, unless something still needs it."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.utils import timezone

from activities.models import Activity, Note
from contacts.models import Organization, Person
from conversion.models import ConvertedLead
from conversion.purge import purge_set_aside
from conversion.services import convert_leads, return_to_leads
from conversion.tasks import purge as nightly
from core.models import SetAside
from crm.invariants import breaches
from deals.models import Deal
from jobs.registry import DAILY
from leads.models import Lead
from opportunities import services as opportunities
from products.models import Product
from projects.models import Project
from tests import factories
from tests.factories import (
    ActivityFactory,
    CategoryFactory,
    DealFactory,
    LabelFactory,
    LeadFactory,
    LineItemFactory,
    NoteFactory,
    OrganizationFactory,
    PersonFactory,
    ProductFactory,
    ProjectFactory,
)


def purge_all():
    """As if all that is set aside had been for a month."""
    return purge_set_aside(before=timezone.now() + timedelta(seconds=1))


def convert(lead, *, into, by):
    conversion = convert_leads([lead], into=into, by=by)
    return Deal.objects.get(pk=conversion.pairs.get().deal_number)


@pytest.fixture(autouse=True)
def sound(pipeline):
    """Whatever a test here does, the database stays sound."""
    yield
    assert breaches() == []


def test_a_deleted_lead_goes_after_a_month_with_all_that_hangs_on_it(alice):
    kept, gone = (LeadFactory(owner=alice, labels=[LabelFactory()]) for _each in range(2))
    NoteFactory(lead=gone, author=alice)
    ActivityFactory(lead=gone, assignee=alice, done_at=timezone.now(), done_by=alice)
    opportunities.delete([kept, gone], by=alice)
    Lead.everything.filter(pk=gone.pk).update(deleted_at=timezone.now() - timedelta(days=30.1))
    Lead.everything.filter(pk=kept.pk).update(deleted_at=timezone.now() - timedelta(days=29.9))

    nightly()

    assert Lead.everything.get() == kept
    assert not Note.objects.exists()
    assert not Activity.objects.exists()


def test_live_records_stay(alice):
    LeadFactory(owner=alice)
    DealFactory(owner=alice)
    OrganizationFactory(owner=alice)

    assert set(purge_all().values()) == {0}


def test_a_converted_lead_goes_and_its_pair_keeps_the_numbers(alice, pipeline):
    lead = LeadFactory(owner=alice)
    note = NoteFactory(lead=lead, author=alice)
    deal = convert(lead, into=pipeline, by=alice)

    assert purge_all()["leads"] == 1

    pair = ConvertedLead.objects.standing().get()
    assert (pair.lead, pair.lead_number) == (None, lead.pk)
    assert (pair.deal, pair.deal_number) == (deal, deal.pk)
    note.refresh_from_db()
    assert note.deal == deal


def test_a_deleted_deal_goes_with_the_lead_it_stands_for(alice, pipeline):
    deal = convert(LeadFactory(owner=alice), into=pipeline, by=alice)
    opportunities.delete([deal], by=alice)

    gone = purge_all()

    assert (gone["leads"], gone["deals"]) == (1, 1)
    assert not Lead.everything.exists()
    assert not Deal.everything.exists()
    pair = ConvertedLead.objects.get()
    assert pair.ended_at is not None
    assert (pair.lead, pair.deal, pair.deal_number) == (None, None, deal.pk)


@pytest.mark.parametrize("lead_is_deleted", [False, True])
def test_a_returned_deal_stays_as_long_as_its_lead(alice, pipeline, lead_is_deleted):
    deal = convert(LeadFactory(owner=alice), into=pipeline, by=alice)
    return_to_leads([deal], by=alice)
    if lead_is_deleted:
        opportunities.delete(Lead.objects.all(), by=alice)
        Deal.everything.update(deleted_at=timezone.now() - timedelta(days=90))

    gone = purge_set_aside(before=timezone.now() - timedelta(days=30))
    gone_later = purge_all()

    assert (gone["leads"], gone["deals"]) == (0, 0)
    assert (gone_later["leads"], gone_later["deals"]) == (lead_is_deleted, lead_is_deleted)
    assert Deal.everything.exists() is not lead_is_deleted


def test_people_and_organizations_go_when_nothing_names_them(alice):
    organization = OrganizationFactory(owner=alice)
    person = PersonFactory(owner=alice, organization=organization)
    NoteFactory(person=person, author=alice)
    for model in (Person, Organization):
        model.objects.update(deleted_at=timezone.now(), deleted_by=alice)

    gone = purge_all()

    assert (gone["people"], gone["organizations"]) == (1, 1)
    assert not Person.everything.exists()
    assert not Organization.everything.exists()


def test_a_person_whom_a_deleted_lead_still_names_waits_for_it(alice):
    lead = LeadFactory(owner=alice)
    Person.objects.update(deleted_at=timezone.now() - timedelta(days=60))
    opportunities.delete([lead], by=alice)

    assert purge_set_aside(before=timezone.now() - timedelta(days=30))["people"] == 0
    assert purge_all()["people"] == 1


def test_more_than_a_batch_goes_and_batches_are_small(alice, monkeypatch):
    monkeypatch.setattr("conversion.purge.BATCH", 2)
    leads = [LeadFactory(owner=alice) for _each in range(5)]
    opportunities.delete(leads, by=alice)

    assert purge_all()["leads"] == 5


def test_a_purge_is_work_of_every_night():
    assert DAILY["conversion.purge"] is nightly


def test_projects_go_by_themselves_and_free_the_contacts_they_are_for(alice):
    person = PersonFactory(owner=alice)
    deal = DealFactory(owner=alice)
    gone = ProjectFactory(owner=alice, deals=[deal], people=[person])
    NoteFactory(project=gone, author=alice)
    opportunities.delete([gone], by=alice)
    Person.objects.filter(pk=person.pk).update(deleted_at=timezone.now())
    Project.everything.filter(pk=gone.pk).update(deleted_at=timezone.now() - timedelta(days=30.1))

    nightly()
    assert not Project.everything.exists()
    assert not Note.objects.exists()
    assert Deal.objects.get() == deal

    purge_all()
    assert not Person.everything.filter(pk=person.pk).exists()


def test_a_person_stays_as_long_as_a_project_names_them(alice):
    person = PersonFactory(owner=alice)
    ProjectFactory(owner=alice, people=[person])
    Person.objects.filter(pk=person.pk).update(deleted_at=timezone.now())

    purge_all()

    assert Person.everything.filter(pk=person.pk).exists()


def test_products_go_and_lines_keep_their_words(alice):
    product = ProductFactory(name="Desk", category=CategoryFactory(), prices={"EUR": 100})
    line = LineItemFactory(product=product, name="Desk")
    Product.objects.update(deleted_at=timezone.now() - timedelta(days=29.9))
    nightly()
    assert Product.everything.get() == product

    assert purge_all()["products"] == 1

    line.refresh_from_db()
    assert (line.product, line.name) == (None, "Desk")
    product.category.delete()  # nothing holds it any more


FACTORIES = [getattr(factories, name) for name in factories.__all__]
SET_ASIDE = [model for model in apps.get_models() if issubclass(model, SetAside)]


@pytest.mark.parametrize("model", SET_ASIDE, ids=lambda model: model._meta.label)
def test_whatever_is_set_aside_goes_after_a_month(model, alice):
    """Of every model there is, so that the next one is not forgotten."""
    [factory] = [each for each in FACTORIES if each._meta.model is model]
    kept, gone = factory(), factory()
    for record, days in ((kept, 29.9), (gone, 30.1)):
        at = timezone.now() - timedelta(days=days)
        model.everything.filter(pk=record.pk).update(deleted_at=at)

    for work in DAILY.values():
        work()

    assert model.everything.get() == kept


def test_a_deal_goes_and_its_project_stays(alice):
    deal = DealFactory(owner=alice)
    project = ProjectFactory(owner=alice, deals=[deal])
    opportunities.delete([deal], by=alice)

    purge_all()

    assert Project.objects.get() == project
    assert not project.deal_links.exists()
