"""The search page and the list of the palette: what is seen, by whom, and without a script."""

import pytest

from accounts.models import Visibility
from tests.factories import (
    DealFactory,
    LeadFactory,
    OrganizationFactory,
    PersonFactory,
    ProductFactory,
    ProjectFactory,
)
from tests.web import assert_part_of_page, htmx

SEARCH = "/search/"


def test_the_page_shows_what_fits_by_kind_with_numbers(alice, signed_in):
    lac = OrganizationFactory(name="Lac & Fils", owner=alice)
    zoe = PersonFactory(name="Zoé Lac", owner=alice, organization=lac)
    lead = LeadFactory(title="Lac: coffee", owner=alice, person=zoe)
    deal = DealFactory(title="Lac: kitchen", owner=alice, person=zoe, won=True)
    html = signed_in(alice).get(SEARCH, {"q": "lac"}).text

    for record in (lac, zoe, lead, deal):
        assert f'href="{record.get_absolute_url()}"' in html
    assert "Lac &amp; Fils" in html
    assert "4 results" in html
    assert 'value="lac"' in html
    assert "Won" in html


def test_charlie_finds_nothing_of_alices(alice, charlie, signed_in):
    LeadFactory(title="Quetzal", owner=alice, visibility=Visibility.TEAM)
    assert "Nothing found for “quetzal”." in signed_in(charlie).get(SEARCH, {"q": "quetzal"}).text
    assert "/leads/" in signed_in(alice).get(SEARCH, {"q": "quetzal"}).text


def test_part_equals_page(alice, signed_in):
    LeadFactory(title="Lac", owner=alice)
    assert_part_of_page(signed_in(alice), SEARCH, "found", q="lac")
    assert_part_of_page(signed_in(alice), SEARCH, "found")


def test_the_palette_shows_five_of_each_kind_and_the_page_more(alice, signed_in):
    for number in range(7):
        OrganizationFactory(name=f"Lac {number}", owner=alice)
    client = signed_in(alice)
    palette = client.get(SEARCH, {"q": "lac"}, headers=htmx("palette-list")).text
    assert "Lac 4" in palette
    assert "Lac 5" not in palette
    assert "7 results" in palette
    assert 'href="/search/?q=lac"' in palette
    page = client.get(SEARCH, {"q": "lac"}).text
    assert "Lac 6" in page
    assert "More results" not in page


def test_actions_are_found_by_their_words_and_fit_the_role(alice, reader, signed_in):
    html = signed_in(alice).get(SEARCH, {"q": "add le"}).text
    assert 'href="/leads/new/"' in html
    assert "1 action<" in html
    assert 'href="/deals/new/"' not in html.partition("<main")[2]
    shown = signed_in(reader).get(SEARCH).text.partition("<main")[2]
    assert "Go to Deals" in shown
    assert "Add deal" not in shown


def test_a_short_word_comes_with_a_hint(alice, signed_in):
    client = signed_in(alice)
    assert "looked for whole" in client.get(SEARCH, {"q": "co"}).text
    assert "looked for whole" not in client.get(SEARCH, {"q": "cof"}).text
    assert "looked for whole" not in client.get(SEARCH).text


def test_words_of_the_reader_find_actions_in_their_language(alice, signed_in):
    type(alice).objects.filter(pk=alice.pk).update(language="fr")
    html = signed_in(alice).get(SEARCH, {"q": "ajout prosp"}).text
    assert 'href="/leads/new/"' in html.partition("<main")[2]


@pytest.mark.parametrize("count", [1, 5])
def test_a_search_costs_the_same_for_one_and_five(
    alice, signed_in, django_assert_num_queries, count
):
    for number in range(count):
        organization = OrganizationFactory(name=f"Lac {number}", owner=alice)
        person = PersonFactory(name=f"Lac {number}", owner=alice, organization=organization)
        LeadFactory(title=f"Lac {number}", owner=alice, person=person)
        DealFactory(title=f"Lac {number}", owner=alice, person=person)
        ProductFactory(name=f"Lac {number}")
        ProjectFactory(title=f"Lac {number}", owner=alice)
    client = signed_in(alice)
    # session · user · her team · people · organizations · leads · deals · projects · products
    with django_assert_num_queries(9):
        client.get(SEARCH, {"q": "lac"})


def test_the_shortcuts_are_a_page_and_a_dialog(alice, signed_in):
    client = signed_in(alice)
    page = client.get("/shortcuts/").text
    assert "<kbd>j</kbd>" in page
    assert "<!doctype html>" in page
    assert_part_of_page(client, "/shortcuts/", "shortcuts")
    dialog = client.get("/shortcuts/", headers=htmx("dialog")).text
    assert dialog.lstrip().startswith('<section id="shortcuts"')


def test_those_who_switched_keys_off_are_told_and_no_control_names_one(alice, signed_in):
    client = signed_in(alice)
    assert 'aria-keyshortcuts="c"' in client.get("/leads/").text
    type(alice).objects.filter(pk=alice.pk).update(has_shortcuts=False)
    assert "switched off" in client.get("/shortcuts/").text
    assert 'aria-keyshortcuts="c"' not in client.get("/leads/").text
    assert 'aria-keyshortcuts="Control+K Meta+K"' in client.get("/leads/").text
