"""The file that is sent, and how it is read."""

import codecs

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.sizes import size_words
from imports.reading import DELIMITERS, ENCODINGS, QUOTES
from imports.targets import kinds_for

NONE = "none"  # a choice with an empty value would be one that was not made


def kind_choices(user):
    return [(each.kind, each.title) for each in kinds_for(user)]


class SentForm(forms.Form):
    """A file, and what its rows are as long as its headers do not say so themselves."""

    file = forms.FileField(
        label=_("File"),
        error_messages={
            "required": _("Choose a file first."),
            "empty": _("The file is empty."),
        },
        max_length=None,
    )
    kind = forms.ChoiceField(
        label=_("What the rows are"),
        help_text=_("Export files of Pipedrive are recognised, whatever is chosen here."),
    )

    def __init__(self, *args, user, too_large=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.too_large = too_large
        self.fields["kind"].choices = kind_choices(user)
        self.fields["file"].widget.attrs["accept"] = ".csv,.tsv,.txt,.xlsx,.xlsm"

    def clean(self):
        if self.too_large:  # it was dropped as it came in
            self._errors.pop("file", None)
            size = size_words(settings.IMPORTS_LARGEST)
            words = _("The file is larger than %(size)s. Part it into several files.")
            self.add_error("file", words % {"size": size})
        return self.cleaned_data


class ReadingForm(forms.Form):
    """How the file of an import is read. Only what there is to choose in such a file is asked."""

    kind = forms.ChoiceField(label=_("What the rows are"))
    sheet = forms.ChoiceField(label=_("Sheet"))
    header = forms.TypedChoiceField(
        label=_("First row"),
        choices=[("yes", _("Names of the columns")), ("no", _("Data already"))],
        coerce=lambda chosen: chosen == "yes",
    )
    encoding = forms.ChoiceField(label=_("Encoding"), choices=ENCODINGS.items())
    delimiter = forms.ChoiceField(label=_("Between the cells"), choices=DELIMITERS.items())
    quote = forms.TypedChoiceField(
        label=_("Quotation mark"),
        choices=[(mark or NONE, words) for mark, words in QUOTES.items()],
        coerce=lambda chosen: "" if chosen == NONE else chosen,
    )

    def __init__(self, *args, one, user, **kwargs):
        read = one.options
        initial = {**read, "kind": one.kind, "header": "yes" if read.get("header") else "no"}
        initial["quote"] = read.get("quote") or NONE
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["kind"].choices = kind_choices(user)
        self.fields["sheet"].choices = [(name, name) for name in one.sheets]
        # A text has no sheets, and a workbook says itself what a cell is.
        for name in ("sheet", "encoding", "delimiter", "quote"):
            if name not in read or (name == "sheet" and len(one.sheets) < 2):
                del self.fields[name]
        for name in ("encoding", "delimiter", "quote"):
            if name in self.fields:
                self.offer(name, initial[name])

    def offer(self, name, detected):
        """What was detected is among the choices, however odd it is."""
        choices = list(self.fields[name].choices)
        if detected not in dict(choices):
            choices.append((detected, detected))
        self.fields[name].choices = choices

    def clean_encoding(self):
        encoding = self.cleaned_data["encoding"]
        try:
            codecs.lookup(encoding)
        except LookupError:
            raise ValidationError(_("Choose an encoding from the list.")) from None
        return encoding

    @property
    def options(self) -> dict:
        """How to read it, as ``imports.reading`` takes it."""
        return {name: value for name, value in self.cleaned_data.items() if name != "kind"}
