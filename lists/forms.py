"""The name of a saved view, and who sees it."""

from django import forms

from accounts.policies import may_write
from lists.models import SavedView


class ViewForm(forms.ModelForm):
    class Meta:
        model = SavedView
        fields = ["name", "audience"]
        widgets = {"audience": forms.RadioSelect}

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        if not may_write(user):
            offered = [SavedView.Audience.OWN]
        elif user.team_id is None:
            offered = [SavedView.Audience.OWN, SavedView.Audience.EVERYONE]
        else:
            offered = list(SavedView.Audience)
        self.fields["audience"].choices = [(each.value, each.label) for each in offered]
