"""The second step: columns are matched, each kept as soon as it is chosen."""

import pytest

from custom_fields.models import Field
from imports.models import Import, SavedMatching
from tests.factories import FieldFactory, ImportFactory, RowFactory, SavedMatchingFactory
from tests.web import assert_part_of_page, htmx, text

pytestmark = pytest.mark.django_db
LEADS = (
    b"Title,E-mail,Owner,Due\n"
    b"Desks,amy@client.example,Nobody Known,31/01/2027\n"
    b"Chairs,no address,Alice Martin,13/13/2027\n"
)
FIELDS = ("lead.title", "person.email", "lead.owner", "lead.expected_close_on")


@pytest.fixture
def one(alice):
    columns = [{"field": field, "options": {}} for field in FIELDS]
    return ImportFactory(by=alice, content=LEADS, columns=columns)


@pytest.fixture
def url(one):
    return f"/imports/{one.pk}/columns/"


def fields_of(one):
    one.refresh_from_db()
    return [column["field"] for column in one.columns]


def options_of(one, number):
    one.refresh_from_db()
    return one.columns[number]["options"]


def test_each_column_shows_its_values_and_what_they_are_taken_for(url, alice, signed_in):
    shown = text(signed_in(alice).get(url))
    assert "4 of 4 columns are matched" in shown
    assert "Desks" in shown
    assert "31 Jan 2027" in shown
    assert "This is no e-mail address" in shown
    assert "This is no day in the calendar" in shown


def test_what_is_chosen_for_one_column_is_kept_and_leaves_the_others(one, url, alice, signed_in):
    browser = signed_in(alice)
    answer = browser.post(url, {"field-1": "", "system": ""}, headers=htmx("column-1"))
    assert fields_of(one) == ["lead.title", None, "lead.owner", "lead.expected_close_on"]
    assert '<li id="column-1"' in answer.text
    assert "column-2" not in answer.text
    assert "3 of 4 columns are matched" in answer.text
    assert answer.text.count("hx-swap-oob") == 1


def test_the_column_is_letter_for_letter_what_the_page_shows(url, alice, signed_in):
    browser = signed_in(alice)
    answer = text(browser.post(url, {"field-2": "lead.owner"}, headers=htmx("column-2")))
    column = answer.partition("</li> <div")[0]
    assert column in text(browser.get(url))


@pytest.mark.parametrize("number", ["9", "9" * 5_000, "٣", "x", ""])
def test_a_column_that_is_none_shows_them_all(url, alice, signed_in, number):
    headers = htmx("column-") | {"HX-Target": f"column-{number}".encode().decode("latin-1")}
    answer = signed_in(alice).post(url, {"field-1": ""}, headers=headers)
    assert answer.status_code == 200
    assert 'id="matching"' in answer.text


def test_the_matching_is_a_part(url, alice, signed_in):
    assert_part_of_page(signed_in(alice), url, "matching")


def test_without_htmx_all_of_it_is_kept(one, url, alice, signed_in):
    sent = {f"field-{number}": "" for number in range(4)}
    answer = signed_in(alice).post(url, {**sent, "field-0": "person.name"})
    assert answer.url == url
    assert fields_of(one) == ["person.name", None, None, None]


def test_what_is_no_field_goes_nowhere(one, url, alice, signed_in):
    signed_in(alice).post(url, {"field-0": "lead.id", "field-9": "lead.title"})
    assert fields_of(one)[0] is None


def test_how_dates_are_written_can_be_told(one, url, alice, signed_in):
    sent = {"field-3": "lead.expected_close_on", "dates-3": "mdy"}
    answer = signed_in(alice).post(url, sent, headers=htmx("column-3"))
    assert options_of(one, 3) == {"dates": "mdy"}
    assert "31 Jan 2027" not in answer.text
    signed_in(alice).post(url, {**sent, "dates-3": "never"}, headers=htmx("column-3"))
    assert options_of(one, 3) == {"dates": "mdy"}


def test_a_value_can_stand_for_something(one, url, alice, bob, signed_in):
    browser = signed_in(alice)
    sent = {"field-2": "lead.owner", "word-2-0": "Nobody Known"}
    assert "1 value to match" in browser.get(url).text
    answer = browser.post(url, {**sent, "to-2-0": str(bob.pk)}, headers=htmx("column-2"))
    assert options_of(one, 2) == {"values": {"Nobody Known": bob.pk}}
    assert "to match" not in answer.text
    for chosen, kept in (("~empty", {"Nobody Known": None}), ("skip", {"Nobody Known": "skip"})):
        browser.post(url, {**sent, "to-2-0": chosen}, headers=htmx("column-2"))
        assert options_of(one, 2) == {"values": kept}
    for chosen in ("", "987654321"):
        browser.post(url, {**sent, "to-2-0": chosen}, headers=htmx("column-2"))
        assert options_of(one, 2) == {}


@pytest.mark.parametrize("text", ["\0", "Nobody\0 Known", "Nobody of the file", "x" * 100_000])
def test_nothing_but_a_text_of_the_file_can_stand_for_something(text, one, url, alice, signed_in):
    sent = {"field-2": "lead.owner", "word-2-0": text, "to-2-0": "~empty"}
    answer = signed_in(alice).post(url, sent, headers=htmx("column-2"))
    assert answer.status_code == 200
    assert options_of(one, 2) == {}


def test_a_text_of_several_lines_stands_for_something_too(one, url, alice, signed_in):
    one.samples[0][2] = "Nobody\nKnown"
    one.save()
    sent = {"field-2": "lead.owner", "word-2-0": "Nobody\r\nKnown", "to-2-0": "~empty"}
    signed_in(alice).post(url, sent, headers=htmx("column-2"))
    assert options_of(one, 2) == {"values": {"Nobody\nKnown": None}}


def test_one_choice_does_for_all_values_that_are_unknown(one, url, alice, bob, signed_in):
    problem = {"column": 2, "value": "Zoë of old", "reason": "Nobody here is called that."}
    RowFactory(of=one, verdict="refused", problems=[problem])
    browser = signed_in(alice)
    assert "2 values to match" in browser.get(url).text
    sent = {"field-2": "lead.owner", "others-2": str(alice.pk)}
    answer = browser.post(url, sent, headers=htmx("column-2"))
    assert options_of(one, 2) == {"others": alice.pk}
    assert "to match" not in answer.text
    assert "Alice Martin (who imports)" in answer.text
    for chosen, kept in (("~empty", None), ("skip", "skip")):
        browser.post(url, {**sent, "others-2": chosen}, headers=htmx("column-2"))
        assert options_of(one, 2) == {"others": kept}
    browser.post(url, {"field-2": "lead.owner"}, headers=htmx("column-2"))
    assert options_of(one, 2) == {"others": "skip"}
    for chosen in ("", "987654321"):
        browser.post(url, {**sent, "others-2": chosen}, headers=htmx("column-2"))
        assert options_of(one, 2) == {}


def test_values_for_which_rows_were_refused_can_be_matched_too(one, url, alice, signed_in):
    problem = {"column": 2, "value": "Zoë of old", "reason": "Nobody here is called that."}
    RowFactory(of=one, verdict="refused", problems=[problem])
    assert "Zoë of old" in signed_in(alice).get(url).text


def test_another_field_does_not_keep_what_was_chosen_for_the_first(one, url, alice, signed_in):
    one.columns[2]["options"] = {"values": {"Nobody Known": alice.pk}}
    one.save()
    signed_in(alice).post(url, {"field-2": "person.owner"}, headers=htmx("column-2"))
    assert options_of(one, 2) == {}


def test_two_columns_of_one_field_say_so_and_lead_nowhere(one, url, alice, signed_in):
    browser = signed_in(alice)
    answer = browser.post(url, {"field-2": "lead.title"}, headers=htmx("column-2"))
    assert "“Title” goes there, too" in answer.text
    answer = browser.post(url, {"go": "1"}, headers=htmx("matching"))
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert "“Title” is matched with 2 columns." in answer.text
    one.refresh_from_db()
    assert one.stage == Import.Stage.COLUMNS


def test_what_is_required_leads_nowhere_as_long_as_it_is_missing(one, url, alice, signed_in):
    answer = signed_in(alice).post(url, {"field-1": "", "go": "1"})
    assert answer.status_code == 422
    assert "Match a column with a person or an organization" in answer.text


def test_a_matching_that_says_enough_leads_to_the_check(one, url, alice, signed_in):
    answer = signed_in(alice).post(url, {"go": "1"})
    assert answer.url == f"/imports/{one.pk}/check/"
    one.refresh_from_db()
    assert one.stage == Import.Stage.CHECKING


def test_the_system_that_numbers_come_from_is_kept(one, url, alice, signed_in):
    signed_in(alice).post(url, {"system": "HubSpot"})
    one.refresh_from_db()
    assert one.system == "HubSpot"
    answer = signed_in(alice).post(url, {"system": "x" * 41, "go": "1"})
    assert answer.status_code == 422
    assert "x" * 41 in answer.text


@pytest.mark.parametrize("size", [1, 5])
def test_the_page_takes_as_many_statements_whatever_it_holds(
    size, alice, signed_in, django_assert_num_queries
):
    headers = ",".join(["E-mail"] * size)
    cells = ",".join(["amy@client.example"] * size)
    one = ImportFactory(by=alice, content=f"{headers}\n{cells}\n".encode())
    SavedMatchingFactory.create_batch(size, owner=alice)
    browser = signed_in(alice)
    # Session, user, import with its maker; custom fields; saved matchings.
    with django_assert_num_queries(5):
        browser.get(f"/imports/{one.pk}/columns/")


def test_an_admin_helps_with_what_its_maker_sees(one, url, admin, signed_in):
    assert "4 of 4 columns" in text(signed_in(admin).get(url))


# --- A field of its own -------------------------------------------------------------------------


def test_a_column_becomes_a_custom_field(admin, signed_in):
    one = ImportFactory(by=admin, content=b"Title,Size\nDesks,10\nChairs,50\n")
    browser = signed_in(admin)
    url = f"/imports/{one.pk}/columns/1/field/"
    assert url in browser.get(f"/imports/{one.pk}/columns/").text
    shown = browser.get(url, headers=htmx("dialog")).text
    assert 'value="Size"' in shown
    assert '<option value="number" selected>' in shown
    sent = {"record": "lead", "name": "Size", "kind": "option", "lines": "10\n50\n10"}
    assert browser.post(url, sent).url == f"/imports/{one.pk}/columns/"
    field = Field.objects.get()
    assert [option.name for option in field.options.all()] == ["10", "50"]
    assert fields_of(one)[1] == f"lead.custom_{field.pk}"


@pytest.mark.parametrize(
    "odd", [{"name": ""}, {"kind": "odd"}, {"record": "note"}, {"kind": "option", "lines": ""}]
)
def test_what_is_wrong_with_a_field_is_told_at_its_place(odd, admin, signed_in):
    one = ImportFactory(by=admin)
    sent = {"record": "lead", "name": "Size", "kind": "text", "lines": "", **odd}
    assert signed_in(admin).post(f"/imports/{one.pk}/columns/1/field/", sent).status_code == 422
    assert not Field.objects.exists()


def test_a_name_that_is_taken_is_told(admin, signed_in):
    FieldFactory(name="Size")
    one = ImportFactory(by=admin)
    sent = {"record": "lead", "name": "size", "kind": "text", "lines": ""}
    answer = signed_in(admin).post(f"/imports/{one.pk}/columns/1/field/", sent)
    assert answer.status_code == 422
    assert "There is already a field with this name." in answer.text


def test_who_does_not_configure_is_offered_no_field(one, url, alice, signed_in):
    assert "New custom field" not in signed_in(alice).get(url).text
    assert signed_in(alice).get(f"/imports/{one.pk}/columns/0/field/").status_code == 403


# --- Matchings under a name ---------------------------------------------------------------------


def test_a_matching_is_saved_and_used_for_the_next_file(one, url, alice, signed_in):
    browser = signed_in(alice)
    assert browser.post(f"{url}save/", {"name": "Monthly", "is_shared": "on"}).url == url
    kept = SavedMatching.objects.get()
    other = ImportFactory(by=alice, content=LEADS, columns=[{"field": None, "options": {}}] * 4)
    shown = browser.get(f"/imports/{other.pk}/columns/").text
    assert "1 saved matching" in shown
    browser.post(f"/imports/{other.pk}/columns/use/", {"matching": str(kept.pk)})
    assert fields_of(other) == list(FIELDS)


def test_what_texts_stand_for_stays_ones_own(one, url, alice, signed_in):
    one.columns[2]["options"] = {"values": {"Nobody Known": alice.pk}}
    one.columns[3]["options"] = {"dates": "dmy"}
    one.save()
    browser = signed_in(alice)
    browser.post(f"{url}save/", {"name": "Monthly"})
    own = SavedMatching.objects.get()
    assert own.columns[2]["options"] == {"values": {"Nobody Known": alice.pk}}
    browser.post(f"{url}save/", {"name": "Monthly", "is_shared": "on"})
    own.refresh_from_db()
    assert [column["options"] for column in own.columns] == [{}, {}, {}, {"dates": "dmy"}]


def test_a_matching_without_a_name_is_not_saved(url, alice, signed_in):
    assert signed_in(alice).post(f"{url}save/", {"name": " "}).status_code == 422


def test_a_matching_of_others_is_not_there_unless_it_is_for_everyone(one, url, bob, signed_in):
    kept = SavedMatchingFactory(owner=bob)
    browser = signed_in(one.by)
    assert browser.post(f"{url}use/", {"matching": str(kept.pk)}).status_code == 404
    SavedMatching.objects.update(is_shared=True)
    assert browser.post(f"{url}use/", {"matching": str(kept.pk)}).url == url
    assert "Remove " not in browser.get(url).text
    assert browser.get(f"/imports/matchings/{kept.pk}/remove/").status_code == 404


def test_a_matching_is_removed_after_a_question(url, alice, signed_in):
    kept = SavedMatchingFactory(owner=alice)
    browser = signed_in(alice)
    remove = f"/imports/matchings/{kept.pk}/remove/"
    assert "Remove the matching" in browser.get(remove, {"next": url}).text
    assert browser.post(remove, {"next": url}).url == url
    assert not SavedMatching.objects.exists()
