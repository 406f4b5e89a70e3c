"""A matching that is kept under a name."""

from django import forms
from django.utils.translation import gettext_lazy as _

from imports.models import SavedMatching


class SavedForm(forms.ModelForm):
    """Its name, and whether others see it. One's own of the same name is written over."""

    class Meta:
        model = SavedMatching
        fields = ["name", "is_shared"]
        help_texts = {
            "name": _("If you already have one with this name, it is replaced."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["data-focus"] = True
