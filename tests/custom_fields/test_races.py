"""Two at once: an option is chosen while it goes away, fields and options are put in order."""

import time

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from contacts import services as contacts
from custom_fields import services, values
from custom_fields.formulas import saving
from custom_fields.models import Field, Option
from leads.models import Lead
from opportunities import services as opportunities
from opportunities.setting import set_fields
from tests.factories import FieldFactory, LeadFactory, PersonFactory, UserFactory
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def boss():
    return UserFactory(role=User.Role.MANAGER)


@pytest.fixture
def lead():
    alice = UserFactory()
    return LeadFactory(owner=alice, person=PersonFactory(owner=alice))


def later(act, *arguments, by):
    def wait_and_act():
        time.sleep(0.3)
        return act(*arguments, by=User.objects.get(pk=by.pk))

    return wait_and_act


@pytest.mark.parametrize("is_held", [True, False])
@pytest.mark.parametrize("service", [opportunities.change, set_fields])
def test_an_option_that_is_being_chosen_is_not_removed(monkeypatch, lead, boss, service, is_held):
    """The second run is the control arm: without the lock a record names an option that is gone."""
    hold_options = values.hold_options

    def take_time(numbers):
        held = hold_options(numbers) if is_held else dict.fromkeys(numbers, False)
        time.sleep(0.8)
        return held

    monkeypatch.setattr(values, "hold_options", take_time)
    field = FieldFactory(kind="option", options=["Small"])
    small = field.options.get()
    subject = [lead] if service is set_fields else lead

    chosen, removed = at_once(
        lambda: service(subject, {field.key: small}, by=User.objects.get(pk=lead.owner_id)),
        later(services.remove_option, small, by=boss),
    )

    assert not isinstance(chosen, Exception)
    assert isinstance(removed, services.OptionInUse) == is_held
    named = Lead.objects.get().custom[str(field.pk)]
    assert Option.objects.filter(pk=named).exists() == is_held


def test_an_option_that_went_a_moment_ago_is_refused_at_its_field(monkeypatch, lead, boss):
    hold_options = values.hold_options

    def come_late(numbers):
        time.sleep(0.8)
        return hold_options(numbers)

    monkeypatch.setattr(values, "hold_options", come_late)
    person = lead.person
    for act in (services.remove_option, services.archive_option):
        field = FieldFactory(kind="options", options=["Small", "Large"], of=Field.Of.PERSON)
        small, large = field.options.in_order()

        chosen, gone = at_once(
            lambda field=field, both=(small, large): contacts.change_person(
                person, {field.key: both}, by=User.objects.get(pk=lead.owner_id)
            ),
            later(act, small, by=boss),
        )

        assert not isinstance(gone, Exception)
        assert isinstance(chosen, ValidationError)
        assert list(chosen.message_dict) == [field.key]
    person.refresh_from_db()
    assert person.custom == {}


@pytest.mark.parametrize("of", ["fields", "options"])
def test_who_waited_moves_on_from_where_it_stands_by_then(boss, of):
    if of == "fields":
        rows, move = FieldFactory.create_batch(3), services.move_field
    else:
        field = FieldFactory(kind="option", options=["a", "b", "c"])
        rows, move = list(field.options.in_order()), services.move_option

    def move_and_take_time():
        with transaction.atomic():
            move(rows[2], -1, by=User.objects.get(pk=boss.pk))
            time.sleep(0.8)

    assert at_once(move_and_take_time, later(move, rows[2], -1, by=boss)) == [None, None]

    assert list(type(rows[0]).objects.in_order()) == [rows[2], rows[0], rows[1]]


@pytest.mark.parametrize("is_locked", [True, False])
def test_two_formulas_never_come_to_lead_to_each_other(monkeypatch, boss, is_locked):
    """The second run is the control arm: without the lock there is a circle."""
    first, second = (
        FieldFactory(kind="calculated", formula="1", name=name) for name in ("First", "Second")
    )
    kept = saving.kept

    def take_time(*arguments):
        found = kept(*arguments)
        time.sleep(0.8)
        return found

    monkeypatch.setattr(saving, "kept", take_time)
    if not is_locked:
        of_sort = lambda of: list(Field.objects.filter(of=of))
        monkeypatch.setattr(services, "locked_fields", of_sort)

    answers = at_once(
        lambda: services.change_field(
            first, {"formula": "second"}, by=User.objects.get(pk=boss.pk)
        ),
        later(services.change_field, second, {"formula": "first"}, by=boss),
    )

    refused = [each for each in answers if isinstance(each, ValidationError)]
    assert bool(refused) == is_locked
