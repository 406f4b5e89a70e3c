"""What people type into custom fields: a form field for each kind, and forms that have them.

A kit for the forms of every app whose records have custom fields.
"""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _

from core.forms import (
    CurrencyField,
    DayField,
    DayInput,
    LineField,
    MoneyAmountField,
    RecordField,
    TextField,
    TimeInput,
)
from core.money import CURRENCIES
from custom_fields.kinds import DateRange, Money, OptionKind, PointingKind
from custom_fields.models import CustomValues, Field
from custom_fields.queries import fields_of
from custom_fields.services import MOST_OPTIONS
from custom_fields.values import present_in

NOTHING = ("", "—")
OPTION = LineField(max_length=80)


class OptionLinesField(TextField):
    """The options of a new choice, one a line: a list of their names, each once."""

    def __init__(self, **kwargs):
        super().__init__(
            label=_("Options"),
            required=False,
            max_length=MOST_OPTIONS * 81,
            help_text=_("For a choice: one option a line. More can be added later."),
            **kwargs,
        )

    def clean(self, value):
        names = {}
        for line in filter(None, map(str.strip, super().clean(value).split("\n"))):
            names.setdefault(line.casefold(), line)
        for name in names.values():
            OPTION.clean(name)
        return list(names.values())


# --- Fields of several inputs ------------------------------------------------------------------


class SeveralInputs(forms.MultiWidget):
    """Inputs beside each other; what leads to the field leads to the first of them."""

    template_name = "custom_fields/several.html"

    def id_for_label(self, id_):
        return f"{id_}_0" if id_ else ""


class MoneyInput(SeveralInputs):
    """An amount beside its currency."""

    def __init__(self, *, currency, attrs=None):
        self.currency = currency
        amount, currencies = MoneyAmountField().widget, [(code, code) for code in CURRENCIES]
        amount.attrs["aria-label"] = _("Amount")
        currency = forms.Select({"aria-label": _("Currency")}, choices=currencies)
        super().__init__([amount, currency], attrs)

    def decompress(self, value):
        return list(value) if value else [None, self.currency]


class CustomMoneyField(forms.MultiValueField):
    """Cleans to ``Money``, or to None without an amount."""

    def __init__(self, *, currency, **kwargs):
        parts = (
            MoneyAmountField(min_value=None, required=False),
            CurrencyField(required=False),
        )
        super().__init__(
            parts, widget=MoneyInput(currency=currency), require_all_fields=False, **kwargs
        )

    def clean(self, value):
        cleaned = super().clean(value)
        if cleaned is None and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        return cleaned

    def compress(self, parts):
        amount, currency = [*parts, None, None][:2]
        if amount is None:
            return None
        if not currency:
            raise ValidationError(_("An amount needs its currency."), code="currency")
        return Money(amount, currency)


class RangeInput(SeveralInputs):
    """From a day to a day."""

    def __init__(self, attrs=None):
        days = [DayInput({"aria-label": label}) for label in (_("From"), _("To"))]
        super().__init__(days, attrs)

    def decompress(self, value):
        return list(value) if value else [None, None]


class CustomRangeField(forms.MultiValueField):
    """Cleans to ``DateRange``, or to None without any day."""

    default_error_messages = {
        "half": _("Give both days, the first and the last."),
        "turned": _("The last day comes before the first one."),
    }

    def __init__(self, **kwargs):
        parts = (DayField(required=False), DayField(required=False))
        super().__init__(parts, widget=RangeInput(), require_all_fields=False, **kwargs)

    def compress(self, parts):
        if not any(parts):
            return None
        if not all(parts):
            raise ValidationError(self.error_messages["half"], code="half")
        if parts[1] < parts[0]:
            raise ValidationError(self.error_messages["turned"], code="turned")
        return DateRange(*parts)


# --- Fields to choose in -----------------------------------------------------------------------


class CustomOptionField(forms.ChoiceField):
    """One of the options in use, or the one that is there; cleans to the ``Option``."""

    default_error_messages = {"invalid_choice": OptionKind.wrong}

    def __init__(self, *, options, **kwargs):
        self.options = {str(each.pk): each for each in options}
        choices = [NOTHING, *((pk, each.name) for pk, each in self.options.items())]
        super().__init__(choices=choices, **kwargs)

    def clean(self, value):
        return self.options.get(super().clean(value))

    def prepare_value(self, value):
        return getattr(value, "pk", value)


class CustomOptionsField(forms.MultipleChoiceField):
    """Several of the options; cleans to a list in their order of numbers."""

    default_error_messages = {"invalid_choice": OptionKind.wrong}
    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, options, **kwargs):
        self.options = {str(each.pk): each for each in options}
        choices = [(pk, each.name) for pk, each in self.options.items()]
        super().__init__(choices=choices, **kwargs)

    def clean(self, value):
        chosen = [self.options[pk] for pk in dict.fromkeys(super().clean(value))]
        return sorted(chosen, key=lambda each: each.pk)

    def prepare_value(self, value):
        return [getattr(each, "pk", each) for each in value or ()]


class CustomYesNoField(forms.TypedChoiceField):
    """Yes, no, or not said; cleans to a bool or None."""

    def __init__(self, **kwargs):
        choices = [NOTHING, ("yes", _("Yes")), ("no", _("No"))]
        super().__init__(
            choices=choices, coerce=lambda answer: answer == "yes", empty_value=None, **kwargs
        )

    def prepare_value(self, value):
        return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value


# --- One for each kind -------------------------------------------------------------------------


def form_field(field: Field, *, user, present=None, is_required: bool = False) -> forms.Field:
    """The form field of ``field`` for ``user``; what is ``present`` may stay, out of use or not."""
    kind = field.behaviour
    # Help stands in pages as HTML; an admin writes text.
    help_text = escape(field.help_text)
    given = {"label": field.name, "required": is_required, "help_text": help_text}
    if isinstance(kind, PointingKind):
        return pointing_field(kind, user, present, given)
    match kind.name:
        case "long_text" | "address":
            return TextField(max_length=kind.most, **given)
        case "phone":
            return line(kind, "tel", given)
        case "email":
            return line(kind, "email", given)
        case "url":
            return line(kind, "url", given)
        case "number":
            return MoneyAmountField(
                min_value=None,
                max_digits=kind.digits,
                decimal_places=kind.places,
                error_messages={"invalid": kind.wrong},
                **given,
            )
        case "money":
            return CustomMoneyField(currency=user.currency, **given)
        case "date":
            return DayField(**given)
        case "date_range":
            return CustomRangeField(**given)
        case "time":
            return forms.TimeField(widget=TimeInput, **given)
        case "yes_no":
            return CustomYesNoField(**given)
        case "option" | "options":
            held = present if isinstance(present, list) else [present]
            options = [each for each in field.choices if not each.archived_at or each in held]
            make = CustomOptionField if kind.name == "option" else CustomOptionsField
            return make(options=options, **given)
    return LineField(max_length=kind.most, **given)


def line(kind, input_mode, given):
    """A line of text with the keyboard that fits it; the kind says what is wrong with it."""

    def validate(value):
        kind.stored(value, None)

    widget = forms.TextInput(attrs={"inputmode": input_mode})
    return LineField(max_length=kind.most, widget=widget, validators=[validate], **given)


def pointing_field(kind, user, present, given):
    records = kind.choosable_by(user)
    if present is not None:  # what stands there may stay, even if it may not be seen
        records = records.order_by() | kind.model._base_manager.filter(pk=present.pk)
    records = records.order_by("name", "pk")
    if not kind.url:
        return forms.ModelChoiceField(records, empty_label="—", **given)
    return RecordField(records, url=kind.url, **given)


# --- Forms that have them ----------------------------------------------------------------------


@dataclass(frozen=True)
class Group:
    """The fields under one heading of a form; the first group may have none."""

    heading: str
    fields: list[BoundField]


@dataclass(frozen=True)
class CustomPart:
    """The custom fields of a form, and what the record that it changes says in them."""

    fields: list[Field]
    present: dict[str, Any]

    @classmethod
    def of(cls, record: CustomValues) -> "CustomPart":
        fields = fields_of(record.custom_of)
        return cls(fields, present_in([record], fields)[0])


class CustomFieldsForm(forms.Form):
    """A form of records that have custom fields: these follow its own, by their keys.

    ``custom`` is that of the record it changes; ``asks_required`` says whether what is required in
    general is required here.
    """

    custom_of: Field.Of
    asks_required = True

    def __init__(self, *args, user, custom: CustomPart | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.custom = custom or CustomPart(fields_of(self.custom_of), {})
        for field in self.custom.fields:
            present = self.custom.present.get(field.key)
            is_required = self.asks_required and field.is_required
            self.fields[field.key] = form_field(
                field, user=user, present=present, is_required=is_required
            )
            self.initial.setdefault(field.key, present)

    @property
    def custom_groups(self) -> list[Group]:
        """The fields that follow, heading by heading."""
        groups = {}
        for field in self.custom.fields:
            if field.key in self.fields:
                groups.setdefault(field.group, []).append(self[field.key])
        return [Group(heading, fields) for heading, fields in groups.items()]
