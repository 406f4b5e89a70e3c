"""Fields and options are kept by those who configure; what goes can come back."""

import pytest
from django.core.exceptions import ValidationError

from core.errors import Missing, NotAllowed
from custom_fields import services
from custom_fields.models import Field, Option
from custom_fields.queries import fields_of
from history.models import Event
from history.services import undo
from leads.models import Lead
from opportunities import services as opportunities
from tests.factories import FieldFactory, LeadFactory
from tests.factories.custom_fields import present

OPPORTUNITY = Field.Of.OPPORTUNITY


def names(of=OPPORTUNITY):
    return [field.name for field in fields_of(of)]


def test_a_field_is_added_at_the_end_with_its_options(manager):
    FieldFactory(name="First", position=4)

    field = services.add_field(
        Field(of=OPPORTUNITY, kind="option", name="Size"), options=["Small", "Large"], by=manager
    )

    assert names() == ["First", "Size"]
    assert [option.name for option in field.options.in_order()] == ["Small", "Large"]
    event = Event.objects.get()
    assert (event.verb, event.subject_kind, event.title) == (
        "custom_field.created",
        "custom_field",
        "Size",
    )


@pytest.mark.parametrize("who", ["alice", "reader"])
def test_only_who_configures_keeps_fields(request, who):
    user = request.getfixturevalue(who)
    field = FieldFactory(kind="option", options=["Small"])
    option = field.options.get()
    acts = [
        lambda: services.add_field(Field(of=OPPORTUNITY, kind="text", name="x"), by=user),
        lambda: services.change_field(field, {"name": "x"}, by=user),
        lambda: services.move_field(field, 1, by=user),
        lambda: services.delete_field(field, by=user),
        lambda: services.restore_field(field, by=user),
        lambda: services.add_option(field, "x", by=user),
        lambda: services.rename_option(option, "x", by=user),
        lambda: services.move_option(option, 1, by=user),
        lambda: services.archive_option(option, by=user),
        lambda: services.restore_option(option, by=user),
        lambda: services.remove_option(option, by=user),
    ]
    for act in acts:
        with pytest.raises(NotAllowed):
            act()
    assert not Event.objects.exists()


def test_a_field_keeps_its_kind(manager):
    field = FieldFactory(kind="text", name="Colour")

    for values in (
        {"kind": "number"},
        {"of": Field.Of.PERSON},
        {"deleted_at": None, "position": 3},
    ):
        with pytest.raises(services.KindStays):
            services.change_field(field, values, by=manager)
    with pytest.raises(ValidationError) as refused:
        services.add_field(Field(of=OPPORTUNITY, kind="formula", name="x"), by=manager)
    assert list(refused.value.message_dict) == ["kind"]
    assert services.change_field(field, {"name": "Colour"}, by=manager) is None
    operation = services.change_field(field, {"name": "Paint", "is_required": True}, by=manager)

    assert operation.events.get().changes == {
        "name": ["Colour", "Paint"],
        "is_required": [False, True],
    }
    assert names() == ["Paint"]


def test_a_name_is_there_once_among_the_fields_of_one_sort(manager):
    FieldFactory(name="Colour")
    FieldFactory(name="Size")

    with pytest.raises(ValidationError, match="already a field"):
        services.add_field(Field(of=OPPORTUNITY, kind="text", name="COLOUR"), by=manager)
    with pytest.raises(ValidationError, match="already a field"):
        services.change_field(Field.objects.get(name="Size"), {"name": "colour"}, by=manager)
    services.add_field(Field(of=Field.Of.PERSON, kind="text", name="Colour"), by=manager)
    services.delete_field(Field.objects.get(of=OPPORTUNITY, name="Colour"), by=manager)
    services.add_field(Field(of=OPPORTUNITY, kind="text", name="Colour"), by=manager)


def test_there_is_an_end_to_fields_and_options(manager, monkeypatch):
    monkeypatch.setattr(services, "MOST_FIELDS", 1)
    monkeypatch.setattr(services, "MOST_OPTIONS", 1)
    field = FieldFactory(kind="options", options=["Small"])

    with pytest.raises(services.TooMany):
        services.add_field(Field(of=OPPORTUNITY, kind="text", name="x"), by=manager)
    with pytest.raises(services.TooMany):
        services.add_option(field, "Large", by=manager)


def test_fields_move_within_their_group(manager):
    for name, group in (("a", ""), ("x", "More"), ("b", ""), ("y", "More")):
        FieldFactory(name=name, group=group)
    assert names() == ["a", "b", "x", "y"]

    services.move_field(Field.objects.get(name="y"), -1, by=manager)
    services.move_field(Field.objects.get(name="b"), 1, by=manager)
    services.move_field(Field.objects.get(name="b"), -1, by=manager)

    assert names() == ["b", "a", "y", "x"]


def test_a_deleted_field_is_out_of_sight_and_comes_back_with_its_values(alice, manager):
    field, lead = FieldFactory(name="Colour"), LeadFactory(owner=alice)
    opportunities.change(lead, {field.key: "Blue"}, by=alice)

    operation = services.delete_field(field, by=manager)

    assert names() == []
    assert services.holders(field) == 1
    with pytest.raises(Missing):
        services.delete_field(field, by=manager)
    undo(operation, by=manager)
    assert names() == ["Colour"]
    assert present(Lead.objects.get(), field.key) == "Blue"


def test_it_does_not_come_back_beside_one_of_its_name(manager):
    field = FieldFactory(name="Colour")
    operation = services.delete_field(field, by=manager)
    services.add_field(Field(of=OPPORTUNITY, kind="text", name="colour"), by=manager)

    with pytest.raises(services.NameTaken):
        undo(operation, by=manager)


def test_restoring_is_undone_too(manager):
    field = FieldFactory()
    services.delete_field(field, by=manager)

    undo(services.restore_field(field, by=manager), by=manager)

    assert names() == []


def test_options_are_renamed_archived_restored_and_put_in_order(manager):
    field = FieldFactory(kind="option", options=["Small", "Large"])
    small, large = field.options.in_order()

    services.rename_option(small, "Tiny", by=manager)
    services.move_option(small, 1, by=manager)
    services.archive_option(large, by=manager)
    services.add_option(field, "Huge", by=manager)

    [found] = fields_of(OPPORTUNITY)
    assert [option.name for option in found.choices] == ["Large", "Tiny", "Huge"]
    assert [option.name for option in found.choices_in_use] == ["Tiny", "Huge"]
    services.restore_option(large, by=manager)
    [found] = fields_of(OPPORTUNITY)
    assert len(found.choices_in_use) == 3
    for act in (services.add_option,):
        with pytest.raises(ValidationError, match="already an option"):
            act(field, "HUGE", by=manager)
    with pytest.raises(ValidationError, match="already an option"):
        services.rename_option(small, "large", by=manager)


def test_archiving_and_restoring_an_option_is_told_once_and_of_one_that_is_there(manager):
    field = FieldFactory(kind="option", options=["Small"])
    small = field.options.get()

    for _again in range(2):
        services.archive_option(small, by=manager)
    since = Option.objects.get().archived_at
    services.archive_option(small, by=manager)
    assert Option.objects.get().archived_at == since
    for _again in range(2):
        services.restore_option(small, by=manager)

    told = [event.changes["archived_options"] for event in Event.objects.order_by("pk")]
    named = [{"id": small.pk, "name": "Small"}]
    assert told == [[[], named], [named, []]]
    gone = Option.objects.get()
    services.remove_option(small, by=manager)
    for act in (services.archive_option, services.restore_option):
        with pytest.raises(Missing):
            act(gone, by=manager)


@pytest.mark.parametrize("kind", ["option", "options"])
def test_an_option_that_records_have_stays(alice, manager, kind):
    field, lead = FieldFactory(kind=kind, options=["Small", "Large"]), LeadFactory(owner=alice)
    small, large = field.options.in_order()
    value = small if kind == "option" else [small]
    opportunities.change(lead, {field.key: value}, by=alice)
    opportunities.delete([lead], by=alice)  # it may come back

    with pytest.raises(services.OptionInUse, match="1 record has it"):
        services.remove_option(small, by=manager)
    services.remove_option(large, by=manager)

    assert list(Option.objects.all()) == [small]
    with pytest.raises(Missing):
        services.remove_option(large, by=manager)


def test_only_a_choice_has_options(manager):
    with pytest.raises(services.NoOptions):
        services.add_option(FieldFactory(), "x", by=manager)
