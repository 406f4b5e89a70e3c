"""A word of each list, as people type it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from activities.models import ActivityType
from deals.models import LostReason
from labels.models import Channel, Label
from products.models import Category

ICONS = [
    ("phone", _("Telephone")),
    ("users", _("People")),
    ("video", _("Video call")),
    ("mail", _("Letter")),
    ("message-square", _("Message")),
    ("check", _("Tick")),
    ("clock", _("Clock")),
    ("flag", _("Flag")),
    ("calendar", _("Calendar")),
    ("presentation", _("Presentation")),
    ("file-text", _("Document")),
    ("map-pin", _("Place")),
    ("utensils", _("Meal")),
    ("coffee", _("Coffee")),
    ("truck", _("Delivery")),
    ("target", _("Target")),
]


class LabelForm(forms.ModelForm):
    class Meta:
        model = Label
        fields = ["name", "hue"]
        widgets = {"hue": forms.RadioSelect}


class ChannelForm(forms.ModelForm):
    class Meta:
        model = Channel
        fields = ["name"]


class CategoryForm(forms.ModelForm):
    class Meta:
        model = Category
        fields = ["name"]


class LostReasonForm(forms.ModelForm):
    class Meta:
        model = LostReason
        fields = ["name", "needs_comment"]


class ActivityTypeForm(forms.ModelForm):
    icon = forms.ChoiceField(label=_("Icon"), choices=ICONS, widget=forms.RadioSelect)

    class Meta:
        model = ActivityType
        fields = ["name", "icon"]
