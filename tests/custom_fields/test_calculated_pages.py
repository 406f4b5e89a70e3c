"""The settings page of a calculated field: what the formula gives is shown while it is written."""

import datetime
from decimal import Decimal

import pytest

from accounts.days import today_of
from accounts.models import User
from custom_fields import services
from custom_fields.formulas.trying import tried
from custom_fields.models import Field
from tests.factories import DealFactory, FieldFactory, UserFactory
from tests.web import htmx, text

ADD = "/settings/fields/calculated/"
SENT = {"name": "Commission", "formula": "value * 0.08", "is_money": "money", "digits": "2"}


@pytest.fixture
def client(signed_in, manager):
    return signed_in(manager)


@pytest.fixture
def field(manager):
    given = {"name": "Commission", "formula": "value * 0.08", "is_money": True}
    given |= {"of": Field.Of.OPPORTUNITY, "kind": "calculated"}
    return services.add_field(Field(**given), by=manager)


def test_a_calculated_field_is_added_and_stands_in_the_list(client):
    FieldFactory(name="Setup fee", kind="money")
    page = client.get(ADD)
    assert "setup_fee" in page.text
    assert "days(created, today)" in page.text

    answer = client.post(ADD, SENT | {"formula": "value * 0.08 + setup_fee", "save": "1"})

    assert answer.url == "/settings/fields/?of=opportunity"
    listed = client.get(answer.url).text
    assert "“Commission” is saved." in listed
    assert "value * 0.08 + setup_fee" in listed
    assert "Add calculated field" in listed
    assert "Add calculated field" not in client.get("/settings/fields/?of=person").text


def test_a_calculated_field_is_changed_on_its_own_page(client, field):
    assert client.get(f"/settings/fields/{field.pk}/").url == f"{ADD}{field.pk}/"
    page = client.get(f"{ADD}{field.pk}/").text
    assert "value * 0.08" in page
    sent = SENT | {"name": "Fee", "formula": "value * 0.05", "digits": "0", "save": "1"}

    assert client.post(f"{ADD}{field.pk}/", sent).status_code == 302

    field.refresh_from_db()
    assert (field.name, field.formula, field.digits) == ("Fee", "value * 0.05", 0)
    assert client.get(f"{ADD}{FieldFactory().pk}/").status_code == 404


@pytest.mark.parametrize(
    ("sent", "wrong", "words"),
    [
        ({"formula": "value * 0.08 + budgt"}, "formula", "There is nothing called “budgt”."),
        ({"formula": "value * "}, "formula", "The formula breaks off"),
        ({"formula": ""}, "formula", "This field is required."),
        ({"formula": "value\x00"}, "formula", "cannot be seen"),
        ({"formula": "1" * 4001}, "formula", "at most 4000 characters"),
        ({"is_money": "number"}, "formula", "This gives an amount of money"),
        ({"is_money": "gold"}, "is_money", "Select a valid choice"),
        ({"digits": "7"}, "digits", "From 0 to 6."),
        ({"digits": "5"}, "digits", "at most 4 decimals"),
        ({"digits": ""}, "digits", "This field is required."),
        ({"name": ""}, "name", "This field is required."),
        ({"name": "Other"}, "__all__", "There is already a field with this name."),
    ],
)
def test_what_is_wrong_is_told_at_its_place(client, field, sent, wrong, words):
    FieldFactory(name="Other")

    for address in (ADD, f"{ADD}{field.pk}/"):
        given = SENT | {"name": "New", "help_text": "Typed"} | sent | {"save": "1"}
        answer = client.post(address, given)
        assert answer.status_code == 422
        assert set(answer.context["form"].errors) == {wrong}
        assert words in answer.text
        assert "Typed" in answer.text
    assert [each.formula for each in Field.objects.filter(kind="calculated")] == ["value * 0.08"]


def test_a_look_at_ten_deals_saves_nothing(client, alice):
    for amount in range(1, 13):
        DealFactory(owner=alice, value=Decimal(amount * 1000), currency="EUR")
    DealFactory(owner=alice, title="No value")

    page = client.post(ADD, SENT)

    assert page.status_code == 200
    assert page.context["trial"].records[0].title == "No value"
    assert len(page.context["trial"].records) == 10
    assert "not calculated" in page.text
    assert "€960" in page.text
    assert "€320" in page.text
    assert "€240" not in page.text
    assert not Field.objects.exists()
    part = text(client.post(ADD, SENT, headers=htmx("trial")))
    assert part.startswith('<section id="trial"')
    assert part in text(page)


def test_the_spot_of_an_error_is_marked_while_one_writes_and_when_it_is_not_saved(client):
    answer = client.post(ADD, SENT | {"formula": "1 + <b>"}, headers=htmx("trial"))
    assert answer.status_code == 200
    assert "“&lt;” cannot stand here." in answer.text
    assert '<pre class="formula">1 + <mark>&lt;</mark>b&gt;</pre>' in answer.text

    broken = client.post(ADD, SENT | {"formula": "value *"}, headers=htmx("trial")).text
    assert '<pre class="formula">value *<mark>…</mark></pre>' in broken
    saved = client.post(ADD, SENT | {"formula": "value *", "save": "1"}).text
    assert '<pre class="formula">value *<mark>…</mark></pre>' in saved
    empty = client.post(ADD, SENT | {"formula": " "}, headers=htmx("trial")).text
    assert "Write a formula, and see here" in empty
    assert "There are no deals yet" in client.post(ADD, SENT, headers=htmx("trial")).text


@pytest.mark.parametrize("count", [1, 5])
def test_a_look_costs_the_same_for_many(client, alice, django_assert_num_queries, count):
    for _n in range(count):
        DealFactory(owner=alice, value=Decimal(1), currency="EUR")
        FieldFactory(kind="calculated", formula="value", is_money=True)
    with django_assert_num_queries(5):  # session, user, how many digits, fields, deals
        client.post(ADD, SENT, headers=htmx("trial"))


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_a_look_is_as_of_the_day_of_whoever_writes(alice, zone):
    """Wherever the server thinks it is; these two zones never have the same day."""
    alice.time_zone = zone
    DealFactory(owner=alice, expected_close_on=today_of(alice) + datetime.timedelta(days=14))
    formula = "days(today, expected_close)"
    left = Field(of=Field.Of.OPPORTUNITY, kind="calculated", formula=formula, digits=0)

    assert [each.found for each in tried(left, [], by=alice).records] == [14]


def test_a_field_in_use_says_by_which_formula(client, manager):
    seats = FieldFactory(name="Seats", kind="number")
    total = Field(of="opportunity", kind="calculated", name="Total", formula="seats * 2")
    services.add_field(total, by=manager)

    asked = client.get(f"/settings/fields/{seats.pk}/delete/").text
    assert "A formula uses this field. Change it first:" in asked
    assert f'href="{ADD}{total.pk}/"' in asked
    assert "Delete field" not in asked
    refused = client.post(f"/settings/fields/{seats.pk}/delete/")
    assert refused.status_code == 422
    assert Field.objects.filter(pk=seats.pk).exists()


def test_only_who_configures_sees_it(signed_in, alice, field):
    for address in (ADD, f"{ADD}{field.pk}/"):
        assert signed_in(alice).get(address).status_code == 403
        assert signed_in(alice).post(address, SENT | {"save": "1"}).status_code == 403


def test_django_admin_renames_it_and_keeps_its_formula(signed_in, field):
    admin = signed_in(UserFactory(role=User.Role.ADMIN))
    address = f"/admin/custom_fields/field/{field.pk}/change/"
    assert admin.get(address).status_code == 200

    answer = admin.post(address, {"name": "Fee", "group": "", "help_text": "", "is_required": "on"})

    assert answer.status_code == 302
    field.refresh_from_db()
    assert (field.name, field.formula, field.is_required) == ("Fee", "value * 0.08", False)
