"""Calculated fields: added, changed, deleted; what their formulas may name, and what refuses."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.policies import NotAllowed
from custom_fields import services
from custom_fields.formulas.names import as_written, words_for
from custom_fields.models import Field
from custom_fields.queries import calculated_fields, fields_by_of, fields_named, fields_of
from custom_fields.values import UnknownField, write
from history.models import Event
from history.services import undo
from tests.factories import DealFactory, FieldFactory, LeadFactory

OPPORTUNITY = Field.Of.OPPORTUNITY


def add(formula, by, **values):
    values = {"name": f"Field for {formula}"[:60], **values}
    field = Field(of=OPPORTUNITY, kind="calculated", formula=formula, **values)
    return services.add_field(field, by=by)


def wrong(formula, by, **values):
    """What is said of ``formula``, and the spot in it."""
    with pytest.raises(ValidationError) as refused:
        add(formula, by, **values)
    [error] = refused.value.error_dict["formula"]
    return error.words, error.around(formula)[1]


def test_a_formula_is_kept_by_the_keys_of_what_it_names(manager):
    fee = FieldFactory(name="Setup fee", kind="money")

    field = add(" value * 0.08 + Setup_Fee ", manager, is_money=True)

    field.refresh_from_db()
    assert field.formula == f"value * 0.08 + {fee.key}"
    services.change_field(fee, {"name": "Entry fee"}, by=manager)
    [found] = calculated_fields()
    assert as_written(found) == "value * 0.08 + entry_fee"
    assert Event.objects.get(subject_id=field.pk).verb == "custom_field.created"


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("Setup fee", "setup_fee"),
        ("  Größe (Œuvre) ", "grosse_oeuvre"),
        ("Élan n°2", "elan_n_2"),
        ("2nd fee", "nd_fee"),
        ("Value", "value_{pk}"),
        ("Max", "max_{pk}"),
        ("custom 99", "custom_{pk}"),
        ("預算", "custom_{pk}"),
        ("!", "custom_{pk}"),
    ],
)
def test_the_word_of_a_field(db, name, word):
    field = FieldFactory(name=name)
    assert words_for([field]) == {field.key: word.format(pk=field.pk)}


def test_of_two_alike_the_younger_has_its_number(db):
    first, second, third = (FieldFactory(name=name) for name in ("Fee (a)", "Fee [a]", "Fee: a"))
    assert words_for([third, second, first]) == {
        first.key: "fee_a",
        second.key: f"fee_a_{second.pk}",
        third.key: f"fee_a_{third.pk}",
    }


def test_what_cannot_work_is_told_where(manager):
    FieldFactory(name="Notes", kind="long_text")
    FieldFactory(name="Seats", kind="number")
    number, money = "a number", "an amount of money"
    for formula, words, spot in [
        ("1 + budgt", "There is nothing called “budgt”.", "budgt"),
        ("seets * 2", "There is nothing called “seets”. Is it “seats”?", "seets"),
        ("1 + notes", "“Notes” cannot be calculated with", "notes"),
        ("round * 2", "“round” needs brackets, like round(value * 0.08, 2)", "round"),
        ("sqrt(2)", "There is no function “sqrt”.", "sqrt(2"),
        ("custom_99999", "There is nothing called “custom_99999”.", "custom_99999"),
        ("abs(1, 2)", "“abs” takes 1 part.", "abs(1, 2"),
        ("days(today)", "“days” takes 2 parts, with commas between.", "days(today"),
        ("min(1)", "“min” takes 2 parts or more, with commas between.", "min(1"),
        ("min()", "“min” takes 2 parts or more, with commas between.", "min"),
        ("1 + (today + 2)", "“+” cannot join a day and a number.", "today + 2"),
        ("value * value", f"“*” cannot join {money} and {money}.", "value * value"),
        ("value + seats", f"“+” cannot join {money} and {number}. Multiply", "value + seats"),
        ("seats / value", f"“/” cannot join {number} and {money}. Multiply", "seats / value"),
        ("-today", "“-” cannot stand before a day.", "-today"),
        ("if(1, 2, 3)", "“if” cannot work with this. An example:", "if(1, 2, 3"),
        ("max(1, today)", "“max” cannot work with this.", "max(1, today"),
        ("round(1, seats)", "with a whole number from 0 to 6", "seats"),
        ("round(1, 7)", "with a whole number from 0 to 6", "7"),
        ("round(1, 1.5)", "with a whole number from 0 to 6", "1.5"),
        ("is_open", "This gives yes or no.", "is_open"),
        ("max(won, today)", "This gives a day.", "max(won, today"),
        ("value * 2", "This gives an amount of money, and not a number.", "value * 2"),
    ]:
        said, marked = wrong(formula, manager)
        assert words in said
        assert marked == spot
    assert "This gives a number" in wrong("seats * 1 / 2 + age", manager, is_money=True)[0]
    assert "at most 500 characters" in wrong("+".join(["1" * 18] * 27), manager)[0]
    assert not Field.objects.filter(kind="calculated").exists()


def test_a_number_times_one_counts_as_an_amount(manager):
    FieldFactory(name="Seats", kind="number")
    add("value + seats * 1", manager, is_money=True)
    add("seats * 10", manager, name="a", is_money=True)
    add("seats * 10", manager, name="b", is_money=False)


def test_no_circle_however_long(manager):
    first = add("1", manager, name="First")
    second = add("first + 1", manager, name="Second")
    third = add("second + 1", manager, name="Third")

    for field, formula, words in [
        (first, "1 + third", "in a circle: First → Third → Second → First."),
        (first, "first + 1", "A formula cannot use its own field."),
        (second, "third", "in a circle: Second → Third → Second."),
    ]:
        with pytest.raises(ValidationError) as refused:
            services.change_field(field, {"formula": formula}, by=manager)
        [error] = refused.value.error_dict["formula"]
        assert words in error.words
        assert error.around(formula)[1] in ("third", "first")
    third.refresh_from_db()
    assert third.formula == f"{second.key} + 1"


def test_formulas_within_formulas_have_an_end(manager):
    add("+".join("1" * 40), manager, name="wide")  # 79 parts
    add("wide + wide", manager, name="wider")
    assert "at most 200 parts" in wrong("wider + wide", manager)[0]
    add("1", manager, name="s1")
    for n in range(1, 5):
        add(f"s{n}", manager, name=f"s{n + 1}")
    assert "At most 5 calculated fields may use one another." in wrong("s5", manager)[0]


def test_what_others_use_stays_usable_for_them(manager):
    base = add("value", manager, name="Base", is_money=True)
    add("base + base", manager, name="Sum", is_money=True)
    add("sum * 2", manager, name="Double", is_money=True)

    for values in ({"is_money": False, "formula": "age"}, {"formula": "+".join(["value"] * 60)}):
        with pytest.raises(ValidationError, match="uses this field and could not be calculated"):
            services.change_field(base, values, by=manager)
    services.change_field(base, {"formula": "value * 2"}, by=manager)
    base.refresh_from_db()
    assert base.formula == "value * 2"


def test_a_field_that_a_formula_names_cannot_be_deleted(manager):
    seats = FieldFactory(name="Seats", kind="number")
    total = add("seats * 2", manager, name="Total")

    with pytest.raises(services.InUse, match="“Seats” stays: the formula of “Total” uses it"):
        services.delete_field(seats, by=manager)

    operation = services.delete_field(total, by=manager)
    deletion = services.delete_field(seats, by=manager)
    with pytest.raises(services.NotCalculable, match=r"“Total” cannot .*: “Seats” was deleted"):
        undo(operation, by=manager)
    undo(deletion, by=manager)
    undo(operation, by=manager)
    assert calculated_fields() == [total]


def test_a_key_that_begins_alike_is_no_use(manager):
    seats = FieldFactory(name="Seats", kind="number")
    longer = FieldFactory(pk=seats.pk * 10, name="Longer", kind="number")
    add("longer", manager)
    services.delete_field(seats, by=manager)
    with pytest.raises(services.InUse):
        services.delete_field(longer, by=manager)


def test_the_history_tells_the_formula_in_words(manager):
    fee = FieldFactory(name="Fee", kind="money")
    field = add("value", manager, name="Commission", is_money=True)

    services.change_field(field, {"formula": "value + fee", "digits": 0}, by=manager)
    assert services.change_field(field, {"formula": f"value + {fee.key}"}, by=manager) is None

    event = Event.objects.filter(subject_id=field.pk).latest("pk")
    assert event.changes == {"formula": ["value", "value + fee"], "digits": [2, 0]}


def test_only_who_configures_and_only_what_may_change(alice, manager):
    with pytest.raises(NotAllowed):
        add("1", alice)
    field = add("1", manager)
    with pytest.raises(NotAllowed):
        services.change_field(field, {"formula": "2"}, by=alice)
    with pytest.raises(services.KindStays):
        services.change_field(field, {"kind": "number"}, by=manager)
    with pytest.raises(services.KindStays):
        services.change_field(FieldFactory(), {"formula": "2"}, by=manager)
    with pytest.raises(services.NotSortable):
        services.set_sortable(field, True, by=manager)
    with pytest.raises(services.NoOptions):
        services.add_option(field, "Small", by=manager)
    with pytest.raises(ValidationError, match="at most 4 decimals"):
        add("value", manager, is_money=True, digits=5)
    with pytest.raises(ValidationError):
        add("1", manager, digits=7)


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "calculated", "formula": ""},
        {"kind": "text", "formula": "1"},
        {"kind": "calculated", "formula": "1", "of": "person"},
        {"kind": "calculated", "formula": "1", "is_required": True},
        {"kind": "calculated", "formula": "1", "is_sortable": True},
        {"kind": "calculated", "formula": "1", "digits": 7},
    ],
)
def test_the_database_refuses(db, values):
    with pytest.raises(IntegrityError), transaction.atomic():
        FieldFactory(**values)


def test_nobody_fills_in_a_calculated_field(alice, manager):
    field = add("1", manager)
    assert field not in fields_of(OPPORTUNITY)
    assert fields_named([field.key], OPPORTUNITY) == {}
    assert fields_by_of()[OPPORTUNITY] == []
    assert fields_by_of()["calculated"] == [field]
    for record in (LeadFactory(owner=alice), DealFactory(owner=alice)):
        with pytest.raises(UnknownField):
            write(record, {field.key: 5})


def test_it_costs_the_same_with_many_fields(manager, django_assert_num_queries):
    for n in range(5):
        FieldFactory(name=f"Fee {n}", kind="money")
        add("value", manager, name=f"Copy {n}", is_money=True)
    field = add("value + fee_1 + copy_2", manager, name="All", is_money=True)
    # A savepoint (2), all fields, five constraints in savepoints (15), the field, the history (2).
    with django_assert_num_queries(21):
        services.change_field(field, {"formula": "value + copy_3"}, by=manager)
