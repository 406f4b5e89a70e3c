"""The settings pages of custom fields."""

import pytest

from custom_fields import services
from custom_fields.models import Field, Option
from opportunities import services as opportunities
from tests.factories import FieldFactory, LeadFactory
from tests.web import assert_part_of_page, htmx

LIST = "/settings/fields/"


def test_each_sort_of_record_has_its_list(manager, signed_in):
    FieldFactory(name="Budget", group="Purchase")
    FieldFactory(name="Shoe size", of=Field.Of.PERSON)
    client = signed_in(manager)

    page = client.get(LIST).text
    assert "Budget" in page
    assert "Purchase" in page
    assert "Shoe size" not in page
    assert "Shoe size" in client.get(LIST, {"of": "person"}).text
    assert "No custom fields yet" in client.get(LIST, {"of": "organization"}).text
    assert "Budget" in client.get(LIST, {"of": "nonsense"}).text


@pytest.mark.parametrize("count", [1, 5])
def test_the_list_costs_the_same_for_many(manager, signed_in, django_assert_num_queries, count):
    for _n in range(count):
        FieldFactory(kind="option", options=["a", "b"])
        services.delete_field(FieldFactory(), by=manager)
    client = signed_in(manager)
    with django_assert_num_queries(4):  # session, user, fields, deleted ones
        client.get(LIST)


def test_a_choice_is_added_with_its_options(manager, signed_in):
    sent = {"name": "Size", "kind": "options", "lines": "Small\r\n\r\n Large \r\nsmall"}

    answer = signed_in(manager).post("/settings/fields/new/?of=organization", sent)

    assert answer.url == "/settings/fields/?of=organization"
    field = Field.objects.get()
    assert (field.of, field.kind) == ("organization", "options")
    assert [option.name for option in field.options.in_order()] == ["Small", "Large"]


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({"name": "", "kind": "text"}, "name"),
        ({"name": "Budget", "kind": "text"}, "__all__"),
        ({"name": "x", "kind": "formula"}, "kind"),
        ({"name": "x", "kind": "text", "lines": "a"}, "lines"),
        ({"name": "x", "kind": "option"}, "lines"),
        ({"name": "x", "kind": "option", "lines": "a" * 81}, "lines"),
        ({"name": "x", "kind": "option", "lines": "\n".join(map(str, range(201)))}, "__all__"),
        ({"name": "x\x00", "kind": "text"}, "name"),
    ],
)
def test_what_is_wrong_with_a_field_is_told(manager, signed_in, sent, wrong):
    FieldFactory(name="Budget")

    answer = signed_in(manager).post("/settings/fields/new/", {"help_text": "Typed", **sent})

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {wrong}
    assert "Typed" in answer.text
    assert Field.objects.count() == 1


def test_a_field_is_changed_but_not_its_kind(manager, signed_in):
    field = FieldFactory(name="Colour")
    sent = {"name": "Paint", "group": "Looks", "help_text": "", "kind": "number", "of": "person"}

    assert signed_in(manager).post(f"{LIST}{field.pk}/", sent).status_code == 302

    field.refresh_from_db()
    assert (field.name, field.group, field.kind, field.of) == (
        "Paint",
        "Looks",
        "text",
        "opportunity",
    )


def test_deleting_asks_first_and_can_be_taken_back(alice, manager, signed_in):
    field, lead = FieldFactory(name="Colour"), LeadFactory(owner=alice)
    opportunities.change(lead, {field.key: "Blue"}, by=alice)
    client, url = signed_in(manager), f"{LIST}{field.pk}/delete/"

    assert "1 record says something" in client.get(url).text
    assert_part_of_page(client, url, "delete")
    answer = client.post(url, follow=True)

    assert "Recently deleted fields" in answer.text
    assert "Undo" in answer.text
    client.post(f"{LIST}{field.pk}/restore/")
    assert Field.objects.get() == field
    assert client.post(f"{LIST}{field.pk}/restore/").status_code == 404


def test_a_name_taken_meanwhile_is_told(manager, signed_in):
    field = FieldFactory(name="Colour")
    services.delete_field(field, by=manager)
    FieldFactory(name="Colour")

    answer = signed_in(manager).post(f"{LIST}{field.pk}/restore/", headers=htmx())

    assert answer.status_code == 409
    assert "by now" in answer.text


def test_options_are_kept_on_the_page_of_their_field(manager, signed_in):
    field, client = FieldFactory(kind="option", options=["Small", "Large"]), signed_in(manager)
    small, large = field.options.in_order()

    client.post(f"{LIST}{field.pk}/options/", {"name": "Huge"})
    client.post(f"/settings/options/{small.pk}/", {"name": "Tiny"})
    client.post(f"/settings/options/{small.pk}/move/", {"direction": "down"})
    client.post(f"/settings/options/{large.pk}/archive/")

    page = client.get(f"{LIST}{field.pk}/").text
    assert page.index("Tiny") < page.index("Huge") < page.index("Archived options")
    client.post(f"/settings/options/{large.pk}/restore/")
    client.post(f"/settings/options/{large.pk}/remove/")
    assert sorted(Option.objects.values_list("name", flat=True)) == ["Huge", "Tiny"]
    again = client.post(f"{LIST}{field.pk}/options/", {"name": "tiny"})
    assert again.status_code == 422
    assert "already an option" in again.text
    assert client.post(f"/settings/options/{small.pk}/move/", {"direction": "x"}).status_code == 404
