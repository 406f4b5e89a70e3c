"""What people type about themselves, and admins about everybody: forms clean, services save."""

import zoneinfo

from django import forms
from django.contrib.auth import forms as auth_forms
from django.utils.translation import gettext_lazy as _

from accounts.letters import send_password_link
from accounts.models import Team, User

# Not places: offsets, and old names of zones that have one under their continent.
NO_CONTINENTS = ("Etc", "SystemV", "US", "Canada", "Brazil", "Chile", "Mexico")


class SignInForm(auth_forms.AuthenticationForm):
    """E-mail and password; the field keeps Django's name for it, which password managers know."""

    username = auth_forms.UsernameField(
        label=_("E-mail address"),
        widget=forms.EmailInput(attrs={"autofocus": True, "autocomplete": "username"}),
    )
    error_messages = {
        "invalid_login": _("This e-mail address and this password do not belong together."),
        "inactive": _("This e-mail address and this password do not belong together."),
    }


class ForgottenForm(forms.Form):
    """The address that a link to choose a new password goes to, if somebody signs in with it."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autofocus": True, "autocomplete": "email"}),
    )

    def send(self, origin):
        """Answer alike whether or not anybody has this address; those who left get no letter."""
        typed = self.cleaned_data["email"].lower()
        for user in User.objects.filter(email=typed, is_active=True):
            send_password_link(user, origin=origin)


def time_zones():
    """The places of the world, by continent; the bare offsets and old names are left out."""
    continents = {}
    for name in sorted(zoneinfo.available_timezones()):
        continent, slash, place = name.partition("/")
        if slash and continent not in NO_CONTINENTS:
            continents.setdefault(continent, []).append((name, place.replace("_", " ")))
    return [("UTC", "UTC"), *continents.items()]


class ProfileForm(forms.ModelForm):
    """What everybody decides about themself."""

    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zones)

    class Meta:
        model = User
        fields = ["name", "language", "time_zone", "currency", "theme", "has_shortcuts"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        present = self.instance.time_zone
        choices = self.fields["time_zone"].choices
        if present and not any(present == name for _c, names in choices[1:] for name, _p in names):
            self.fields["time_zone"].choices = [(present, present), *choices]


class UserForm(forms.ModelForm):
    """What admins decide about a user."""

    class Meta:
        model = User
        fields = ["name", "email", "role", "team"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [("", _("None: sees nothing")), *User.Role.choices]
        self.fields["team"].queryset = Team.objects.order_by("name")
        self.fields["team"].empty_label = _("No team")

    def clean_email(self):
        return self.cleaned_data["email"].lower()


class InvitationForm(UserForm):
    """A new user, and the language of their invitation."""

    class Meta(UserForm.Meta):
        fields = ["name", "email", "role", "team", "language"]


class HandOverForm(forms.Form):
    """Who takes over what somebody owns who leaves."""

    heir = forms.ModelChoiceField(
        label=_("Who takes over"),
        help_text=_("Their records, and what they still had to do."),
        queryset=None,
        empty_label=_("Choose a colleague"),
    )

    def __init__(self, *args, leaver, is_needed, **kwargs):
        super().__init__(*args, **kwargs)
        colleagues = User.objects.who_may_own().exclude(pk=leaver.pk)
        self.fields["heir"].queryset = colleagues.order_by("name", "pk")
        self.fields["heir"].required = is_needed


class TeamForm(forms.ModelForm):
    """A team's name."""

    class Meta:
        model = Team
        fields = ["name"]
