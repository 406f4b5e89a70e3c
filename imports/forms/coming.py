"""The files that somebody brings along."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.sizes import size_words


class SeveralFiles(forms.FileInput):
    allow_multiple_selected = True


class ExportsField(forms.FileField):
    """One or several files, each as it is."""

    widget = SeveralFiles(attrs={"multiple": True, "accept": ".csv,.xlsx"})

    def clean(self, uploads, initial=None):
        if not uploads:
            raise ValidationError(_("Choose a file first."), code="required")
        return uploads


class ExportsForm(forms.Form):
    """Files of another system. ``too_large`` are the names of those that did not even come in."""

    files = ExportsField(label=_("Files"))

    def __init__(self, *args, too_large=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.too_large = too_large

    def clean(self):
        size = size_words(settings.IMPORTS_LARGEST)
        words = _("“%(name)s” is larger than %(size)s. Part it into several files.")
        if self.too_large:
            self._errors.pop("files", None)
        for name in self.too_large:
            self.add_error(None, words % {"name": name, "size": size})
        return self.cleaned_data
