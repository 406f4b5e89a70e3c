"""Creating, changing, deleting and bringing back through the pages, with and without htmx."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Visibility
from contacts.models import Organization, Person
from history.models import Event
from tests.factories import (
    EmailAddressFactory,
    LabelFactory,
    LeadFactory,
    OrganizationFactory,
    PersonFactory,
)
from tests.web import assert_part_of_page, htmx

NEW = "/people/new/"


def typed(user, **fields):
    """What the form of a person sends, with one e-mail address and no phone number."""
    return {
        "token": uuid.uuid4(),
        "name": "Zoé Martel",
        "organization": "",
        "organization_text": "",
        "owner": user.pk,
        "visibility": "everyone",
        "email_addresses-TOTAL_FORMS": 2,
        "email_addresses-INITIAL_FORMS": 0,
        "email_addresses-0-text": "zoe@lac.example",
        "email_addresses-0-kind": "work",
        "email_addresses-1-text": "zoe@home.example",
        "email_addresses-1-kind": "home",
        "email_addresses-primary": "1",
        "phone_numbers-TOTAL_FORMS": 2,
        "phone_numbers-INITIAL_FORMS": 0,
        "phone_numbers-0-text": "",
        "phone_numbers-0-kind": "work",
        **fields,
    }


def as_shown(client, url):
    """What the form at ``url`` would send if nothing were typed."""
    form = client.get(url).context["form"]
    sent = {"token": uuid.uuid4(), "seen": form["seen"].value()}
    for name in form.value_names():
        value = form[name].value()
        if name == "organization":
            picked, text = form.fields[name].prepare_value(value) or ("", "")
            sent |= {name: picked, f"{name}_text": text}
        elif name in ("labels", "owner"):
            sent[name] = value
        else:
            sent[name] = value
    for rows in getattr(form, "rows", {}).values():
        prefix = rows.prefix
        sent |= {
            f"{prefix}-TOTAL_FORMS": len(rows.forms),
            f"{prefix}-INITIAL_FORMS": rows.initial_form_count(),
            f"{prefix}-primary": rows.primary,
        }
        for row in rows:
            sent |= {f"{row.prefix}-{each}": row[each].value() or "" for each in ("text", "kind")}
    return sent


def test_a_person_is_added_with_addresses_and_a_new_organization(alice, signed_in):
    data = typed(alice, organization_text="Coopérative du Lac", labels=[LabelFactory().pk])
    response = signed_in(alice).post(NEW, data)

    person = Person.objects.get()
    assert response.status_code == 302
    assert response.url == person.get_absolute_url()
    assert person.organization.name == "Coopérative du Lac"
    assert person.labels.count() == 1
    assert person.email_addresses.get(is_primary=True).address == "zoe@home.example"
    assert person.email_addresses.count() == 2
    assert person.phone_numbers.count() == 0


def test_htmx_is_sent_to_the_page_too(alice, signed_in):
    response = signed_in(alice).post(NEW, typed(alice), headers=htmx("form"))
    assert response.headers["HX-Redirect"] == Person.objects.get().get_absolute_url()


def test_the_same_form_sent_twice_adds_one_person_and_one_organization(alice, signed_in):
    client, data = signed_in(alice), typed(alice, organization_text="Lac")
    first, second = client.post(NEW, data), client.post(NEW, data)
    assert first.url == second.url
    assert Person.objects.count() == Organization.objects.count() == 1


def test_an_organization_of_that_name_is_found_instead_of_made_again(alice, signed_in):
    lac = OrganizationFactory(owner=alice, name="Lac")
    signed_in(alice).post(NEW, typed(alice, organization_text="lac"))
    assert Person.objects.get().organization == lac


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": ""}, "required"),
        ({"name": "x" * 201}, "200"),
        ({"name": "a\u202eb"}, "cannot be seen"),
        ({"name": "a\x00b"}, "Null characters"),
        ({"email_addresses-0-text": "nonsense"}, "valid email"),
        ({"email_addresses-0-text": "ZOE@home.example"}, "twice"),
        ({"phone_numbers-0-text": "1" * 41}, "40"),
        ({"email_addresses-0-kind": "moon"}, "valid choice"),
        ({"organization": "99999999999999999999"}, "not there any more"),
        ({"organization": "x"}, "not there any more"),
        ({"owner": "x"}, "valid choice"),
        ({"visibility": "moon"}, "valid choice"),
        ({"labels": ["x"]}, "valid"),
        ({"token": "x"}, "UUID"),
        ({"email_addresses-TOTAL_FORMS": "x"}, "again"),
        ({"email_addresses-TOTAL_FORMS": "5000"}, "again"),
    ],
)
def test_bad_input_is_told_in_the_form_and_nothing_is_written(alice, signed_in, fields, words):
    response = signed_in(alice).post(NEW, typed(alice, **fields), headers=htmx("form"))
    assert response.status_code == 422
    assert words in response.text
    assert not Person.objects.exists()


def test_a_hidden_organization_cannot_be_chosen(alice, charlie, signed_in):
    hidden = OrganizationFactory(owner=alice, visibility=Visibility.OWNER)
    response = signed_in(charlie).post(NEW, typed(charlie, organization=hidden.pk))
    assert response.status_code == 422
    assert hidden.name not in response.text


def test_an_address_prefills_the_organization_one_may_see(alice, charlie, signed_in):
    lac = OrganizationFactory(owner=alice, name="Lac Majeur", visibility=Visibility.TEAM)
    assert "Lac Majeur" in signed_in(alice).get(NEW, {"organization": lac.pk}).text
    assert "Lac Majeur" not in signed_in(charlie).get(NEW, {"organization": lac.pk}).text
    for broken in ("x", "9" * 30, "²"):
        assert signed_in(alice).get(NEW, {"organization": broken}).status_code == 200


def test_saving_what_was_shown_changes_nothing(alice, signed_in):
    person = PersonFactory(owner=alice, organization=OrganizationFactory(owner=alice))
    person.labels.add(LabelFactory())
    EmailAddressFactory(person=person, is_primary=True)
    EmailAddressFactory(person=person, kind="home")
    url, client = f"{person.get_absolute_url()}edit/", signed_in(alice)
    response = client.post(url, as_shown(client, url))
    assert response.status_code == 302
    assert not Event.objects.exists()


def test_a_change_is_saved_and_can_be_undone_from_the_toast(alice, signed_in):
    lac = OrganizationFactory(owner=alice, name="Lac")
    url, client = f"{lac.get_absolute_url()}edit/", signed_in(alice)
    response = client.post(url, as_shown(client, url) | {"name": "Lac & Fils"}, follow=True)
    lac.refresh_from_db()
    assert lac.name == "Lac & Fils"
    assert f"/history/{Event.objects.get().operation_id}/undo/" in response.text


def test_what_changed_meanwhile_is_shown_with_both_values_and_may_be_saved_again(
    alice, bob, signed_in
):
    lac = OrganizationFactory(owner=alice, name="Lac")
    url, client = f"{lac.get_absolute_url()}edit/", signed_in(alice)
    mine = as_shown(client, url) | {"name": "Lac A"}
    other = signed_in(bob)
    other.post(url, as_shown(other, url) | {"name": "Lac B"})

    response = client.post(url, mine)
    assert response.status_code == 409
    assert "“Lac”" in response.text
    assert "“Lac B”" in response.text
    lac.refresh_from_db()
    assert lac.name == "Lac B"

    mine["seen"] = response.context["form"].data["seen"]
    assert client.post(url, mine).status_code == 302
    lac.refresh_from_db()
    assert lac.name == "Lac A"


def test_an_editor_may_keep_an_organization_they_cannot_see(alice, charlie, signed_in):
    hidden = OrganizationFactory(owner=alice, visibility=Visibility.OWNER)
    person = PersonFactory(owner=alice, organization=hidden)
    url, client = f"{person.get_absolute_url()}edit/", signed_in(charlie)
    assert client.post(url, as_shown(client, url) | {"name": "New"}).status_code == 302
    person.refresh_from_db()
    assert (person.name, person.organization) == ("New", hidden)


@pytest.mark.parametrize("address", [NEW, "/organizations/new/", "{zoe}edit/", "{zoe}delete/"])
def test_a_reader_writes_nothing(alice, reader, signed_in, address):
    zoe = PersonFactory(owner=alice, name="Zoé")
    url, client = address.format(zoe=zoe.get_absolute_url()), signed_in(reader)
    assert client.get(url).status_code == 403
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.post(url, typed(alice)).status_code == 403
    writing = [each["sql"] for each in queries if not each["sql"].startswith("SELECT")]
    assert writing == []
    assert Person.objects.get().name == "Zoé"


def test_forms_and_dialog_are_parts_of_their_pages(alice, signed_in):
    zoe, client = PersonFactory(owner=alice), signed_in(alice)
    assert_part_of_page(client, f"{zoe.get_absolute_url()}edit/", "form")
    assert_part_of_page(client, f"{zoe.get_absolute_url()}delete/", "delete")
    dialog = client.get(f"{zoe.get_absolute_url()}delete/", headers=htmx("dialog")).text
    assert "<html" not in dialog
    assert 'id="delete"' in dialog


def test_one_more_row_for_an_address(alice, signed_in):
    client = signed_in(alice)
    html = client.get("/people/reach-row/", {"of": "email_addresses", "row": 2}).text
    assert 'name="email_addresses-2-text"' in html
    assert 'name="email_addresses-TOTAL_FORMS" value="3"' in html
    for query in ({}, {"of": "x", "row": 1}, {"of": "email_addresses", "row": 20}):
        assert client.get("/people/reach-row/", query).status_code == 404


@pytest.mark.parametrize("factory", [PersonFactory, OrganizationFactory])
def test_a_contact_is_deleted_and_brought_back(alice, signed_in, factory):
    contact, client = factory(owner=alice, name="Gone"), signed_in(alice)
    url, model = contact.get_absolute_url(), type(contact)
    plural = "people" if model is Person else "organizations"

    assert client.post(f"{url}delete/").url == f"/{plural}/"
    assert client.get(url).status_code == 404
    assert "Gone" in client.get(f"/{plural}/deleted/").text
    assert client.post(f"{url}bring-back/").url == url
    assert client.get(url).status_code == 200


def test_only_the_owner_finds_and_brings_back_what_was_deleted(alice, bob, charlie, signed_in):
    zoe = PersonFactory(owner=alice, name="Zoé", visibility=Visibility.TEAM)
    signed_in(alice).post(f"{zoe.get_absolute_url()}delete/")
    for other, status in ((bob, 403), (charlie, 404)):
        client = signed_in(other)
        assert "Zoé" not in client.get("/people/deleted/").text
        assert client.post(f"{zoe.get_absolute_url()}bring-back/").status_code == status
    assert not Person.objects.exists()


def test_only_the_owner_may_delete(alice, bob, signed_in):
    zoe = PersonFactory(owner=alice)
    assert "/delete/" not in signed_in(bob).get(zoe.get_absolute_url()).text
    assert signed_in(bob).post(f"{zoe.get_absolute_url()}delete/").status_code == 403
    assert Person.objects.exists()


def test_the_dialog_says_what_stands_in_the_way(alice, signed_in):
    lead = LeadFactory(owner=alice, title="Forty seats")
    url = f"{lead.person.get_absolute_url()}delete/"
    response = signed_in(alice).post(url, headers=htmx("delete"))
    assert response.status_code == 409
    assert "Forty seats" in response.text
    assert lead.get_absolute_url() in response.text
    assert Person.objects.exists()
