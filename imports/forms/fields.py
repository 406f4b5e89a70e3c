"""A custom field for a column that has none: its name, of what it is, what its values are."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import LineField
from custom_fields.entering import OPTION, OptionLinesField
from custom_fields.kinds import KINDS
from custom_fields.models import Field
from imports.models import Import
from imports.targets import target
from imports.targets.records import CUSTOM_OF, RECORDS

# What the values of a column look like, all of them, the surest first.
LIKE = {
    "email": re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"),
    "url": re.compile(r"https?://\S+", re.IGNORECASE),
    "date": re.compile(r"\d{4}-\d\d?-\d\d?|\d\d?[./]\d\d?[./](\d{4}|\d\d)"),
    "number": re.compile(r"-?\d[\d\s.,\u00a0\u202f]*"),
    "phone": re.compile(r"[+(]?\d[\d\s().-]{6,}"),
}


class FieldForm(forms.Form):
    """A new field. Its options come from the column when it is a choice."""

    record = forms.ChoiceField(label=_("Of"))
    name = LineField(label=_("Name"), max_length=Field._meta.get_field("name").max_length)
    kind = forms.ChoiceField(label=_("Kind"))
    lines = OptionLinesField()

    def __init__(self, *args, one: Import, column: int, **kwargs):
        texts = texts_of(one, column)
        name = one.headers[column][: self.base_fields["name"].max_length]
        options = [text for text in texts if is_option(text)]
        initial = {"name": name, "kind": kind_of(texts), "lines": "\n".join(options)}
        super().__init__(*args, initial=initial, **kwargs)
        records = [record for record, _fields in target(one.kind).own if record in CUSTOM_OF]
        self.fields["record"].choices = [(record, RECORDS[record]) for record in records]
        self.fields["kind"].choices = [(kind.name, kind.title) for kind in KINDS.values()]

    def clean(self):
        given = super().clean()
        kind = KINDS.get(given.get("kind"))
        if kind and not kind.has_options:
            given["lines"] = []
        elif kind and "lines" not in self.errors and not given.get("lines"):
            self.add_error("lines", _("Write at least one option."))
        return given

    @property
    def field(self) -> Field:
        """What was asked for, not yet saved."""
        given = self.cleaned_data
        return Field(of=CUSTOM_OF[given["record"]], kind=given["kind"], name=given["name"])


def texts_of(one, column) -> list[str]:
    """The different texts of a column among the first rows."""
    cells = (row[column].strip() for row in one.samples if column < len(row))
    return list(dict.fromkeys(filter(None, cells)))


def is_option(text) -> bool:
    try:
        return bool(OPTION.clean(text))
    except ValidationError:
        return False


def kind_of(texts) -> str:
    """What kind of field texts like these would be."""
    for kind, pattern in LIKE.items():
        if texts and all(pattern.fullmatch(text) for text in texts):
            return kind
    if any("\n" in text or len(text) > 200 for text in texts):
        return "long_text"
    return "text"
