"""Carnet in French: all of it translated, plurals, days and money as the French write them."""

import re
from datetime import date
from decimal import Decimal
from html import unescape

import pytest
from django.urls import reverse
from django.utils import translation
from django.utils.translation.reloader import translation_file_changed

from accounts.models import User
from conversion.tasks import converted_words
from core.templatetags.ui import money, written_day
from crm import catalogues
from tests.factories import (
    ActivityFactory,
    DealFactory,
    LabelFactory,
    LeadFactory,
    NoteFactory,
    OrganizationFactory,
    PersonFactory,
    ProductFactory,
    UserFactory,
)

NARROW, NBSP = "\u202f", "\u00a0"
# Names of stages, labels and the like: whoever set Carnet up may have chosen them in English.
NAMES = "crm/first_steps.py"
SAID = re.compile(r'>([^<>]+)<|(?:aria-label|placeholder|title|alt)="([^"]*)"')
PLACES = [
    "leads:inbox",
    "leads:archived",
    "leads:deleted",
    "leads:create",
    "deals:board",
    "deals:list",
    "deals:forecast",
    "deals:create",
    "deals:deleted",
    "activities:list",
    "contacts:people",
    "contacts:create_person",
    "contacts:deleted_people",
    "contacts:organizations",
    "contacts:create_organization",
    "contacts:deleted_organizations",
    "products:list",
    "products:create",
    "products:deleted",
    "accounts:profile",
    "accounts:password",
    "accounts:users",
    "accounts:add_user",
    "accounts:teams",
    "accounts:add_team",
    "pipelines:list",
    "pipelines:add",
    "custom_fields:list",
    "custom_fields:add",
]


@pytest.fixture(scope="module", autouse=True)
def compiled():
    """The catalogues as they are now, whatever was compiled before."""
    catalogues.compile_all()
    for language in catalogues.LANGUAGES:
        path = catalogues.catalogue_path(catalogues.CHECKOUT, language).with_suffix(".mo")
        translation_file_changed(None, path)


@pytest.fixture
def camille(team):
    """Reads French and may see every page."""
    return UserFactory(name="Camille Roy", team=team, role=User.Role.ADMIN, language="fr")


@pytest.fixture
def records(camille, pipeline, stages):
    """One of each, with a step that is late, a note and a label."""
    own = {"owner": camille}
    organization = OrganizationFactory(**own)
    person = PersonFactory(organization=organization, **own)
    lead = LeadFactory(person=person, value=Decimal("12500.50"), currency="EUR", **own)
    deal = DealFactory(person=person, organization=organization, stage=stages[0], **own)
    lead.labels.add(LabelFactory(name="Zéphyr"))
    ActivityFactory(lead=lead, due_on=date(2020, 1, 1), assignee=camille)
    NoteFactory(deal=deal, author=camille)
    return [lead, deal, person, organization]


@pytest.fixture(scope="module")
def english():
    """Texts of ours without placeholders that read otherwise in French."""
    path = catalogues.catalogue_path(catalogues.CHECKOUT, "fr")
    wanted = catalogues.messages(catalogues.CHECKOUT)
    known = catalogues.load(path, "fr")
    french = {message.string for message in known if isinstance(message.string, str)}
    return {
        message.id
        for message in wanted
        if message.id
        and not message.pluralizable
        and not catalogues.PLACEHOLDERS.search(message.id)
        and message.id not in french
        and NAMES not in {name for name, _line in message.locations}
    }


def left_in_english(response, words):
    """What a page says in English: whole texts and attributes, and sentences anywhere."""
    html = unescape(" ".join(response.text.split()))
    said = {(text or attribute).strip() for text, attribute in SAID.findall(html)}
    sentences = {text for text in words if len(text.split()) > 3 and text in html}
    return sentences | (said & words)


def test_the_catalogue_is_complete():
    found = catalogues.check()["fr"]
    assert list(found.lines()) == []


@pytest.mark.parametrize("name", PLACES)
def test_a_page_speaks_french(name, camille, records, signed_in, english):
    response = signed_in(camille).get(reverse(name), follow=True)
    assert response.status_code == 200
    assert '<html lang="fr"' in response.text
    assert left_in_english(response, english) == set()


def test_what_is_left_in_english_is_found(alice, signed_in, english):
    response = signed_in(alice).get(reverse("leads:inbox"))
    assert {"Leads", "Filters", "Add lead"} <= left_in_english(response, english)


def test_records_and_their_dialogs_speak_french(camille, records, signed_in, english):
    lead, deal, *_contacts = records
    browser = signed_in(camille)
    addresses = [record.get_absolute_url() for record in records]
    addresses[0] = reverse("leads:detail", args=[lead.pk])
    addresses += [
        f"{reverse('conversion:convert')}?ids={lead.pk}",
        f"{reverse('conversion:return')}?ids={deal.pk}",
        reverse("deals:add_participant", args=[deal.pk]),
        reverse("deals:participant", args=[deal.pk, deal.person_id]),
        reverse("deals:followers", args=[deal.pk]),
        reverse("deals:merge_with", args=[deal.pk]),
        reverse("activities:news"),
        reverse("deals:move", args=[deal.pk]),
        reverse("deals:expect", args=[deal.pk]),
        reverse("deals:lost", args=[deal.pk]),
        f"{reverse('deals:move_many')}?ids={deal.pk}",
        f"{reverse('deals:lose_many')}?ids={deal.pk}",
        reverse("pipelines:pipeline", args=[deal.stage.pipeline_id]),
        reverse("pipelines:end_stage", args=[deal.stage_id]),
        reverse("pipelines:end", args=[deal.stage.pipeline_id]),
        reverse("labels:words", args=["lost-reasons"]),
        reverse("labels:words", args=["product-categories"]),
        ProductFactory(frequency="monthly").get_absolute_url(),
    ]
    for address in addresses:
        assert left_in_english(browser.get(address), english) == set(), address


def test_the_buttons_of_a_conversion_have_their_french_names(camille, records, signed_in):
    browser, lead = signed_in(camille), records[0]
    assert "Convertir en affaires" in browser.get(reverse("leads:inbox")).text
    assert "Boîte des prospects" in browser.get(reverse("leads:inbox")).text
    assert "Convertir en affaire" in browser.get(reverse("leads:detail", args=[lead.pk])).text


@pytest.mark.parametrize("name", ["accounts:sign_in", "accounts:forgotten"])
def test_a_stranger_is_met_in_the_language_of_the_browser(name, db, client, english):
    response = client.get(reverse(name), headers={"Accept-Language": "fr-FR,fr;q=0.9"})
    # Each language is offered under its own name.
    assert left_in_english(response, english) == {"English"}


@pytest.mark.parametrize(
    ("language", "number", "words"),
    [
        ("en", 0, "0 leads converted."),
        ("en", 1, "1 lead converted."),
        ("en", 2, "2 leads converted."),
        ("fr", 0, "0 prospect converti."),
        ("fr", 1, "1 prospect converti."),
        ("fr", 2, "2 prospects convertis."),
    ],
)
def test_a_conversion_counts_as_each_language_does(language, number, words):
    with translation.override(language):
        assert converted_words(number) == words


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "€12,500.50"), ("fr", f"12{NARROW}500,50{NBSP}€")],
)
def test_money_is_written_as_each_language_does(language, words):
    with translation.override(language):
        assert money(Decimal("12500.50"), "EUR") == words


@pytest.mark.parametrize(("language", "words"), [("en", f"3{NBSP}Dec"), ("fr", f"3{NBSP}déc.")])
def test_a_day_is_written_as_each_language_does(language, words):
    with translation.override(language):
        assert written_day(date(2026, 12, 3), today=date(2026, 6, 1)) == words


def test_sums_in_the_inbox_are_french(camille, records, signed_in):
    assert f"12{NARROW}500,50{NBSP}€" in signed_in(camille).get(reverse("leads:inbox")).text


def test_french_punctuation_keeps_its_spaces():
    """No-break before : and within « », narrow before ; ! ?, and the apostrophe that is curved."""
    path = catalogues.catalogue_path(catalogues.CHECKOUT, "fr")
    wrong = []
    for message in catalogues.load(path, "fr"):
        words = message.string if message.pluralizable else [message.string]
        wrong += [
            text for text in words if message.id and re.search(r" [:;!?»]|« |'|\w[;!?]", text)
        ]
    assert wrong == []
