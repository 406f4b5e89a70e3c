"""The forms of a person and of an organization."""

from django import forms
from django.core import signing
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Visibility
from contacts import services
from contacts.forms.reaches import REACH_FORM_SETS
from contacts.models import Organization, Person
from core.forms import LineField, OnceMixin, RecordField, TextField
from custom_fields.entering import CustomFieldsForm, CustomPart
from labels.models import Label

SIGNER = signing.Signer(salt="contacts.seen")


class ContactForm(OnceMixin, CustomFieldsForm):
    """What both have in common, and what the writer saw, sealed in a hidden field."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    labels = forms.ModelMultipleChoiceField(
        Label.objects.order_by("name", "pk"),
        label=_("Labels"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    owner = forms.ModelChoiceField(User.objects.none(), label=_("Owner"), empty_label=None)
    visibility = forms.ChoiceField(label=_("Visible to"), choices=Visibility)

    not_values = ("token", "seen")
    status = None  # of the answer, when it is not 200, or 422 for errors

    def __init__(self, *args, user, contact=None, **kwargs):
        self.contact = contact
        present = self.present_values(contact) if contact else {"owner": user}
        present.setdefault("visibility", Visibility.EVERYONE)
        present |= kwargs.pop("initial", None) or {}
        custom = CustomPart.of(contact) if contact else None
        super().__init__(*args, user=user, custom=custom, initial=present, **kwargs)
        if contact:
            self.initial["seen"] = self.sealed()
        may_own = Q(pk__in=User.objects.who_may_own().values("pk"))
        if contact:
            may_own |= Q(pk=contact.owner_id)
        self.fields["owner"].queryset = User.objects.filter(may_own).order_by("name", "pk")

    def present_values(self, contact):
        return {name: services.present(contact, name) for name in self.value_names()}

    def value_names(self):
        return [name for name in self.base_fields if name not in self.not_values]

    def values(self):
        """What was typed, by the names of the contact's own fields."""
        custom = (field.key for field in self.custom.fields)
        typed = {name: self.cleaned_data[name] for name in (*self.value_names(), *custom)}
        return typed | {"labels": list(typed["labels"])}

    def show_conflict(self, stale):
        """Tell both values, and let the next save count what stands there now as seen."""
        self.status = stale.status
        self.add_error(
            None,
            _("%(what)s You saw “%(seen)s”, now it is “%(found)s”. Save again to replace it.")
            % {"what": stale, "seen": stale.seen, "found": stale.found},
        )
        self.data = self.data.copy()
        self.data["seen"] = self.sealed()

    def sealed(self):
        """What stands there now, for the next writer to say that they saw it."""
        names = self.value_names()
        if self.contact.kind == Person.kind:
            names += services.REACHES
        shown = {name: services.present(self.contact, name) for name in names}
        shown |= self.custom.present
        return SIGNER.sign_object({name: services.shown(value) for name, value in shown.items()})

    def clean_seen(self):
        try:
            return SIGNER.unsign_object(self.cleaned_data["seen"])
        except (signing.BadSignature, ValueError):
            return {}


class PersonForm(ContactForm):
    """A person, with rows for the ways to reach them: ``rows`` holds one form set of each kind."""

    kind = Person.kind
    custom_of = Person.custom_of

    name = LineField(label=_("Name"), max_length=200)
    job_title = LineField(label=_("Job title"), max_length=120, required=False)
    organization = RecordField(
        Organization.objects.none(),
        url="contacts:organization_options",
        may_create=True,
        label=_("Organization"),
        required=False,
    )

    field_order = ["name", "job_title", "organization"]

    def __init__(self, data=None, *, user, contact=None, **kwargs):
        super().__init__(data, user=user, contact=contact, **kwargs)
        self.rows = {
            name: form_set(data, reaches=getattr(contact, name).all() if contact else ())
            for name, form_set in REACH_FORM_SETS.items()
        }
        # Whoever may change a person may keep an organization they cannot see.
        visible = Q(pk__in=Organization.objects.visible_to(user).values("pk"))
        if contact:
            visible |= Q(pk=contact.organization_id)
        self.fields["organization"].queryset = Organization.objects.filter(visible)

    def clean(self):
        every_set_is_asked = [rows.is_valid() for rows in self.rows.values()]
        if not all(every_set_is_asked):
            self.add_error(None, _("Look at the e-mail addresses and phone numbers again."))
        return super().clean()

    def values(self):
        return super().values() | {name: rows.reaches() for name, rows in self.rows.items()}


class OrganizationForm(ContactForm):
    """An organization."""

    kind = Organization.kind
    custom_of = Organization.custom_of

    name = LineField(label=_("Name"), max_length=200)
    website = LineField(label=_("Website"), max_length=200, required=False)
    address = TextField(label=_("Address"), max_length=500, required=False)

    field_order = ["name", "website", "address"]
