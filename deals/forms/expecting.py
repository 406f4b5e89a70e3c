"""When a deal should close."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayField
from deals.forecast import OVERDUE, UNDATED, last_day, month_in, month_of


class ExpectForm(forms.Form):
    """When a deal should close: in a month, on a day, or nobody knows; and the day that was seen.

    In a month means until its last day, so that nothing is late before the month is over. In the
    month that was seen, it stays as it is.
    """

    month = forms.CharField(required=False, widget=forms.HiddenInput)
    day = DayField(label=_("Expected close"), required=False)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, deal, **kwargs):
        super().__init__(*args, initial={"day": deal.expected_close_on}, **kwargs)
        self.deal = deal
        self.fields["day"].required = not self.data.get("month")

    def clean_seen(self):
        """What the writer saw; without a word of it, what stands there now."""
        if "seen" not in self.data:
            return self.deal.expected_close_on
        text = self.cleaned_data["seen"]
        try:
            return date.fromisoformat(text) if text else None
        except ValueError as broken:
            raise forms.ValidationError(_("Load the page again before you save.")) from broken

    def clean(self):
        given = super().clean()
        month, seen = given.get("month"), given.get("seen")
        if month == OVERDUE:
            self.add_error("month", _("Choose a month; only time makes a deal overdue."))
        elif month == UNDATED:
            given["until"] = None
        elif month:
            first = month_in(month)
            if first is None:
                self.add_error("month", _("Choose a month."))
            elif seen and month_of(seen) == first:
                given["until"] = seen
            else:
                given["until"] = last_day(first)
        else:
            given["until"] = given.get("day")
        return given
