"""Which columns of a file are for which fields."""

import time

import pytest

from custom_fields.models import Field
from imports.guessing import guess, recognise
from imports.models import Import
from imports.targets import target, wants
from tests.factories import FieldFactory, ImportFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def guessed(alice):
    """``guessed("lead", "Titre", "E-mail")``: the field of each column."""

    def fields(kind, *headers, rows=(), by=None):
        columns = guess(target(kind), headers, rows, user=by or alice)
        return [column["field"] for column in columns]

    return fields


@pytest.mark.parametrize(
    ("kind", "headers"),
    [
        (
            "lead",
            {
                "Title": "lead.title",
                "Company": "organization.name",
                "Full name": "person.name",
                "E-mail address": "person.email",
                "Phone": "person.phone",
                "Job title": "person.job_title",
                "Amount": "lead.value",
                "Currency": "lead.currency",
                "Owner": "lead.owner",
                "Tags": "lead.labels",
                "Source": "lead.channel",
                "Website": "organization.website",
                "Notes": "note.text",
                "Shoe size": None,
            },
        ),
        (
            "lead",
            {
                "Titre": "lead.title",
                "Raison sociale": "organization.name",
                "Prénom": "person.first_name",
                "Nom": "person.last_name",
                "Courriel": "person.email",
                "Téléphone portable": "person.phone",
                "Fonction": "person.job_title",
                "Montant (€)": "lead.value",
                "Clôture prévue": "lead.expected_close_on",
                "Responsable": "lead.owner",
                "Étiquettes": "lead.labels",
                "Adresse": "organization.address",
                "Code postal": "organization.postal_code",
                "Ville": "organization.city",
                "Pays": "organization.country",
                "Commentaires": "note.text",
            },
        ),
        (
            "lead",
            {
                "contact_email": "person.email",
                "contactPhone": "person.phone",
                "company_name": "organization.name",
                "Nom de l'entreprise": None,
                "lead title": "lead.title",
                "Contact name": "person.name",
                "Company website": "organization.website",
            },
        ),
        (
            "person",
            {
                "First name": "person.first_name",
                "Last name": "person.last_name",
                "Email 1": "person.email",
                "Email 2": "person.email",
                "Work phone": "person.phone",
                "Mobile": "person.phone",
                "Organisation": "organization.name",
                "Labels": "person.labels",
            },
        ),
        (
            "deal",
            {
                "Opportunity": "deal.title",
                "Pipeline": "deal.pipeline",
                "Étape": "deal.stage",
                "Statut": "deal.status",
                "Probabilité": "deal.probability",
                "Motif de perte": "deal.lost_reason",
                "Date de gain": "deal.won_at",
                "Product": "line.product",
                "Quantity": "line.quantity",
                "Unit price": "line.price",
                "sales_agent": "deal.owner",
                "account": "organization.name",
            },
        ),
        (
            "product",
            {
                "product": "product.name",
                "series": "product.category",
                "sales_price": "product.price",
            },
        ),
        (
            "organization",
            {
                "account": "organization.name",
                "Domain": "organization.website",
                "Zip": "organization.postal_code",
            },
        ),
        (
            "activity",
            {
                "Subject": "activity.subject",
                "Type": "activity.type",
                "Due date": "activity.due_on",
                "Assigned to": "activity.assignee",
                "Done": "activity.is_done",
                "Contact": "person.name",
                "Notes": "activity.text",
            },
        ),
        ("note", {"Content": "note.text", "Author": "note.author", "Company": "organization.name"}),
    ],
)
def test_headers_tell_what_columns_are_for(guessed, kind, headers):
    assert dict(zip(headers, guessed(kind, *headers), strict=True)) == headers


def test_what_is_guessed_needs_nothing_more(alice):
    columns = guess(target("lead"), ["Title", "E-mail", "E-mail"], [], user=alice)
    assert wants(target("lead"), columns) == []
    assert [column["field"] for column in columns] == ["lead.title", "person.email", "person.email"]


def test_addresses_and_numbers_are_of_a_sort(alice):
    headers = ["Email (Home)", "Tél. bureau", "Portable", "Autre téléphone"]
    columns = guess(target("person"), headers, [], user=alice)
    assert [column["field"].partition(".")[2] for column in columns] == ["email"] + ["phone"] * 3
    assert [column["options"]["reach"] for column in columns] == ["home", "work", "mobile", "other"]


def test_a_whole_name_leaves_nothing_to_its_parts(guessed):
    found = guessed("person", "First name", "Last name", "Name")
    assert found == [None, None, "person.name"]


def test_a_header_may_tell_the_currency(alice):
    [column] = guess(target("lead"), ["Montant (€)"], [["12,50"]], user=alice)
    assert column["options"] == {"currency": "EUR", "decimal": ","}


def test_custom_fields_are_found_by_their_names(guessed):
    size = FieldFactory(name="Shoe size")
    sector = FieldFactory(name="Sector", of=Field.Of.ORGANIZATION)
    found = guessed("lead", "shoe-size", "SECTOR")
    assert found == [f"lead.{size.key}", f"organization.{sector.key}"]


@pytest.mark.parametrize("size", [1, 5])
def test_a_guess_costs_two_statements(alice, size, django_assert_num_queries):
    for number in range(size):
        FieldFactory(name=f"Size {number}")
        ImportFactory(by=alice, stage=Import.Stage.DONE, headers=[f"H{number}"], columns=[])
    with django_assert_num_queries(2):  # custom fields; past imports
        guess(target("lead"), [f"Size {n}" for n in range(size)], [["1"] * size], user=alice)


# --- By what was done before ----------------------------------------------------------------------


def test_a_header_means_what_it_meant_in_the_last_import(alice, bob, guessed):
    headers = ["Betreff", "Firma", "Title"]
    columns = [
        {"field": "lead.title", "options": {}},
        {"field": "organization.name", "options": {"values": {"GTXPro": "GTX Pro"}}},
        {"field": None, "options": {}},
    ]
    ImportFactory(by=alice, stage=Import.Stage.DONE, headers=headers, columns=columns)
    assert guess(target("lead"), ["firma", "BETREFF", "Title"], [], user=alice) == [
        columns[1],
        columns[0],
        columns[2],
    ]
    assert guessed("lead", "Firma", by=bob) == [None]


def test_an_import_that_was_not_run_tells_nothing(alice, guessed):
    ImportFactory(by=alice, headers=["Firma"], columns=[{"field": "lead.title", "options": {}}])
    assert guessed("lead", "Firma") == [None]


def test_a_field_that_is_gone_is_forgotten(alice, guessed):
    gone = [{"field": "lead.custom_0", "options": {}}]
    ImportFactory(by=alice, stage=Import.Stage.DONE, headers=["Title"], columns=gone)
    assert guessed("lead", "Title") == ["lead.title"]


# --- By what stands in the columns ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        (["amy@client.example", "", "Bob <bob@x.example>"], "person.email"),
        (["+33 1 23 45 67 89", "01.23.45.67.89"], "person.phone"),
        (["https://client.example", "www.x.example"], "organization.website"),
        (["31/12/2026", "2026-11-30"], "lead.expected_close_on"),
        (["12 500 €", "80,5 €"], "lead.value"),
        (["12", "13"], None),
        (["amy@client.example", "none"], None),
        (["", ""], None),
    ],
)
def test_what_stands_in_a_column_tells_what_it_is_for(guessed, cells, field):
    assert guessed("lead", "Spalte 1", rows=[[cell] for cell in cells]) == [field]


def test_what_was_born_does_not_close(guessed):
    assert guessed("person", "Birthday", rows=[["31/12/1980"]]) == [None]
    assert guessed("lead", "Date de naissance", rows=[["31/12/1980"]]) == [None]
    assert guessed("lead", "A", "B", rows=[["31/12/2026", "01/01/2027"]]) == [None, None]


@pytest.mark.parametrize(
    ("header", "cells", "options"),
    [
        ("Expected close", ["01/02/2026", "25/02/2026"], {"dates": "dmy"}),
        ("Expected close", ["02/25/2026", "01/02/2026 10:00"], {"dates": "mdy"}),
        ("Expected close", ["26/02/01", "99/12/31"], {"dates": "ymd"}),
        ("Expected close", ["01/02/2026"], {}),
        ("Expected close", ["2026-02-01"], {}),
        ("Value", ["1,234", "1,5"], {"decimal": ","}),
        ("Value", ["1.234,50 €"], {"decimal": ","}),
        ("Value", ["1,234.5"], {"decimal": "."}),
        ("Value", ["1,234", "12"], {}),
        ("Labels", ["Hot; Big", "New"], {"separator": ";"}),
        ("Labels", ["Hot, Big", "New"], {}),
    ],
)
def test_the_cells_tell_how_they_are_written(alice, header, cells, options):
    [column] = guess(target("lead"), [header], [[cell] for cell in cells], user=alice)
    assert column["options"] == options


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        (["Engaging", "Won", "Lost"], "deal.status"),
        (["Closed Won"], "deal.status"),
        (["Gagnée"], "deal.status"),
        (["Open", "Offer"], "deal.stage"),
    ],
)
def test_stages_that_are_won_or_lost_tell_how_deals_ended(guessed, cells, field):
    assert guessed("deal", "deal_stage", rows=[[cell] for cell in cells]) == [field]
    both = guessed("deal", "Stage", "Status", rows=[[cell, ""] for cell in cells])
    assert both == ["deal.stage", "deal.status"]


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        (["Import", "Added by hand", ""], None),
        (["Saisie manuelle"], None),
        (["Import", "Trade fair"], "lead.channel"),
        ([""], "lead.channel"),
    ],
)
def test_how_records_came_in_is_no_channel(guessed, cells, field):
    assert guessed("lead", "Source", rows=[[cell] for cell in cells]) == [field]


# --- Pipedrive ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "headers"),
    [
        (
            "deal",
            {
                "Deal - ID": "deal.external_id",
                "Deal - Title": "deal.title",
                "Deal - Creator": None,
                "Deal - Owner": "deal.owner",
                "Deal - Value": "deal.value",
                "Deal - Currency of Value": "deal.currency",
                "Deal - Weighted value": None,
                "Deal - Currency of Weighted value": None,
                "Deal - Probability": "deal.probability",
                "Deal - Organization": "organization.name",
                "Deal - Organization ID": "organization.external_id",
                "Deal - Pipeline": "deal.pipeline",
                "Deal - Contact person": "person.name",
                "Deal - Contact person ID": "person.external_id",
                "Deal - Stage": "deal.stage",
                "Deal - Label": "deal.labels",
                "Deal - Status": "deal.status",
                "Deal - Deal created": "deal.created_at",
                "Deal - Update time": None,
                "Deal - Last stage change": None,
                "Deal - Next activity date": None,
                "Deal - Won time": "deal.won_at",
                "Deal - Lost time": "deal.lost_at",
                "Deal - Deal closed on": "deal.closed_at",
                "Deal - Lost reason": "deal.lost_reason",
                "Deal - Visible to": "deal.visibility",
                "Deal - Expected close date": "deal.expected_close_on",
                "Deal - Total activities": None,
                "Deal - Source channel": "deal.channel",
                "Deal - Source channel ID": "deal.campaign",
                "Person - Email - Work": "person.email",
                "Organization - People": None,
            },
        ),
        (
            "deal",
            {
                "Affaire - Titre": "deal.title",
                "Affaire - Valeur": "deal.value",
                "Affaire - Devise de Valeur": "deal.currency",
                "Affaire - Organisation": "organization.name",
                "Affaire - Personne à contacter": "person.name",
                "Affaire - Étape": "deal.stage",
                "Affaire - Statut": "deal.status",
                "Affaire - Affaire créée": "deal.created_at",
                "Affaire - Date de clôture prévue": "deal.expected_close_on",
                "Affaire - Date de gain": "deal.won_at",
                "Affaire - Date de perte": "deal.lost_at",
                "Affaire - Raison de la perte": "deal.lost_reason",
                "Affaire - Visible par": "deal.visibility",
                "Affaire - Heure de mise à jour": None,
                "Affaire - ID": "deal.external_id",
                "Personne - Téléphone - Travail": "person.phone",
                "Personne - E-mail - Domicile": "person.email",
            },
        ),
        (
            "deal",
            {
                "ID": "deal.external_id",
                "Title": "deal.title",
                "Creator": None,
                "Owner": "deal.owner",
                "Value": "deal.value",
                "Currency of Value": "deal.currency",
                "Organization": "organization.name",
                "Organization ID": "organization.external_id",
                "Contact person": "person.name",
                "Contact person ID": "person.external_id",
                "Stage": "deal.stage",
                "Deal created": "deal.created_at",
            },
        ),
        (
            "lead",
            {
                "Lead - Title*": "lead.title",
                "Lead - Labels": "lead.labels",
                "Contact person*": "person.name",
                "Organization*": "organization.name",
                "Lead - Owner": "lead.owner",
                "Lead - Source channel": "lead.channel",
                "Lead - Pipedrive System ID": "lead.external_id",
                "Lead - Lead created": "lead.created_at",
            },
        ),
        (
            "lead",
            {
                "Prospect - Titre": "lead.title",
                "Prospect - Étiquettes": "lead.labels",
                "Prospect - Propriétaire": "lead.owner",
                "Prospect - Valeur": "lead.value",
                "Prospect - Prospect créé": "lead.created_at",
                "Prospect - Personne à contacter": "person.name",
                "Prospect - Organisation": "organization.name",
            },
        ),
        (
            "person",
            {
                "Person - Name": "person.name",
                "Person - First name": None,
                "Person - Last name": None,
                "Person - Organization": "organization.name",
                "Person - Email - Work": "person.email",
                "Person - Email (Home)": "person.email",
                "Person - Phone - Mobile": "person.phone",
                "Person - Label": "person.labels",
                "Person - Open deals": None,
                "Person - Person created": "person.created_at",
                "Person - ID": "person.external_id",
            },
        ),
        (
            "person",
            {
                "Personne - Prénom": "person.first_name",
                "Personne - Nom de famille": "person.last_name",
                "Personne - E-mail - Travail": "person.email",
                "Personne - Téléphone - Autre": "person.phone",
                "Personne - Intitulé du poste": "person.job_title",
                "Personne - Organisation": "organization.name",
                "Personne - ID": "person.external_id",
            },
        ),
        (
            "organization",
            {
                "Organization - Name": "organization.name",
                "Organization - Address": "organization.address",
                "Organization - City": None,
                "Organization - Owner": "organization.owner",
                "Organization - Label": "organization.labels",
                "Organization - People": None,
                "Organization - ID": "organization.external_id",
            },
        ),
        (
            "organization",
            {
                "Organisation - Nom": "organization.name",
                "Organisation - Étiquettes": "organization.labels",
                "Organisation - Adresse": "organization.address",
                "Organisation - ID": "organization.external_id",
            },
        ),
        (
            "activity",
            {
                "Activity - Subject": "activity.subject",
                "Activity - Type": "activity.type",
                "Activity - Due date": "activity.due_on",
                "Activity - Due time": "activity.due_time",
                "Activity - Duration": "activity.minutes",
                "Activity - Assigned to user": "activity.assignee",
                "Activity - Note": "activity.text",
                "Activity - Done": "activity.is_done",
                "Activity - Marked as done time": "activity.done_at",
                "Activity - Deal": None,
                "Activity - Deal ID": "deal.external_id",
                "Activity - Contact person": "person.name",
                "Activity - Organization": "organization.name",
                "Activity - ID": "activity.external_id",
            },
        ),
        (
            "activity",
            {
                "Activité - Sujet": "activity.subject",
                "Activité - Type": "activity.type",
                "Activité - Date d'échéance": "activity.due_on",
                "Activité - Attribué à l’utilisateur": "activity.assignee",
                "Activité - Date d’ajout": "activity.created_at",
                "Organisation - Nom": "organization.name",
            },
        ),
        (
            "note",
            {
                "Note - Content": "note.text",
                "Note - Deal ID": "deal.external_id",
                "Note - User": "note.author",
                "Note - Add time": "note.created_at",
                "Note - Pipedrive system ID": "note.external_id",
            },
        ),
        (
            "product",
            {
                "Product - Name*": "product.name",
                "Product - Category": "product.category",
                "Product - Product code": "product.code",
                "Product - Price": "product.price",
                "Product - Currency": "product.currency",
                "Product - Active": "product.is_active",
                "Product - Billing frequency": "product.frequency",
            },
        ),
    ],
)
def test_what_pipedrive_exports_is_recognised(alice, kind, headers):
    found = recognise(list(headers), user=alice)
    assert (found.kind, found.system) == (kind, "pipedrive")
    assert dict(zip(headers, (each["field"] for each in found.columns), strict=True)) == headers


def test_pipedrive_keeps_what_is_said_as_a_page(alice):
    found = recognise(["Note - Content", "Person - Email - Home"], user=alice)
    assert [column["options"] for column in found.columns] == [{"html": True}, {"reach": "home"}]


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [""],
        ["Title", "E-mail"],
        ["Name", "Email", "Phone"],
        ["Deal - Title", "A", "B", "C"],
        ["Contact - Nom", "Contact - Ville"],
        ["opportunity_id", "sales_agent", "product", "account", "deal_stage"],
    ],
)
def test_other_files_are_nobodys(alice, headers):
    assert recognise(headers, user=alice) is None


def test_custom_fields_of_pipedrive_go_into_ours_of_the_same_name(alice):
    seats = FieldFactory(name="Number of seats")
    sector = FieldFactory(name="Sector", of=Field.Of.ORGANIZATION)
    headers = ["Deal - Title", "Deal - Number of seats", "Organization - Sector", "Deal - Sector"]
    found = recognise(headers, user=alice)
    assert [column["field"] for column in found.columns[1:]] == [
        f"deal.{seats.key}",
        f"organization.{sector.key}",
        None,
    ]


@pytest.mark.parametrize("text", ["x" * 100_000, "a@" + "." * 100_000 + "@", '"<' * 50_000])
def test_a_long_text_is_looked_at_in_no_time(guessed, text):
    began = time.process_time()
    assert guessed("lead", "Title", "What", rows=[["Desks", text]]) == ["lead.title", None]
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    "text", ["amy@x.example", "Amy <amy@x.example>", '"Wong, Amy" <amy@x.example>', "a\n<b@x.eu>"]
)
def test_an_address_beside_a_name_shows_what_a_column_is(guessed, text):
    assert guessed("lead", "Title", "What", rows=[["Desks", text]])[1] == "person.email"
