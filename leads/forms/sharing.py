"""Among whom leads are shared out."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class ShareOutForm(forms.Form):
    """Among whom leads are shared out."""

    among = forms.ModelMultipleChoiceField(
        label=_("Among"),
        queryset=User.objects.who_may_own().order_by("name", "pk"),
        widget=forms.CheckboxSelectMultiple,
    )
    anew = forms.BooleanField(
        label=_("Share out what one of them owns already, too"), required=False
    )
