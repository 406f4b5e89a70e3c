"""Custom fields where records are: in their forms, on their pages, in their history."""

import datetime
from decimal import Decimal

import pytest

from accounts.models import Visibility
from core.forms import plain_number
from custom_fields.kinds import KINDS, DateRange, Money
from custom_fields.models import Field
from custom_fields.values import write
from deals.models import Deal
from leads.models import Lead
from opportunities import services as opportunities
from tests.custom_fields.test_values import DAY, SIMPLE, one_of_each
from tests.factories import (
    DealFactory,
    FieldFactory,
    LeadFactory,
    OrganizationFactory,
    PersonFactory,
)
from tests.factories.custom_fields import present
from tests.house.reading import main_form
from tests.web import htmx

PAGES = ("lead", "deal", "person", "organization")


@pytest.fixture
def records(alice, stages):
    organization = OrganizationFactory(owner=alice, name="Lac")
    person = PersonFactory(owner=alice, name="Zoé Martel", organization=organization)
    return {
        "lead": LeadFactory(owner=alice, person=person, title="Anvil"),
        "deal": DealFactory(owner=alice, person=person, stage=stages[0], title="Bell"),
        "person": person,
        "organization": organization,
    }


def of(kind):
    return {"person": Field.Of.PERSON, "organization": Field.Of.ORGANIZATION}.get(
        kind, Field.Of.OPPORTUNITY
    )


def edit_url(record):
    return f"{record.get_absolute_url()}edit/"


def sent(client, url, **typed):
    """The form at ``url`` as a browser sends it back, with what was typed besides."""
    return main_form(client.get(url), url).fields | typed


TYPED = {
    "text": {"": "Blue"},
    "long_text": {"": "Two\r\nlines"},
    "number": {"": "-12.50"},
    "money": {"_0": "12 500,50", "_1": "EUR"},
    "date": {"": "2026-11-26"},
    "date_range": {"_0": "2026-11-26", "_1": "2026-11-26"},
    "time": {"": "15:30"},
    "yes_no": {"": "no"},
    "phone": {"": "+33 1 23 45 67 89"},
    "email": {"": "zoe@lac.example"},
    "url": {"": "lac.example/a?b=c"},
    "address": {"": "1 rue du Lac\r\n75000 Paris"},
}


@pytest.mark.parametrize("what", PAGES)
@pytest.mark.parametrize("kind", TYPED)
def test_what_is_typed_is_kept_shown_and_typed_again_unchanged(
    alice, records, signed_in, what, kind
):  # D8
    field, record, client = FieldFactory(of=of(what), kind=kind), records[what], signed_in(alice)
    typed = {field.key + part: text for part, text in TYPED[kind].items()}
    url = edit_url(record)

    answer = client.post(url, sent(client, url, **typed))

    assert answer.status_code == 302, answer.context["form"].errors
    record.refresh_from_db()
    assert present(record, field.key) == SIMPLE[kind][0]
    assert field.name in client.get(record.get_absolute_url()).text
    changed = record.updated_at
    again = client.post(url, sent(client, url))
    assert again.status_code == 302
    record.refresh_from_db()
    assert (record.updated_at, present(record, field.key)) == (changed, SIMPLE[kind][0])


@pytest.mark.parametrize("what", PAGES)
def test_what_is_chosen_is_kept_and_shown(alice, records, signed_in, what):
    record, client = records[what], signed_in(alice)
    values = {key: value for key, value in one_of_each(alice).items() if not isinstance(value, str)}
    Field.objects.update(of=of(what))
    pointing = Field.objects.filter(
        kind__in=["option", "options", "user", "person", "organization"]
    )
    typed = {}
    for field in pointing:
        value = values[field.key]
        typed[field.key] = [each.pk for each in value] if isinstance(value, list) else value.pk
    url = edit_url(record)

    answer = client.post(url, sent(client, url, **typed))

    assert answer.status_code == 302, answer.context["form"].errors
    record.refresh_from_db()
    page = client.get(record.get_absolute_url()).text
    for field in pointing:
        assert present(record, field.key) == values[field.key]
        shown = values[field.key]
        for each in shown if isinstance(shown, list) else [shown]:
            assert str(each) in page
    again = sent(client, url)
    before = record.updated_at
    assert client.post(url, again).status_code == 302
    record.refresh_from_db()
    assert record.updated_at == before


def new_of(what, alice, records):
    if what in ("lead", "deal"):
        new = {"title": "New", "person": records["person"].pk, "owner": alice.pk}
        return f"/{what}s/new/", new
    return f"/{'people' if what == 'person' else 'organizations'}/new/", {"name": "New"}


@pytest.mark.parametrize("what", PAGES)
def test_a_new_record_begins_with_them(alice, records, signed_in, what):
    field, client = FieldFactory(of=of(what), kind="money"), signed_in(alice)
    url, new = new_of(what, alice, records)
    typed = {f"{field.key}_0": "12,500.50", f"{field.key}_1": "CHF"}

    answer = client.post(url, sent(client, url, **new, **typed))

    assert answer.status_code == 302
    made = type(records[what]).objects.latest("pk")
    assert present(made, field.key) == Money(Decimal("12500.50"), "CHF")


@pytest.mark.parametrize("what", PAGES)
def test_what_is_required_is_asked_for_but_for_deals(alice, records, signed_in, what):
    """What a deal needs depends on its pipeline."""
    fields = [
        FieldFactory(of=of(what), kind=kind, name=f"A {kind}", is_required=True) for kind in TYPED
    ]
    client = signed_in(alice)
    for url, new in ((edit_url(records[what]), {}), new_of(what, alice, records)):
        answer = client.post(url, sent(client, url, **new))
        if what == "deal":
            assert answer.status_code == 302
        else:
            assert answer.status_code == 422
            assert {field.key for field in fields} <= set(answer.context["form"].errors)


WRONG = {
    "number": [{"": "1e9999"}, {"": "twelve"}, {"": "9" * 40}, {"": "NaN"}],
    "money": [{"_0": "1e9999"}, {"_0": "1", "_1": ""}, {"_0": "1", "_1": "XXX"}],
    "date": [{"": "31/02/2026"}, {"": "2026-02-31"}, {"": "9" * 5000}],
    "date_range": [
        {"_0": "2026-02-31", "_1": "2026-03-01"},
        {"_0": "2026-02-01", "_1": ""},
        {"_0": "2026-02-02", "_1": "2026-02-01"},
    ],
    "time": [{"": "25:00"}, {"": "half past"}],
    "yes_no": [{"": "perhaps"}],
    "phone": [{"": "call me"}],
    "email": [{"": "zoe@"}],
    "url": [{"": "javascript:alert(1)"}, {"": "https://"}],
    "text": [{"": "a" * 256}, {"": "a\u202eb"}],
    "option": [{"": "999999"}, {"": "x"}],
    "options": [{"": "999999"}],
    "user": [{"": "999999"}, {"": "x"}],
    "person": [{"": "999999999999999999999"}, {"_text": "Nobody"}],
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_makes_no_sense_is_told_at_its_place_and_stays(alice, records, signed_in, kind):
    field, lead, client = FieldFactory(kind=kind), records["lead"], signed_in(alice)
    url = edit_url(lead)
    for wrong in WRONG[kind]:
        typed = {field.key + part: text for part, text in wrong.items()}
        answer = client.post(url, sent(client, url, **typed, title="Typed"))
        assert answer.status_code == 422, wrong
        assert set(answer.context["form"].errors) == {field.key}
        assert "Typed" in answer.text
    lead.refresh_from_db()
    assert (lead.custom, lead.title) == ({}, "Anvil")


@pytest.mark.parametrize("text", ["12 500,50", "12,500.50", "12\u202f500.5", "12500.5"])
def test_money_may_be_written_as_people_do(text):
    assert Decimal(plain_number(text)) == Decimal("12500.5")


def test_an_option_removed_meanwhile_is_told_and_nothing_else_is_lost(alice, records, signed_in):
    field, client = FieldFactory(kind="option", options=["Small", "Large"]), signed_in(alice)
    small = field.options.in_order()[0]
    url = edit_url(records["lead"])
    typed = sent(client, url, title="Typed", **{field.key: small.pk})
    small.delete()

    answer = client.post(url, typed)

    assert answer.status_code == 422
    assert answer.context["form"].errors[field.key] == [
        "This option is no longer there. Choose another one."
    ]
    assert "Typed" in answer.text


def test_an_archived_option_stays_where_it_is_and_is_not_offered_elsewhere(
    alice, records, signed_in
):
    field, client = FieldFactory(kind="option", options=["Small", "Large"]), signed_in(alice)
    small, _large = field.options.in_order()
    opportunities.change(records["lead"], {field.key: small}, by=alice)
    field.options.filter(pk=small.pk).update(archived_at=datetime.datetime.now(datetime.UTC))

    assert "Small" in client.get(edit_url(records["lead"])).text
    assert "Small" not in client.get(edit_url(records["deal"])).text


def test_a_field_deleted_while_its_form_was_open_takes_nothing_else_with_it(
    alice, records, signed_in
):
    field, client = FieldFactory(), signed_in(alice)
    url = edit_url(records["lead"])
    typed = sent(client, url, title="Typed", **{field.key: "Blue"})
    Field.objects.update(deleted_at=datetime.datetime.now(datetime.UTC))

    assert client.post(url, typed).status_code == 302
    lead = records["lead"]
    lead.refresh_from_db()
    assert (lead.title, lead.custom) == ("Typed", {})


@pytest.mark.parametrize("what", PAGES)
def test_a_change_made_meanwhile_is_told_with_both_values(alice, bob, records, signed_in, what):
    field = FieldFactory(
        of=of(what), kind="option", name="Size", options=["Small", "Large", "Huge"]
    )
    small, large, huge = field.options.in_order()
    record, client = records[what], signed_in(alice)
    url = edit_url(record)
    client.post(url, sent(client, url, **{field.key: small.pk}))
    typed = sent(client, url, **{field.key: large.pk})
    client_of_bob = signed_in(bob)
    client_of_bob.post(url, sent(client_of_bob, url, **{field.key: huge.pk}))

    answer = client.post(url, typed)

    assert answer.status_code == 409
    assert "Small" in answer.text
    assert "Huge" in answer.text
    record.refresh_from_db()
    assert present(record, field.key) == huge
    # Whoever saw it may save over it.
    again = main_form(answer, url).fields
    assert client.post(url, again).status_code == 302
    record.refresh_from_db()
    assert present(record, field.key) == large


def test_headings_gather_what_belongs_together(alice, records, signed_in):
    FieldFactory(name="Budget", group="Purchase")
    lead, client = records["lead"], signed_in(alice)

    assert "Purchase" in client.get(edit_url(lead)).text
    assert "Purchase" in client.get(lead.get_absolute_url()).text


def test_who_may_not_fill_them_in_sees_only_what_is_there(alice, reader, records, signed_in):
    said, silent = FieldFactory(name="Said so"), FieldFactory(name="Left blank")
    opportunities.change(records["lead"], {said.key: "Blue"}, by=alice)
    url = records["lead"].get_absolute_url()

    assert "Left blank" in signed_in(alice).get(url).text
    page = signed_in(reader).get(url).text
    assert "Blue" in page
    assert "Left blank" not in page
    assert silent.key not in page


def test_a_name_is_seen_and_the_page_behind_it_only_by_whom_it_is_for(
    alice, bob, records, signed_in
):
    field = FieldFactory(kind="person")
    hidden = PersonFactory(owner=alice, name="Ann Secret", visibility=Visibility.OWNER)
    opportunities.change(records["lead"], {field.key: hidden}, by=alice)
    url = records["lead"].get_absolute_url()

    assert hidden.get_absolute_url() in signed_in(alice).get(url).text
    page = signed_in(bob).get(url).text
    assert "Ann Secret" in page
    assert hidden.get_absolute_url() not in page
    # Who may change the lead may keep her, and cannot find her for another one.
    edit = edit_url(records["lead"])
    assert signed_in(bob).post(edit, sent(signed_in(bob), edit, title="x")).status_code == 302
    other = edit_url(records["deal"])
    typed = sent(signed_in(bob), other, **{field.key: hidden.pk})
    assert signed_in(bob).post(other, typed).status_code == 422


def test_links_lead_where_they_say_and_nothing_is_markup(alice, records, signed_in):
    hostile = "<script>alert(1)</script>"
    text = FieldFactory(name=hostile, help_text=hostile, group=hostile)
    long_text = FieldFactory(kind="long_text")
    url, email, phone = (FieldFactory(kind=kind) for kind in ("url", "email", "phone"))
    values = {
        text.key: hostile,
        long_text.key: hostile,
        url.key: "https://www.lac.example/?a=b&c=d",
        email.key: "zoe@lac.example",
        phone.key: "+33 (1) 23",
    }
    opportunities.change(records["lead"], values, by=alice)
    client = signed_in(alice)

    page = client.get(records["lead"].get_absolute_url()).text
    form = client.get(edit_url(records["lead"])).text

    assert 'href="https://www.lac.example/?a=b&amp;c=d"' in page
    assert 'href="mailto:zoe@lac.example"' in page
    assert 'href="tel:+33123"' in page
    assert hostile not in page + form


def test_history_tells_in_words_even_of_a_deleted_field(alice, records, signed_in):
    lead = records["lead"]
    values = one_of_each(alice)
    opportunities.change(lead, values, by=alice)
    Field.objects.update(deleted_at=datetime.datetime.now(datetime.UTC))

    page = signed_in(alice).get(lead.get_absolute_url()).text

    for field in Field.everything.all():
        assert f"{field.name}:" in page
    for words in ("€12,500.50", "-12.5", "26 Nov – 26 Nov", "15:30", "a, b", "Alice Martin"):
        assert words in page.replace("\xa0", " "), words
    assert "custom_" not in page


@pytest.mark.parametrize("what", PAGES)
def test_pages_ask_nothing_more_for_them(
    alice, records, signed_in, django_assert_max_num_queries, what
):
    values = one_of_each(alice)
    Field.objects.update(of=of(what))
    record = records[what]
    client = signed_in(alice)
    url = edit_url(record)
    assert client.get(url).status_code == 200
    write(record, values)
    record.save()

    with django_assert_max_num_queries(16):
        page = client.get(record.get_absolute_url())

    assert "zoe@lac.example" in page.text
    for kind in KINDS:
        assert f"A {kind}" in page.text


def test_the_panel_beside_the_list_shows_them(alice, records, signed_in):
    field = FieldFactory(kind="date_range")
    day = DateRange(DAY, datetime.date(2027, 1, 2))
    opportunities.change(records["lead"], {field.key: day}, by=alice)

    panel = signed_in(alice).get(records["lead"].get_absolute_url(), headers=htmx("drawer"))

    assert field.name in panel.text
    assert "2 Jan" in panel.text.replace("\xa0", " ")


def test_models_are_asked_for_what_is_theirs():
    assert {Lead.custom_of, Deal.custom_of} == {Field.Of.OPPORTUNITY}
