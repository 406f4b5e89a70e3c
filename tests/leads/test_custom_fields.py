"""Custom fields in the inbox: as columns, as filters, as an order, and when they are gone."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.http import QueryDict

from custom_fields.models import Field, Option
from leads import inbox
from lists.models import SavedView
from opportunities.services import change
from tests.factories import FieldFactory, LeadFactory, PersonFactory
from tests.web import htmx

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(datetime(2026, 11, 23, 12, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def field():
    def make(kind, name=None, **given):
        return FieldFactory(of=Field.Of.OPPORTUNITY, kind=kind, name=name or kind, **given)

    return make


@pytest.fixture
def lead(alice):
    def make(title, field=None, value=None):
        made = LeadFactory(owner=alice, title=title)
        if field:
            change(made, {field.key: value}, by=alice)
        return made

    return make


def titles(user, query):
    return set(inbox.matching(QueryDict(query), user).values_list("title", flat=True))


def rows(page):
    return [each.title for each in page.context["records"].rows]


def test_numbers_and_amounts_are_filtered_in_either_notation_and_sorted(
    alice, lead, field, signed_in
):
    number = field("number")
    for title, value in (("two", "2"), ("ten", "10"), ("none", None), ("minus", "-1.5")):
        lead(title, number, value)

    assert titles(alice, f"{number.key}_from=2") == {"two", "ten"}
    assert titles(alice, f"{number.key}_to=2,5") == {"two", "minus"}
    assert titles(alice, f"{number.key}_from=-2&{number.key}_to=0") == {"minus"}
    client = signed_in(alice)
    url = f"/leads/?cols={number.key}&sort="
    assert rows(client.get(f"{url}{number.key}")) == ["minus", "two", "ten", "none"]
    assert rows(client.get(f"{url}-{number.key}")) == ["ten", "two", "minus", "none"]


def test_options_are_found_by_number_and_shown_by_their_name_now(alice, lead, field, signed_in):
    one, several = field("option"), field("options")
    small, large = (Option.objects.create(field=one, name=name) for name in ("Small", "Large"))
    price, speed = (Option.objects.create(field=several, name=name) for name in ("Price", "Speed"))
    lead("a", one, small.pk)
    lead("b", one, large.pk)
    lead("c", several, [price.pk, speed.pk])

    assert titles(alice, f"{one.key}={small.pk}") == {"a"}
    assert titles(alice, f"{one.key}={small.pk}&{one.key}={large.pk}") == {"a", "b"}
    assert titles(alice, f"{several.key}={speed.pk}") == {"c"}
    large.name = "Vast"
    large.save()
    page = signed_in(alice).get(f"/leads/?{one.key}={large.pk}&cols={one.key}")
    assert f">{one.name}: Vast<" in page.text
    assert rows(page) == ["b"]


def test_days_are_filtered_by_periods_and_ends(alice, lead, field):
    day = field("date")
    lead("soon", day, "2026-11-25")
    lead("past", day, "2026-10-02")
    lead("none")

    assert titles(alice, f"{day.key}=this-week") == {"soon"}
    assert titles(alice, f"{day.key}=last-month&{day.key}=this-week") == {"soon", "past"}
    assert titles(alice, f"{day.key}=none") == {"none"}
    assert titles(alice, f"{day.key}_from=2026-11-01") == {"soon"}
    assert titles(alice, f"{day.key}_to=2026-10-02") == {"past"}


def test_texts_yes_or_no_and_colleagues_are_filtered(alice, bob, lead, field):
    text, flag, user = field("text"), field("yes_no"), field("user")
    lead("a", text, "Élan Vital")
    lead("b", flag, True)
    lead("c", flag, False)
    lead("d", user, bob.pk)

    assert titles(alice, f"{text.key}=vit elan") == {"a"}
    assert titles(alice, f"{text.key}=lan") == titles(alice, f"{text.key}=!!!") == set()
    assert titles(alice, f"{flag.key}=yes") == {"b"}
    assert titles(alice, f"{flag.key}=no") == {"c"}
    assert titles(alice, f"{user.key}={bob.pk}") == {"d"}


def test_long_texts_and_names_of_people_are_filtered_by_words(alice, lead, field):
    long, address, person = field("long_text"), field("address"), field("person")
    zoe = PersonFactory(owner=alice, name="Zoé Faure")
    lead("a", long, "Wants ten machines" + " and more" * 60 + " for Élan")
    lead("b", address, "1 rue Lavoisier\nLyon")
    lead("c", person, zoe.pk)

    assert titles(alice, f"{long.key}=elan want") == {"a"}
    assert titles(alice, f"{address.key}=lyon") == {"b"}
    assert titles(alice, f"{person.key}=zoe fau") == {"c"}
    for key in (long.key, address.key, person.key):
        assert titles(alice, f"{key}=nobody") == titles(alice, f"{key}=!!!") == set()


def test_all_kinds_are_shown_in_the_list(alice, lead, field, signed_in):
    person = PersonFactory(owner=alice, name="Zoé Faure")
    shown = {
        "text": ("plain text", "plain text"),
        "long_text": ("long\ntext", "long\ntext"),
        "number": ("1234.5", "1,234.5"),
        "money": ({"amount": "99.90", "currency": "EUR"}, "€99.90"),
        "date": ("2026-12-24", "24\xa0Dec"),
        "date_range": ({"from": "2026-12-01", "to": "2026-12-03"}, "1\xa0Dec – 3\xa0Dec"),
        "time": ("15:30", "15:30"),
        "yes_no": (True, "yes"),
        "person": (person.pk, "Zoé Faure"),
        "user": (alice.pk, "Alice Martin"),
        "phone": ("+33 1 99 00 00 00", "+33 1 99 00 00 00"),
        "email": ("zoe@faure.example", "zoe@faure.example"),
        "url": ("https://faure.example", "https://faure.example"),
        "address": ("1 rue\n75001", "1 rue\n75001"),
    }
    fields = {kind: field(kind) for kind in shown}
    made = lead("all")
    values = {fields[kind].key: value for kind, (value, _text) in shown.items()}
    change(made, values, by=alice)

    page = signed_in(alice).get(f"/leads/?cols={','.join(values)}").text

    for _value, text in shown.values():
        assert text in page


def test_a_custom_value_is_changed_in_its_cell(alice, lead, field, signed_in):
    number = field("number", "Seats")
    made = lead("Fleet")
    client = signed_in(alice)
    url = f"/leads/{made.pk}/edit/{number.key}/"
    seen = client.get(url).context["form"]["seen"].value()

    wrong = client.post(url, {"seen": seen, number.key: "many"}, headers=htmx("field"))
    right = client.post(url, {"seen": seen, number.key: "1 250"}, headers=htmx("field"))

    assert wrong.status_code == 422
    assert 'value="many"' in wrong.text
    assert ">1,250</a>" in right.text
    made.refresh_from_db()
    assert made.custom == {str(number.pk): "1250"}


@pytest.mark.parametrize(
    "typed", ["{key}_from=1e9999", "{key}_to=x", "{key}_from=1&{key}_from=NaN", "custom_987=4"]
)
def test_a_filter_that_makes_no_sense_finds_nothing_and_says_so(
    alice, lead, field, signed_in, typed
):
    number = field("number")
    lead("a", number, "3")

    page = signed_in(alice).get(f"/leads/?{typed.format(key=number.key)}")

    assert rows(page) == []
    assert "no longer there" in page.text or 'role="alert"' in page.text


def test_a_view_of_a_field_that_was_deleted_says_so_and_acts_on_nothing(
    alice, lead, field, signed_in
):
    number = field("number")
    lead("a", number, "3")
    query = f"{number.key}_from=1"
    view = SavedView.objects.create(
        owner=alice, of="leads", name="Seats", query=query, columns=[number.key, "value"]
    )
    number.deleted_at = datetime.now(UTC)
    number.save()
    client = signed_in(alice)

    page = client.get(f"/leads/?{query}&cols={number.key},value&saved={view.pk}")
    client.post("/leads/archive/", {"all": "1", "count": "1", number.key + "_from": "1"})

    assert rows(page) == []
    assert "A field: no longer there" in page.text
    assert [column.name for column, _head in page.context["columns"]] == ["title", "value"]
    assert titles(alice, "") == {"a"}


def test_an_option_that_was_removed_meanwhile_is_refused_at_its_place(
    alice, lead, field, signed_in
):
    one = field("option")
    small = Option.objects.create(field=one, name="Small")
    made = lead("a")
    client = signed_in(alice)
    url = f"/leads/{made.pk}/edit/{one.key}/"
    seen = client.get(url).context["form"]["seen"].value()
    number = small.pk
    small.delete()

    answer = client.post(url, {"seen": seen, one.key: number}, headers=htmx("field"))

    assert answer.status_code == 422
    assert "This option is no longer there." in answer.text


def test_all_that_match_a_custom_filter_are_archived_and_no_others(alice, lead, field, signed_in):
    number = field("number")
    lead("few", number, "1")
    lead("many", number, "9")
    client = signed_in(alice)
    page = client.get(f"/leads/?{number.key}_from=5")
    assert f'name="{number.key}_from" value="5"' in page.text

    client.post(
        "/leads/archive/", {"all": "1", "count": "1", "view": "inbox", f"{number.key}_from": "5"}
    )

    assert titles(alice, "") == {"few"}


@pytest.mark.parametrize("number", [1, 5])
def test_custom_columns_ask_the_same_questions_for_any_number_of_leads(
    alice, field, signed_in, django_assert_num_queries, number
):
    fields = [field("person"), field("user"), field("option"), field("number")]
    option = Option.objects.create(field=fields[2], name="Small")
    for n in range(number):
        person = PersonFactory(owner=alice)
        made = LeadFactory(owner=alice, title=f"L{n}")
        values = (person.pk, alice.pk, option.pk, str(n))
        change(made, {f.key: v for f, v in zip(fields, values, strict=True)}, by=alice)
    client = signed_in(alice)
    # Session, user, team; custom fields with options; what filters offer; the count; ids, rows,
    # next activities; the names of people and of colleagues at once; saved views.
    with django_assert_num_queries(11):
        client.get(f"/leads/?cols={','.join(f.key for f in fields)}")
