"""What people choose and type of files."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import LineField, OnceMixin
from core.seen import SeenMixin
from files.models import File
from files.services import too_large


class SeveralFiles(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One or several files; what the upload handlers dropped for its size is told by name."""

    widget = SeveralFiles(attrs={"multiple": True})
    default_error_messages = {"required": _("Choose a file first.")}

    def clean(self, uploads, initial=None):
        if not uploads:
            raise ValidationError(self.error_messages["required"], code="required")
        return uploads


class UploadForm(OnceMixin, forms.Form):
    """Files to be attached. ``too_large`` are the names of those that did not even come in."""

    files = FilesField(label=_("Files"))

    def __init__(self, *args, too_large=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.too_large = list(too_large)

    def clean(self):
        if self.too_large:
            self._errors.pop("files", None)
            self.add_error(None, str(too_large(self.too_large)))
        return self.cleaned_data


class FileForm(SeenMixin, forms.Form):
    """What a file is called and what it is."""

    name = LineField(
        label=_("Name"), max_length=File.NAME_LENGTH, help_text=_("Its ending stays as it is.")
    )
    description = LineField(label=_("Description"), max_length=500, required=False)

    def __init__(self, *args, attachment, **kwargs):
        told = {"name": attachment.file.name, "description": attachment.description}
        super().__init__(*args, record=attachment, names=[], initial={}, also=told, **kwargs)
