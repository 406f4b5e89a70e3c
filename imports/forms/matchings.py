"""What is said of a matching besides its columns: whose numbers they hold, and its name."""

from django import forms
from django.utils.translation import gettext_lazy as _

from imports.models import Import, SavedMatching


class SystemForm(forms.ModelForm):
    """Which other system the file comes from."""

    class Meta:
        model = Import
        fields = ["system"]
        labels = {"system": _("The file comes from")}
        help_texts = {
            "system": _(
                "The name of the other system, if a column holds its numbers: later files from"
                " there find the same records again."
            )
        }


class SavedForm(forms.ModelForm):
    """Its name, and whether others see it. One's own of the same name is written over."""

    class Meta:
        model = SavedMatching
        fields = ["name", "is_shared"]
        help_texts = {
            "name": _("If you already have one with this name, it is replaced."),
            "is_shared": _("What texts of the file stand for is left out then."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["data-focus"] = True
