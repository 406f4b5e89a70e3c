"""What fields accept, what they refuse, and how they say so."""

import uuid
from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation

from accounts.models import Team
from core.forms import (
    AmountInput,
    CurrencyField,
    DayField,
    LineField,
    MoneyAmountField,
    OnceMixin,
    RecordField,
    TextField,
)

NNBSP = "\u202f"
NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("language", "typed", "meant"),
    [
        ("fr", "12 500,50", "12500.50"),
        ("fr", f"12{NNBSP}500,50{NBSP}€", "12500.50"),
        ("en", "12,500.50", "12500.50"),
        ("en", "12500.5", "12500.5"),
        ("en", "12,500", "12500"),
        ("fr", "12,500", "12.500"),
        ("en", "12,50", "12.50"),
        ("en", "1,234,567", "1234567"),
        ("fr", "1.234.567,8", "1234567.8"),
        ("en", "1'234.50", "1234.50"),
        ("en", "0", "0"),
    ],
)
def test_amounts_are_read_as_people_write_them(language, typed, meant):
    with translation.override(language):
        assert MoneyAmountField().clean(typed) == Decimal(meant)


@pytest.mark.parametrize(
    "typed", ["much", "1e9", "NaN", "Infinity", "1,2.3,4", "--1", "١٢", "12.", "0x1"]
)
def test_what_is_no_amount_is_refused(typed):
    with pytest.raises(ValidationError):
        MoneyAmountField().clean(typed)


@pytest.mark.parametrize("typed", ["-1", "1" * 13, "1.23456"])
def test_amounts_stay_within_their_bounds(typed):
    with pytest.raises(ValidationError):
        MoneyAmountField().clean(typed)


def test_no_amount_is_none():
    assert MoneyAmountField(required=False).clean("") is None
    assert MoneyAmountField(required=False).clean(None) is None


@pytest.mark.parametrize(
    ("value", "printed"), [("12500.0000", "12500"), ("12500.5000", "12500.50"), ("0.1250", "0.125")]
)
def test_a_printed_amount_reads_back_the_same_in_both_languages(value, printed):
    for language in ("en", "fr"):
        with translation.override(language):
            assert AmountInput().format_value(Decimal(value)) == printed
            assert MoneyAmountField().clean(printed) == Decimal(value)


@pytest.mark.parametrize("hidden", ["\x00", "\u202e", "\u2066", "\x1b", "\n"])
def test_a_line_holds_nothing_that_cannot_be_seen(hidden):
    with pytest.raises(ValidationError):
        LineField().clean(f"a{hidden}b")


def test_a_line_loses_the_space_around_it():
    assert LineField().clean("  Élodie — 東京 🙂  ") == "Élodie — 東京 🙂"


def test_a_text_keeps_its_lines():
    assert TextField().clean("a\r\nb\rc\td") == "a\nb\nc\td"
    with pytest.raises(ValidationError):
        TextField().clean("a\x00")


class Sample(OnceMixin, forms.Form):
    title = LineField(max_length=5, help_text="Short.")
    currency = CurrencyField(required=False)
    on = DayField(required=False)


def test_a_field_says_what_is_wrong_where_screen_readers_look():
    html = str(Sample({"title": "too long", "token": uuid.uuid4()})["title"].as_field_group())

    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'id="id_title_error"' in html
    assert "<svg" in html


def test_the_summary_takes_focus_and_leads_to_the_fields():
    html = str(Sample({"title": "too long", "token": uuid.uuid4()}))

    assert 'role="alert" tabindex="-1" data-focus' in html
    assert '<a href="#id_title">Title</a>' in html


def test_optional_fields_say_so_and_days_use_the_calendar():
    html = str(Sample())

    assert html.count('class="optional"') == 2
    assert 'type="date"' in html


def test_a_token_is_made_anew_for_every_empty_form_and_kept_by_a_wrong_one():
    first, second = Sample()["token"].value(), Sample()["token"].value()
    token = uuid.uuid4()

    assert first != second
    assert str(token) in str(Sample({"title": "", "token": token}))


@pytest.mark.django_db
class TestRecords:
    """RecordField: picked by id, typed by name, or new."""

    @pytest.fixture
    def north(self):
        return Team.objects.create(name="North")

    def field(self, **options):
        return RecordField(Team.objects.all(), url="/teams/", **options)

    def test_a_picked_record_is_found(self, north):
        assert self.field().clean((str(north.pk), "North")) == north

    def test_a_typed_name_is_found(self, north):
        assert self.field().clean(("", "north")) == north

    def test_a_new_name_is_new_only_where_it_may_be(self, north):
        assert self.field(may_create=True).clean(("", "South")) == "South"
        with pytest.raises(ValidationError):
            self.field().clean(("", "South"))

    @pytest.mark.parametrize("pk", ["0", "x", "9" * 40, "-1", "1.5", "²"])
    def test_a_broken_id_is_refused(self, north, pk):
        with pytest.raises(ValidationError):
            self.field().clean((pk, "North"))

    def test_nothing_is_none(self, north):
        assert self.field(required=False).clean(("", "")) is None

    def test_an_unchanged_record_has_not_changed(self, north):
        field = self.field()

        assert not field.has_changed(north.pk, (str(north.pk), "North"))
        assert not field.has_changed(north.pk, ("", "North"))
        assert field.has_changed(north.pk, ("", "South"))
        assert not field.has_changed(None, ("", ""))

    def test_the_two_inputs_show_id_and_name(self, north):
        class Form(forms.Form):
            team = self.field()

        html = str(Form(initial={"team": north})["team"])

        assert f'name="team" value="{north.pk}"' in html
        assert 'name="team_text" value="North"' in html
