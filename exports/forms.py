"""What a file is to hold, and in which format."""

from django import forms
from django.utils.translation import gettext_lazy as _

from exports.formats import FORMATS, XLSX


class ExportForm(forms.Form):
    file_format = forms.ChoiceField(
        label=_("Format"),
        choices=[(each.name, each.title) for each in FORMATS.values()],
        initial=XLSX.name,
        widget=forms.RadioSelect,
    )
    columns = forms.ChoiceField(label=_("Columns"), initial="shown", widget=forms.RadioSelect)

    def __init__(self, *args, shown: int, every: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["columns"].choices = [
            ("shown", _("Those of the list (%(count)d)") % {"count": shown}),
            ("all", _("All there are (%(count)d)") % {"count": every}),
        ]
