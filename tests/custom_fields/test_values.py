"""Every kind of value: written, read back, refused, carried, told, undone."""

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from contacts import services as contacts
from contacts.models import Organization, Person
from conversion.services import convert_leads, return_to_leads, undo_conversion
from core.errors import Missing, Stale
from custom_fields.kinds import KINDS, DateRange, Money
from custom_fields.models import Field
from custom_fields.queries import fields_of, names_of
from custom_fields.services import archive_option
from custom_fields.values import UnknownField, write
from deals.models import Deal
from deals.services import move_deals
from history.models import Event
from history.services import undo
from leads.models import Lead
from leads.services import open_lead
from opportunities import services as opportunities
from opportunities.setting import set_fields
from tests.factories import (
    DealFactory,
    FieldFactory,
    LeadFactory,
    OrganizationFactory,
    PersonFactory,
    StageFactory,
    UserFactory,
)
from tests.factories.custom_fields import present

DAY = datetime.date(2026, 11, 26)
SIMPLE = {
    "text": ("Blue", "Blue"),
    "long_text": ("Two\nlines", "Two\nlines"),
    "number": (Decimal("-12.50"), "-12.5"),
    "money": (Money(Decimal("12500.50"), "EUR"), {"amount": "12500.5", "currency": "EUR"}),
    "date": (DAY, "2026-11-26"),
    "date_range": (DateRange(DAY, DAY), {"from": "2026-11-26", "to": "2026-11-26"}),
    "time": (datetime.time(15, 30), "15:30"),
    "yes_no": (False, False),
    "phone": ("+33 1 23 45 67 89", "+33 1 23 45 67 89"),
    "email": ("zoe@lac.example", "zoe@lac.example"),
    "url": ("https://lac.example/a?b=c", "https://lac.example/a?b=c"),
    "address": ("1 rue du Lac\n75000 Paris", "1 rue du Lac\n75000 Paris"),
}


@pytest.fixture
def lead(alice):
    return LeadFactory(owner=alice, person=PersonFactory(owner=alice))


def one_of_each(alice):
    """A field of every kind, and a value that it takes."""
    values = {}
    for kind in KINDS:
        field = FieldFactory(kind=kind, name=f"A {kind}")
        if kind in ("option", "options"):
            options = [field.options.create(name=name, position=n) for n, name in enumerate("ab")]
            values[field.key] = options if kind == "options" else options[0]
        elif kind == "user":
            values[field.key] = alice
        elif kind == "person":
            values[field.key] = PersonFactory(owner=alice)
        elif kind == "organization":
            values[field.key] = OrganizationFactory(owner=alice)
        else:
            values[field.key] = SIMPLE[kind][0]
    return values


def test_every_kind_is_tried_here():
    assert set(SIMPLE) | {"option", "options", "user", "person", "organization"} == set(KINDS)


@pytest.mark.parametrize("kind", SIMPLE)
def test_a_value_is_kept_and_read_back(alice, lead, kind):  # D8
    value, stored = SIMPLE[kind]
    field = FieldFactory(kind=kind)

    opportunities.change(lead, {field.key: value}, by=alice)

    lead.refresh_from_db()
    assert lead.custom == {str(field.pk): stored}
    assert present(lead, field.key) == value
    field.behaviour.check(stored, field)


def test_every_kind_survives_conversion_return_and_conversion_again(  # D8
    alice, lead, stages
):
    values = one_of_each(alice)
    opportunities.change(lead, values, by=alice)
    lead.refresh_from_db()
    custom = lead.custom
    assert len(custom) == len(KINDS)

    convert_leads([lead], into=stages[0], by=alice)
    deal = Deal.objects.get()
    assert deal.custom == custom
    assert {key: present(deal, key) for key in values} == values
    opportunities.change(deal, {next(iter(values)): "Changed as a deal"}, by=alice)
    return_to_leads([deal], by=alice)
    lead.refresh_from_db()
    assert lead.custom == custom | {next(iter(custom)): "Changed as a deal"}
    convert_leads([lead], into=stages[0], by=alice)

    deal.refresh_from_db()
    assert deal.custom == lead.custom


def test_an_undone_conversion_gives_them_back(alice, lead, stages):
    field = FieldFactory()
    opportunities.change(lead, {field.key: "Blue"}, by=alice)

    undo_conversion(convert_leads([lead], into=stages[0], by=alice), by=alice)

    lead.refresh_from_db()
    assert present(lead, field.key) == "Blue"


def test_they_stay_with_another_owner_another_team_and_another_pipeline(  # D9
    alice, charlie, stages
):
    values = one_of_each(alice)
    deal = DealFactory(owner=alice, stage=stages[0])
    opportunities.change(deal, values, by=alice)
    deal.refresh_from_db()
    custom = deal.custom

    opportunities.assign([deal], to=charlie, by=alice)
    move_deals([deal], to=StageFactory(), by=charlie)

    deal.refresh_from_db()
    assert (deal.owner, deal.custom) == (charlie, custom)


BAD = {
    "text": [5, "a\x00b", "\u202eabc", "a" * 256, "\ud800", ["x"]],
    "long_text": ["a" * 10_001, 7],
    "number": ["1e9999", "NaN", "Infinity", "abc", True, 1.5, "1" * 30, Decimal("1E+9999")],
    "money": [
        "12",
        {"amount": "1"},
        {"amount": "1e9999", "currency": "EUR"},
        {"amount": "1", "currency": "XXX"},
        {"amount": "1", "currency": ["EUR"]},
        (Decimal("NaN"), "EUR"),
    ],
    "date": ["2026-02-31", "31/02/2026", 20260101, datetime.datetime(2026, 1, 1)],
    "date_range": [DAY, (DAY,), (DAY, datetime.date(2025, 1, 1)), {"from": "2026-01-01"}],
    "time": ["25:00", 12, "noon"],
    "yes_no": ["yes", 1, 0],
    "phone": ["call me", "1" * 41],
    "email": ["zoe", "zoe@", "<script>@x.example"],
    "url": ["javascript:alert(1)", "ftp://x.example", "https://", "no way"],
    "option": [True, "1", {"id": "1"}, 10**30, 1.0],
    "options": ["ab", [True], [10**30]],
    "user": ["alice", True, {"name": "x"}],
    "person": ["Zoe"],
    "organization": [False],
    "address": ["a" * 501],
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_field_cannot_hold_is_refused_at_every_door(alice, lead, kind):
    field = FieldFactory(kind=kind)
    for value in BAD[kind]:
        with pytest.raises(ValidationError) as refused:
            opportunities.change(lead, {field.key: value}, by=alice)
        assert list(refused.value.message_dict) == [field.key], value
        draft = Lead(title="New", person=lead.person, custom={str(field.pk): value})
        with pytest.raises(ValidationError):
            open_lead(draft, by=alice)
    lead.refresh_from_db()
    assert lead.custom == {}


def test_a_new_record_holds_only_what_its_fields_would_store(alice, lead):
    number = FieldFactory(kind="number")

    for stored in (12, "12.0", None, ""):
        with pytest.raises(ValidationError):
            open_lead(
                Lead(title="New", person=lead.person, custom={str(number.pk): stored}), by=alice
            )
    made = open_lead(Lead(title="New", person=lead.person, custom={str(number.pk): "12"}), by=alice)

    assert present(made, number.key) == Decimal(12)


def test_a_field_that_is_not_there_is_refused_by_its_name(alice, lead):
    gone = FieldFactory(name="Colour")
    Field.objects.filter(pk=gone.pk).update(deleted_at=datetime.datetime.now(datetime.UTC))
    other = FieldFactory(of=Field.Of.PERSON)

    with pytest.raises(UnknownField, match="Colour"):
        opportunities.change(lead, {gone.key: "Blue"}, by=alice)
    for key in (
        "custom",
        other.key,
        "custom_999999999999999999999",
        "custom_",
        "custom_²",
        "custom_x",
    ):
        with pytest.raises(UnknownField):
            opportunities.change(lead, {key: "Blue"}, by=alice)


def test_nothing_says_nothing(alice, lead):
    field = FieldFactory()
    opportunities.change(lead, {field.key: "Blue"}, by=alice)

    operation = opportunities.change(lead, {field.key: ""}, by=alice)

    lead.refresh_from_db()
    assert lead.custom == {}
    assert operation.events.get().changes == {field.key: ["Blue", None]}
    assert opportunities.change(lead, {field.key: None}, by=alice) is None


@pytest.mark.parametrize(
    ("kind", "blank", "entry"),
    [("text", "  ", ""), ("long_text", "\n", ""), ("options", set(), [])],
)
def test_what_is_blank_once_it_is_cleaned_is_nothing(alice, lead, kind, blank, entry):
    field = FieldFactory(kind=kind, options=["Small"] if kind == "options" else [])
    said = list(field.options.all()) or "Blue"
    opportunities.change(lead, {field.key: said}, by=alice)

    opportunities.change(lead, {field.key: blank}, by=alice)

    lead.refresh_from_db()
    assert lead.custom == {}
    draft = Lead(title="New", person=lead.person, custom={str(field.pk): entry})
    with pytest.raises(ValidationError):
        open_lead(draft, by=alice)


def test_a_stale_change_tells_both_values(alice, lead):
    field = FieldFactory(name="Colour")
    opportunities.change(lead, {field.key: "Blue"}, by=alice)

    with pytest.raises(Stale, match="Colour") as stale:
        opportunities.change(lead, {field.key: "Red"}, seen={field.key: "Green"}, by=alice)

    assert (stale.value.seen, stale.value.found) == ("Green", "Blue")
    # Who wants what stands there already, or saw it, is not told off.
    assert opportunities.change(lead, {field.key: "Blue"}, seen={field.key: "x"}, by=alice) is None
    assert opportunities.change(lead, {field.key: "Red"}, seen={field.key: "Blue"}, by=alice)


def test_a_change_leaves_other_values_alone_even_those_of_deleted_fields(alice, lead):
    kept, gone, changed = FieldFactory(), FieldFactory(), FieldFactory()
    opportunities.change(lead, {kept.key: "a", gone.key: "b"}, by=alice)
    Field.objects.filter(pk=gone.pk).update(deleted_at=datetime.datetime.now(datetime.UTC))

    opportunities.change(lead, {changed.key: "c"}, by=alice)

    lead.refresh_from_db()
    assert lead.custom == {str(kept.pk): "a", str(gone.pk): "b", str(changed.pk): "c"}


def test_history_keeps_each_value_as_it_was_shown(alice, lead):
    values = one_of_each(alice)

    operation = opportunities.change(lead, values, by=alice)

    told = {key: after for key, (_before, after) in operation.events.get().changes.items()}
    by_kind = {field.kind: told[field.key] for field in fields_of(Field.Of.OPPORTUNITY)}
    assert by_kind["money"] == ["12500.5", "EUR"]
    assert by_kind["option"]["name"] == "a"
    assert [each["name"] for each in by_kind["options"]] == ["a", "b"]
    assert by_kind["user"] == {"id": alice.pk, "name": "Alice Martin"}
    assert by_kind["person"]["name"].startswith("Person ")
    assert by_kind["yes_no"] is False


@pytest.mark.parametrize("model", ["lead", "person"])
def test_a_change_is_undone(alice, lead, model):
    of = Field.Of.OPPORTUNITY if model == "lead" else Field.Of.PERSON
    record = lead if model == "lead" else lead.person
    change = opportunities.change if model == "lead" else contacts.change_person
    values = one_of_each(alice)
    Field.objects.update(of=of)
    first = change(record, values, by=alice)
    record.refresh_from_db()
    full = record.custom

    second = change(record, dict.fromkeys(values), by=alice)
    undo(second, by=alice)
    record.refresh_from_db()
    assert record.custom == full
    change(record, {next(iter(values)): "Since"}, by=alice)

    with pytest.raises(Stale):
        undo(first, by=alice)


def test_renaming_an_option_renames_it_everywhere_but_in_the_past(alice, lead):
    field = FieldFactory(kind="option", options=["Small"])
    small = field.options.get()
    opportunities.change(lead, {field.key: small}, by=alice)

    field.options.update(name="Tiny")

    lead.refresh_from_db()
    assert str(present(lead, field.key)) == "Tiny"
    assert Event.objects.latest("pk").changes[field.key][1]["name"] == "Small"
    # And whoever saw the old name may still save.
    seen = {field.key: {"id": small.pk, "name": "Small"}}
    assert opportunities.change(lead, {field.key: None}, seen=seen, by=alice)


@pytest.mark.parametrize("kind", ["option", "options"])
def test_nobody_chooses_an_archived_option_and_who_has_it_keeps_it(alice, manager, lead, kind):
    field = FieldFactory(kind=kind, options=["Small", "Large"])
    small, large = field.options.in_order()
    as_value = (lambda *chosen: list(chosen)) if kind == "options" else (lambda *chosen: chosen[-1])
    other = LeadFactory(owner=alice, person=lead.person)
    opportunities.change(lead, {field.key: as_value(small)}, by=alice)
    archive_option(small, by=manager)
    stored = [small.pk] if kind == "options" else small.pk
    draft = Lead(title="New", person=lead.person, custom={str(field.pk): stored})

    for act in (
        lambda: opportunities.change(other, {field.key: as_value(small)}, by=alice),
        lambda: set_fields([lead, other], {field.key: as_value(small)}, by=alice),
        lambda: open_lead(draft, by=alice),
    ):
        with pytest.raises(ValidationError) as refused:
            act()
        assert list(refused.value.message_dict) == [field.key]
    assert set_fields([lead], {field.key: as_value(small)}, by=alice) is None
    changed = opportunities.change(lead, {field.key: as_value(small, large)}, by=alice)
    undo(changed, by=alice)
    opportunities.change(lead, {field.key: as_value(small)}, by=alice)

    lead.refresh_from_db()
    assert lead.custom == {str(field.pk): stored}


def test_undo_gives_a_person_back_an_option_archived_since(alice, manager, lead):
    field = FieldFactory(kind="option", options=["Small"], of=Field.Of.PERSON)
    small = field.options.get()
    contacts.change_person(lead.person, {field.key: small}, by=alice)
    cleared = contacts.change_person(lead.person, {field.key: None}, by=alice)
    archive_option(small, by=manager)

    undo(cleared, by=alice)

    lead.person.refresh_from_db()
    assert present(lead.person, field.key) == small


def test_a_person_deleted_a_moment_ago_is_not_named_any_more(alice, lead):
    field = FieldFactory(kind="person")
    zoe = PersonFactory(owner=alice)
    contacts.delete([zoe], by=alice)

    with pytest.raises(Missing):
        opportunities.change(lead, {field.key: zoe}, by=alice)
    draft = Lead(title="New", person=lead.person, custom={str(field.pk): zoe.pk})
    with pytest.raises(Missing):
        open_lead(draft, by=alice)


@pytest.mark.parametrize("is_deleted", [False, True])
def test_who_a_value_points_at_is_still_linked(alice, lead, is_deleted):
    field = FieldFactory(kind="person")
    zoe, other = PersonFactory(owner=alice), PersonFactory(owner=alice)
    opportunities.change(lead, {field.key: zoe}, by=alice)
    if is_deleted:  # it may be restored, and its values with it
        Field.objects.update(deleted_at=datetime.datetime.now(datetime.UTC))

    with pytest.raises(contacts.StillLinked) as refused:
        contacts.delete([zoe], by=alice)
    assert refused.value.records == [lead]
    assert contacts.delete([other], by=alice)


@pytest.mark.django_db
def test_fields_come_in_one_statement_those_of_a_group_together(django_assert_num_queries):
    FieldFactory(name="c", group="Later")
    FieldFactory(name="a", kind="option", options=["x", "y"])
    FieldFactory(name="d", group="Later")
    FieldFactory(name="b", kind="options", options=["z"])
    FieldFactory(of=Field.Of.PERSON)

    with django_assert_num_queries(1):
        found = fields_of(Field.Of.OPPORTUNITY)
        options = [[option.name for option in field.choices] for field in found]

    assert [field.name for field in found] == ["a", "b", "c", "d"]
    assert options == [["x", "y"], ["z"], [], []]


def test_names_of_all_kinds_cost_a_statement(alice, django_assert_num_queries):
    values = one_of_each(alice)
    leads = LeadFactory.create_batch(3, owner=alice, person=PersonFactory(owner=alice))
    fields = fields_of(Field.Of.OPPORTUNITY)
    with django_assert_num_queries(0):
        assert names_of(leads, fields) == {}
    for lead in leads:
        write(lead, values)

    with django_assert_num_queries(1):
        names = names_of(leads, fields)

    assert names["user", alice.pk] == "Alice Martin"
    assert len(names) == 3


@pytest.mark.django_db
@pytest.mark.parametrize("factory", [LeadFactory, DealFactory, PersonFactory, OrganizationFactory])
def test_the_database_holds_nothing_but_a_mapping(factory):
    record = factory()

    with pytest.raises(IntegrityError, match="custom_is_an_object"), transaction.atomic():
        type(record).objects.filter(pk=record.pk).update(custom=[1])


def test_people_and_organizations_are_made_with_values(alice):
    for of, create, model in (
        (Field.Of.PERSON, contacts.create_person, Person),
        (Field.Of.ORGANIZATION, contacts.create_organization, Organization),
    ):
        field = FieldFactory(of=of, kind="number")
        made = create(model(name="New", custom={str(field.pk): "5"}), by=alice)
        assert present(made, field.key) == 5
        with pytest.raises(ValidationError):
            create(model(name="New", custom={str(field.pk): 5}), by=alice)


@pytest.mark.parametrize("kind", KINDS)
def test_what_can_be_sorted_sorts_with_nothing_at_one_end(alice, kind):
    field = FieldFactory(kind=kind)
    expression = field.behaviour.sort_expression(field)
    if expression is None:
        assert kind in (
            "long_text",
            "address",
            "option",
            "options",
            "user",
            "person",
            "organization",
        )
        return
    low, high = {
        "number": (Decimal(9), Decimal(10)),
        "money": (Money(Decimal(9), "EUR"), Money(Decimal(10), "CHF")),
        "date": (DAY, datetime.date(2027, 1, 1)),
        "date_range": (
            DateRange(DAY, DAY),
            DateRange(datetime.date(2027, 1, 1), datetime.date(2027, 1, 2)),
        ),
        "time": (datetime.time(9), datetime.time(10)),
        "yes_no": (False, True),
        "email": ("A@x.example", "b@x.example"),
        "url": ("https://a.example", "https://B.example"),
        "phone": ("01", "02"),
    }.get(kind, ("Élan", "zinc"))
    person = PersonFactory(owner=UserFactory())
    leads = [LeadFactory(owner=alice, person=person) for _value in range(3)]
    for lead, value in zip(leads, (high, low, None), strict=True):
        opportunities.change(lead, {field.key: value}, by=alice)

    ordered = Lead.objects.alias(by=expression).order_by("by")

    assert list(ordered) == [leads[1], leads[0], leads[2]]
