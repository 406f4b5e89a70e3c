"""One field of many records is set at once; each event tells what it was before."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.policies import OwnerInactive
from contacts import services as contacts
from core.errors import Missing, NotAllowed
from custom_fields.kinds import Money
from custom_fields.values import UnknownField
from history.models import Event
from history.services import undo
from leads.models import Lead
from opportunities.services import change
from opportunities.setting import Unlinked, set_fields
from tests.factories import (
    ChannelFactory,
    DealFactory,
    LeadFactory,
    OrganizationFactory,
    PersonFactory,
)
from tests.factories.custom_fields import FieldFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def leads(alice):
    return LeadFactory.create_batch(3, owner=alice)


def told(operation):
    return list(operation.events.order_by("subject_id").values_list("changes", flat=True))


def test_each_event_tells_what_changed_in_its_lead(alice, leads):
    change(leads[0], {"value": Decimal("12.50"), "currency": "EUR"}, by=alice)
    change(leads[1], {"value": Decimal(1200), "currency": "CHF"}, by=alice)

    operation = set_fields(leads, {"value": Decimal(900), "currency": "EUR"}, by=alice)

    assert told(operation) == [
        {"value": ["12.5", "900"]},
        {"value": ["1200", "900"], "currency": ["CHF", "EUR"]},
        {"value": [None, "900"], "currency": ["", "EUR"]},
    ]
    assert set(Lead.objects.values_list("value", "currency")) == {(Decimal(900), "EUR")}
    undo(operation, by=alice)
    assert list(Lead.objects.order_by("pk").values_list("value", "currency")) == [
        (Decimal("12.5"), "EUR"),
        (Decimal(1200), "CHF"),
        (None, ""),
    ]


@pytest.mark.parametrize(
    ("name", "value", "frozen"),
    [
        ("campaign", "Fair", "Fair"),
        ("expected_close_on", date(2027, 1, 2), "2027-01-02"),
        ("visibility", "owner", "owner"),
    ],
)
def test_a_plain_field_is_set_and_goes_back(alice, leads, name, value, frozen):
    was = getattr(leads[0], name)

    operation = set_fields(leads, {name: value}, by=alice)

    assert [each[name][1] for each in told(operation)] == [frozen] * 3
    assert set(Lead.objects.values_list(name, flat=True)) == {value}
    undo(operation, by=alice)
    assert set(Lead.objects.values_list(name, flat=True)) == {was}


def test_a_link_is_told_by_name_and_can_be_taken_off(alice, leads):
    fair, web = ChannelFactory(name="Fair"), ChannelFactory(name="Web")
    change(leads[0], {"channel": fair}, by=alice)

    operation = set_fields(leads, {"channel": web}, by=alice)

    now = {"id": web.pk, "name": "Web"}
    assert told(operation)[:2] == [
        {"channel": [{"id": fair.pk, "name": "Fair"}, now]},
        {"channel": [None, now]},
    ]
    assert told(set_fields(leads, {"channel": None}, by=alice)) == [{"channel": [now, None]}] * 3


def test_what_is_so_already_is_not_told(alice, leads):
    change(leads[0], {"campaign": "Fair"}, by=alice)

    assert set_fields(leads, {"campaign": "Fair"}, by=alice).events.count() == 2
    assert set_fields(leads, {"campaign": "Fair"}, by=alice) is None


def test_the_last_link_of_none_of_them_is_taken(alice, leads):
    change(leads[0], {"organization": OrganizationFactory(owner=alice)}, by=alice)
    events = Event.objects.count()

    with pytest.raises(Unlinked, match=leads[1].title) as refused:
        set_fields(leads, {"person": None}, by=alice)

    assert refused.value.records == leads[1:]
    assert Event.objects.count() == events


def test_an_organization_stays_that_some_need_by_now(alice, leads):
    operation = set_fields(leads, {"organization": OrganizationFactory(owner=alice)}, by=alice)
    set_fields(leads[:1], {"person": None}, by=alice)

    with pytest.raises(Exception, match=leads[0].title):
        undo(operation, by=alice)

    assert Lead.objects.filter(organization=None).count() == 0


def test_a_person_who_was_deleted_a_moment_ago_is_not_named(alice, leads):
    person = PersonFactory(owner=alice)
    contacts.delete([person], by=alice)

    with pytest.raises((Missing, ValidationError)):
        set_fields(leads, {"person": person}, by=alice)


def test_refused_as_a_whole(alice, bob, charlie, reader, leads):
    with pytest.raises(OwnerInactive):
        set_fields(leads, {"owner": reader}, by=alice)
    with pytest.raises(NotAllowed):
        set_fields(leads, {"campaign": "x"}, by=reader)
    hidden = LeadFactory(owner=charlie, visibility="owner")
    with pytest.raises(Missing):
        set_fields([*leads, hidden], {"campaign": "x"}, by=alice)
    with pytest.raises(ValidationError):
        set_fields(leads, {"visibility": "nobody"}, by=alice)
    with pytest.raises(UnknownField):
        set_fields(leads, {"custom_99": "x"}, by=alice)
    with pytest.raises(LookupError):
        set_fields(leads, {"value": Decimal(1)}, by=alice)
    assert not Event.objects.exists()


def test_custom_values_are_told_in_words_set_cleared_and_go_back(alice, leads):
    size = FieldFactory(name="Size", kind="option", options=["Small", "Large"])
    small, large = size.options.in_order()
    budget = FieldFactory(name="Budget", kind="money")
    change(leads[0], {size.key: small, budget.key: Money(Decimal(5), "EUR")}, by=alice)

    operation = set_fields(leads, {size.key: large, budget.key: None}, by=alice)

    now = {"id": large.pk, "name": "Large"}
    assert told(operation) == [
        {
            size.key: [{"id": small.pk, "name": "Small"}, now],
            budget.key: [["5", "EUR"], None],
        },
        {size.key: [None, now]},
        {size.key: [None, now]},
    ]
    assert list(Lead.objects.values_list("custom", flat=True)) == [{str(size.pk): large.pk}] * 3
    undo(operation, by=alice)
    assert list(Lead.objects.order_by("pk").values_list("custom", flat=True)) == [
        {str(size.pk): small.pk, str(budget.pk): {"amount": "5", "currency": "EUR"}},
        {},
        {},
    ]


def test_a_custom_value_of_another_kind_is_refused(alice, leads):
    size = FieldFactory(name="Size", kind="number")

    with pytest.raises(ValidationError):
        set_fields(leads, {size.key: "many"}, by=alice)


def test_deals_are_set_alike(alice):
    deals = DealFactory.create_batch(2, owner=alice)

    operation = set_fields(deals, {"campaign": "Fair"}, by=alice)

    assert operation.verb == "deal.changed"
    undo(operation, by=alice)


@pytest.mark.parametrize("number", [10, 500])
def test_the_number_of_statements_does_not_grow_with_the_leads(admin, number):
    person = PersonFactory(owner=admin)
    budget = FieldFactory(name="Budget", kind="number")
    leads = Lead.objects.bulk_create(
        Lead(title=f"Lead {n}", person=person, owner=admin, custom={str(budget.pk): str(n)})
        for n in range(number)
    )
    chosen = Lead.objects.filter(pk__in=[lead.pk for lead in leads])

    with CaptureQueriesContext(connection) as forth:
        operation = set_fields(chosen, {"campaign": "Fair", budget.key: Decimal(7)}, by=admin)
    with CaptureQueriesContext(connection) as back:
        undo(operation, by=admin)

    assert (len(forth), len(back)) == (11, 18)
    assert Lead.objects.get(title="Lead 3").custom == {str(budget.pk): "3"}
