"""How forms look and what they accept: one renderer, and fields for lines, text, money and days."""

import re
import uuid
from decimal import Decimal, InvalidOperation

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import DjangoTemplates
from django.shortcuts import resolve_url
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.line_ends import one_line_end
from core.money import CURRENCIES
from core.validators import validate_line, validate_text

DIGITS_ONLY = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
LEFT_OUT = re.compile("[\\s\u00a0\u202f\u2009'’_€$£¥]")


class Renderer(DjangoTemplates):
    """The project's own templates first (they know our tags), then the ones Django ships."""

    form_template_name = "django/forms/div.html"
    field_template_name = "django/forms/field.html"

    def get_template(self, template_name):
        try:
            return get_template(template_name)
        except TemplateDoesNotExist:
            return super().get_template(template_name)


class LineField(forms.CharField):
    """One line of text, without anything that cannot be seen."""

    default_validators = [validate_line]


class TextField(forms.CharField):
    """Text of several lines, its line ends as ``\\n``, without anything that cannot be seen."""

    widget = forms.Textarea(attrs={"rows": 4})
    default_validators = [validate_text]

    def to_python(self, value):
        return one_line_end(super().to_python(value))


class DayInput(forms.DateInput):
    """The browser's own calendar; it wants ISO dates whatever the language."""

    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    """The browser's own clock."""

    input_type = "time"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%H:%M")


class DayField(forms.DateField):
    """A day, by the browser's own calendar."""

    widget = DayInput


class AmountInput(forms.TextInput):
    """Prints ``12500.50`` and ``12500``, never ``12,500``: it must read back the same."""

    def __init__(self, attrs=None):
        super().__init__({"inputmode": "decimal", "autocomplete": "off", **(attrs or {})})

    def format_value(self, value):
        if not isinstance(value, Decimal):
            return super().format_value(value)
        if value == value.to_integral_value():
            return f"{value:.0f}"
        digits = f"{value:f}".rstrip("0")
        whole, _dot, fraction = digits.partition(".")
        return f"{whole}.{fraction:0<2}"


class MoneyAmountField(forms.DecimalField):
    """An amount as people write it: ``12 500,50``, ``12,500.50``, ``12500.5``."""

    widget = AmountInput
    default_error_messages = {"invalid": _("Write an amount like 12500 or 12500.50.")}

    def __init__(self, *, min_value=0, max_digits=16, decimal_places=4, **kwargs):
        super().__init__(
            min_value=min_value, max_digits=max_digits, decimal_places=decimal_places, **kwargs
        )

    def to_python(self, value):
        if value in self.empty_values or isinstance(value, Decimal):
            return None if value in self.empty_values else value
        written = plain_number(str(value))
        if not DIGITS_ONLY.fullmatch(written):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        try:
            return Decimal(written)
        except InvalidOperation:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None

    def widget_attrs(self, widget):
        return {}  # min and step belong to a number input; ours is text, for the sake of commas


class ExactInput(AmountInput):
    """Prints ``5.5`` and ``20``: as many decimals as are needed."""

    def format_value(self, value):
        return f"{value.normalize():f}" if isinstance(value, Decimal) else value


class PercentField(MoneyAmountField):
    """A percentage from 0 to 100: ``20``, ``5.5``, ``5,5``, ``8.875``."""

    widget = ExactInput
    default_error_messages = {"invalid": _("Write a percentage like 20 or 5.5.")}

    def __init__(self, **kwargs):
        super().__init__(max_value=100, max_digits=7, **kwargs)

    def to_python(self, value):
        return super().to_python(value.replace("%", "") if isinstance(value, str) else value)


def plain_number(text):
    """``text`` with its thousands run together and a point before its decimals."""
    text = LEFT_OUT.sub("", text).replace("\u2212", "-")
    comma, point = text.rfind(","), text.rfind(".")
    if comma >= 0 and point >= 0:  # the one further right stands before the decimals
        if comma > point:
            return text.replace(".", "").replace(",", ".")
        return text.replace(",", "")
    if comma >= 0:
        thousands = text.count(",") > 1 or re.fullmatch(r"-?[1-9]\d{0,2},\d{3}", text)
        if text.count(",") > 1 or (thousands and (get_language() or "en").startswith("en")):
            return text.replace(",", "")
        return text.replace(",", ".")
    return text.replace(".", "") if text.count(".") > 1 else text


class CurrencyField(forms.ChoiceField):
    """One of the currencies we know, by its ISO code."""

    def __init__(self, **kwargs):
        choices = [(code, code) for code in CURRENCIES]
        if not kwargs.get("required", True):
            choices.insert(0, ("", "—"))
        super().__init__(choices=choices, **kwargs)


class OnceMixin(forms.Form):
    """A form that makes something once: its hidden token tells a repetition from a new one.

    The service gets ``cleaned_data["token"]`` and answers a repetition with what it made before.
    """

    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class Combobox(forms.Widget):
    """A text field that finds records while one types; without scripts the name itself is sent.

    ``url`` answers ``?q=`` with ``ui/options.html``; it is told too what stands in the field of the
    same form that is called ``along``, if there is one. Two values travel: ``<name>`` holds the id
    of what was picked, ``<name>_text`` what was typed.
    """

    template_name = "ui/combobox.html"

    def __init__(self, *, url, along="", may_create=False, attrs=None):
        super().__init__(attrs)
        self.url = url
        self.along = along
        self.may_create = may_create
        self.create_words = ""  # instead of “Create …”, with a place for {text}

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        picked, text = value if isinstance(value, tuple) else ("", value or "")
        return {
            **context,
            "picked": picked,
            "text": text,
            "url": resolve_url(self.url),
            "along": self.along,
            "may_create": self.may_create,
            "create_words": self.create_words,
        }

    def value_from_datadict(self, data, files, name):
        return data.get(name) or "", (data.get(f"{name}_text") or "").strip()

    def value_omitted_from_data(self, data, files, name):
        return name not in data and f"{name}_text" not in data

    def id_for_label(self, id_):
        return id_


class RecordField(forms.Field):
    """A record by its name, which stands in the column ``by``: picked, or typed in full, or new by
    that name if that may be.

    Cleans to the record, to the new name (a ``str``), or to None.
    """

    default_error_messages = {
        "unknown": _("Nothing has this name. Choose from the list."),
        "several": _("Several have this name. Choose one from the list."),
        "gone": _("This is not there any more. Choose another one."),
    }

    def __init__(
        self, queryset, *, url, by="name", along="", may_create=False, max_length=200, **kwargs
    ):
        widget = Combobox(url=url, along=along, may_create=may_create)
        super().__init__(widget=widget, **kwargs)
        self.queryset = queryset
        self.by = by
        self.may_create = may_create
        self.max_length = max_length

    def prepare_value(self, value):
        """What the two inputs show: for a record or its id, the id and the name."""
        if value in self.empty_values or isinstance(value, tuple):
            return value
        if isinstance(value, str) and not value.isdecimal():
            return "", value
        record = value if hasattr(value, "pk") else self.queryset.filter(pk=value).first()
        return (record.pk, str(record)) if record else ("", "")

    def clean(self, value):
        picked, text = value if isinstance(value, tuple) else ("", value or "")
        if picked:
            return self.record(picked)
        if not text:
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        LineField(max_length=self.max_length).clean(text)
        found = list(self.queryset.filter(**{f"{self.by}__iexact": text})[:2])
        if len(found) == 1:
            return found[0]
        if found:
            raise ValidationError(self.error_messages["several"], code="several")
        if self.may_create:
            return text
        raise ValidationError(self.error_messages["unknown"], code="unknown")

    def record(self, pk):
        try:
            record = self.queryset.filter(pk=int(pk)).first()
        except (ValueError, OverflowError):
            record = None
        if record is None:
            raise ValidationError(self.error_messages["gone"], code="gone")
        return record

    def has_changed(self, initial, data):
        picked, text = data if isinstance(data, tuple) else ("", data or "")
        before, name = self.prepare_value(initial) or ("", "")
        if picked:
            return str(picked) != str(before)
        return text != name
