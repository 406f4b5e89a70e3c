"""What a company added to its leads, when several of them become one."""

import uuid
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.services import delete
from core.errors import Missing, Stale
from custom_fields.kinds import DateRange, Money
from custom_fields.models import Field
from custom_fields.services import delete_field
from custom_fields.values import UnknownField
from leads.merging import merge_leads
from leads.models import Lead
from opportunities import services as opportunities
from opportunities.facts import as_seen, facts_about, fullest
from tests.factories import FieldFactory, LeadFactory, OrganizationFactory, PersonFactory
from tests.house.reading import main_form
from tests.web import assert_part_of_page, htmx

pytestmark = pytest.mark.django_db

MERGE = "/leads/merge/"


@pytest.fixture
def leads(alice):
    """Anvil, the older one, and Bolt: two leads of one person."""
    person = PersonFactory(owner=alice)
    return [LeadFactory(owner=alice, person=person, title=title) for title in ("Anvil", "Bolt")]


def say(lead, by, **values):
    opportunities.change(lead, values, by=by)


def kept(lead):
    return Lead.everything.get(pk=lead.pk).custom


def address(leads):
    return MERGE + "?" + "&".join(f"ids={lead.pk}" for lead in leads)


def shown_by(client, leads):
    return main_form(client.get(address(leads)), MERGE).fields


# --- What becomes true ---


def test_what_the_lead_that_stays_does_not_say_comes_from_the_oldest_that_does(leads, alice):
    size, color, _silent = (FieldFactory(name=name) for name in ("Size", "Color", "Silent"))
    third = LeadFactory(owner=alice, person=leads[0].person)
    say(leads[0], alice, **{size.key: "small"})
    say(leads[1], alice, **{size.key: "large", color.key: "blue"})
    say(third, alice, **{color.key: "red"})

    merge_leads([*leads, third], into=leads[0], by=alice)

    assert kept(leads[0]) == {str(size.pk): "small", str(color.pk): "blue"}


def test_a_choice_wins_and_values_are_kept_as_their_kind_keeps_them(leads, alice, bob):
    size = FieldFactory(kind="option", options=["Small", "Large"])
    offers = FieldFactory(kind="options", options=["A", "B"])
    expert, user = FieldFactory(kind="person"), FieldFactory(kind="user")
    budget, months = FieldFactory(kind="money"), FieldFactory(kind="date_range")
    person = PersonFactory(owner=alice, name="Ada")
    one = {
        size.key: size.options.get(name="Small"),
        offers.key: list(offers.options.filter(name="A")),
        expert.key: PersonFactory(owner=alice),
        user.key: alice,
        budget.key: Money(Decimal(5), "EUR"),
        months.key: DateRange(date(2026, 1, 1), date(2026, 2, 1)),
    }
    large = size.options.get(name="Large")
    two = {
        size.key: large,
        offers.key: list(offers.options.all()),
        expert.key: person,
        user.key: bob,
        budget.key: Money(Decimal("7.5"), "USD"),
        months.key: DateRange(date(2026, 3, 1), date(2026, 4, 1)),
    }
    say(leads[0], alice, **one)
    say(leads[1], alice, **two)

    operation = merge_leads(leads, into=leads[0], values=two, by=alice)

    assert kept(leads[0]) == kept(leads[1])
    assert kept(leads[0])[str(expert.pk)] == person.pk
    changes = operation.events.get(subject_id=leads[0].pk).changes
    assert changes[size.key][1] == {"id": large.pk, "name": "Large"}
    assert changes[expert.key][1] == {"id": person.pk, "name": "Ada"}
    assert changes[budget.key] == [["5", "EUR"], ["7.5", "USD"]]


def test_no_is_an_answer_and_zero_is_a_number(leads, alice):
    agreed, number = FieldFactory(kind="yes_no"), FieldFactory(kind="number")
    say(leads[0], alice, **{agreed.key: False, number.key: 0})
    say(leads[1], alice, **{agreed.key: True, number.key: 9})

    merge_leads(leads, into=leads[0], by=alice)

    assert kept(leads[0]) == {str(agreed.pk): False, str(number.pk): "0"}


def test_what_it_says_in_a_deleted_field_stays(leads, alice, admin):
    gone, size = FieldFactory(name="Gone"), FieldFactory(name="Size")
    say(leads[0], alice, **{gone.key: "mine"})
    say(leads[1], alice, **{gone.key: "theirs", size.key: "large"})
    delete_field(gone, by=admin)

    operation = merge_leads(leads, into=leads[0], by=alice)

    assert kept(leads[0]) == {str(gone.pk): "mine", str(size.pk): "large"}
    assert gone.key not in operation.events.get(subject_id=leads[0].pk).changes


def test_what_was_taken_away_by_choice_is_gone(leads, alice):
    size = FieldFactory()
    say(leads[0], alice, **{size.key: "small"})

    merge_leads(leads, into=leads[0], values={size.key: None}, by=alice)

    assert kept(leads[0]) == {}


def test_fields_count_for_the_fullest(leads, alice):
    say(leads[1], alice, **{FieldFactory().key: "large"})

    assert fullest(leads, facts_about(list(Lead.objects.order_by("pk")))) == leads[1]


@pytest.mark.parametrize("number", [2, 5])
def test_the_number_of_statements_depends_on_nothing(alice, number, signed_in):
    person = PersonFactory(owner=alice)
    leads = [LeadFactory(owner=alice, person=person) for _n in range(number)]
    for _n in range(number):
        size = FieldFactory(kind="option", options=["Small", "Large"])
        fields = [FieldFactory(kind=kind) for kind in ("text", "person", "organization", "user")]
        for lead, option in zip(leads, [*size.options.all()] * number, strict=False):
            values = ("x", PersonFactory(owner=alice), OrganizationFactory(owner=alice), alice)
            keys = [size.key, *(field.key for field in fields)]
            say(lead, alice, **dict(zip(keys, (option, *values), strict=True)))
    Lead.objects.filter(pk=leads[0].pk).update(custom={})
    client = signed_in(alice)

    with CaptureQueriesContext(connection) as shown:
        assert client.get(address(leads)).status_code == 200
    with CaptureQueriesContext(connection) as merged:
        merge_leads(leads, into=leads[0], by=alice)

    # As without any value (there are no labels or followers to unite, two statements), and the
    # names of people, organizations and users at once.
    assert (len(shown), len(merged)) == (15 + 1, 30 - 2 + 1)


# --- Refused ---


def test_what_changed_meanwhile_is_told_with_both_values(leads, alice):
    size = FieldFactory(name="Size", kind="option", options=["Small", "Large"])
    small, large = size.options.order_by("pk")
    say(leads[1], alice, **{size.key: small})
    leads = list(Lead.objects.order_by("pk"))
    seen = as_seen(leads, facts_about(leads))
    say(leads[1], alice, **{size.key: large})

    with pytest.raises(Stale, match="“Size” of “Bolt”") as refused:
        merge_leads(leads, into=leads[0], seen=seen, by=alice)
    assert (refused.value.seen["name"], refused.value.found["name"]) == ("Small", "Large")


def test_a_field_that_is_not_there_is_refused(leads, alice, admin):
    gone, of_people = FieldFactory(name="Gone"), FieldFactory(of=Field.Of.PERSON)
    delete_field(gone, by=admin)

    for key in (gone.key, of_people.key, "custom_x", f"custom_{10**20}"):
        with pytest.raises(UnknownField):
            merge_leads(leads, into=leads[0], values={key: "x"}, by=alice)
    assert Lead.objects.count() == 2


def test_a_person_nobody_named_before_must_still_be_there(leads, alice):
    expert, person = FieldFactory(kind="person"), PersonFactory(owner=alice)
    delete([person], by=alice)

    with pytest.raises(Missing):
        merge_leads(leads, into=leads[0], values={expert.key: person}, by=alice)


# --- The page ---


def test_where_leads_differ_somebody_chooses_among_what_people_read(leads, alice, signed_in):
    size = FieldFactory(name="Size", kind="option", options=["Small", "Large"])
    start, same = FieldFactory(kind="date"), FieldFactory(name="Same")
    budget, at, agreed = (FieldFactory(kind=kind) for kind in ("money", "time", "yes_no"))
    for lead, option, day, amount, time, answer in zip(
        leads, size.options.order_by("pk"), ("2020-12-03", "2021-01-04"), (1200, 3400),
        ("15:30", "16:00"), (True, False), strict=True,
    ):  # fmt: skip
        say(lead, alice, **{
            size.key: option, start.key: day, budget.key: (amount, "EUR"), at.key: time,
            agreed.key: answer, same.key: "as ever",
        })  # fmt: skip
    client = signed_in(alice)

    page = client.get(address(leads))

    dated = "3\u00a0Dec\u00a02020"
    for words in ("Small", "Large", dated, "€1,200", "€3,400", "15:30", "yes", "no"):
        assert f"<span>{words}</span>" in page.text
    assert page.text.count("as ever") == 2
    fields = main_form(page, MERGE).fields
    open_ones = {name for name in fields if name.startswith("take_custom")}
    assert open_ones == {f"take_{f.key}" for f in (size, start, budget, at, agreed)}
    assert_part_of_page(client, address(leads), "merge")

    answer = client.post(MERGE, fields | {f"take_{size.key}": leads[1].pk})

    assert answer.status_code == 302
    assert kept(leads[0])[str(size.pk)] == size.options.get(name="Large").pk
    assert kept(leads[0])[str(budget.pk)] == {"amount": "1200", "currency": "EUR"}


def test_long_texts_may_stand_one_under_the_other(leads, alice, signed_in):  # G7
    notes, line = FieldFactory(kind="long_text"), FieldFactory(kind="text")
    say(leads[0], alice, **{notes.key: "first\nline", line.key: "one"})
    say(leads[1], alice, **{notes.key: "<b>second</b>", line.key: "two"})
    client = signed_in(alice)
    page = client.get(address(leads))
    assert page.text.count("Both, one under the other") == 1

    sent = main_form(page, MERGE).fields
    answer = client.post(MERGE, sent | {f"take_{line.key}": "together"}, headers=htmx("merge"))
    assert answer.status_code == 422
    answer = client.post(MERGE, sent | {f"take_{notes.key}": "together"})

    assert answer.status_code == 302
    text = "first\nline\n\n<b>second</b>"
    assert kept(leads[0]) == {str(notes.pk): text, str(line.pk): "one"}
    shown = client.get(leads[0].get_absolute_url()).text
    assert "&lt;b&gt;second&lt;/b&gt;" in shown


def test_texts_that_are_too_long_together_are_chosen_from(leads, alice, signed_in):
    notes = FieldFactory(kind="long_text")
    for lead, letter in zip(leads, "ab", strict=True):
        say(lead, alice, **{notes.key: letter * 6000})
    third = LeadFactory(owner=alice, person=leads[0].person)
    client = signed_in(alice)

    assert "one under the other" not in client.get(address(leads)).text
    say(leads[0], alice, **{notes.key: "a"})
    say(leads[1], alice, **{notes.key: "b"})
    say(third, alice, **{notes.key: "c"})
    assert "All, one under the other" in client.get(address([*leads, third])).text


def test_hostile_text_stays_text(leads, alice, signed_in):
    evil = '<script>alert(1)</script>"><img src=x>'
    kinds = ("text", "long_text", "address", "option", "options", "person")
    for kind in kinds:
        field = FieldFactory(kind=kind, name=f"{evil} {kind}", options=[f"{evil} a", f"{evil} b"])
        for lead, option in zip(leads, field.options.order_by("pk"), strict=True):
            value = {
                "option": option,
                "options": [option],
                "person": PersonFactory(owner=alice, name=evil),
            }
            say(lead, alice, **{field.key: value.get(kind, f"{evil} {lead.pk}")})
    client = signed_in(alice)

    page = client.get(address(leads))
    answer = client.post(MERGE, main_form(page, MERGE).fields | {"seen": "forged"})

    for text in (page.text, answer.text):
        assert "<script>alert" not in text
        assert "<img src=x>" not in text
        assert text.count("&lt;script&gt;alert(1)") >= 3 * len(kinds)


def test_a_change_meanwhile_is_asked_again(leads, alice, bob, signed_in):
    size, agreed = FieldFactory(name="Size"), FieldFactory(name="Agreed", kind="yes_no")
    say(leads[0], alice, **{size.key: "small"})
    say(leads[1], alice, **{size.key: "large", agreed.key: True})
    client = signed_in(alice)
    sent = shown_by(client, leads) | {f"take_{size.key}": leads[1].pk}
    say(leads[1], alice, **{size.key: "huge", agreed.key: False})

    answer = client.post(MERGE, sent, headers=htmx("merge"))

    assert answer.status_code == 409
    assert "Size of “Bolt” changed from “large” to “huge” meanwhile." in answer.text
    assert "Agreed of “Bolt” changed from “yes” to “no” meanwhile." in answer.text
    assert client.post(MERGE, main_form(answer, MERGE).fields).status_code == 302
    assert Lead.objects.get().custom == {str(size.pk): "huge", str(agreed.pk): False}


def test_a_field_that_came_or_went_meanwhile_stops_nobody(leads, alice, admin, signed_in):
    gone = FieldFactory()
    say(leads[0], alice, **{gone.key: "a"})
    say(leads[1], alice, **{gone.key: "b"})
    client = signed_in(alice)
    sent = shown_by(client, leads) | {"token": uuid.uuid4()}
    FieldFactory(name="New")
    delete_field(gone, by=admin)

    assert client.post(MERGE, sent).status_code == 302
    assert kept(leads[0]) == {str(gone.pk): "a"}
