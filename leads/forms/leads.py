"""A lead as people write it: to add one, and to change one, or a field of it."""

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Visibility
from contacts.models import Organization, Person
from core.forms import (
    CurrencyField,
    DayField,
    LineField,
    MoneyAmountField,
    OnceMixin,
    RecordField,
)
from core.seen import SeenMixin
from custom_fields.entering import CustomFieldsForm, CustomPart
from labels.models import Channel, Label
from leads.models import Lead


class LeadForm(CustomFieldsForm):
    """The fields of a lead that people write; each user chooses among the contacts they see."""

    title = LineField(label=_("Title"), max_length=200)
    value = MoneyAmountField(label=_("Value"), required=False)
    currency = CurrencyField(label=_("Currency"))
    owner = forms.ModelChoiceField(label=_("Owner"), queryset=User.objects.none(), empty_label=None)
    labels = forms.ModelMultipleChoiceField(
        label=_("Labels"),
        queryset=Label.objects.order_by("name"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    channel = forms.ModelChoiceField(
        label=_("Channel"), queryset=Channel.objects.none(), required=False, empty_label="—"
    )
    campaign = LineField(label=_("Campaign"), max_length=80, required=False)
    expected_close_on = DayField(label=_("Expected close"), required=False)
    visibility = forms.ChoiceField(label=_("Visible to"), choices=Visibility.choices)

    custom_of = Lead.custom_of
    may_create_contacts = False

    def __init__(self, *args, user, only=None, **kwargs):
        """``only`` names the fields that are asked for, where it is not all of them."""
        super().__init__(*args, user=user, **kwargs)
        for name, model, url in (
            ("person", Person, "contacts:person_options"),
            ("organization", Organization, "contacts:organization_options"),
        ):
            self.fields[name] = RecordField(
                self.contacts(model, user, self.initial.get(name)),
                url=url,
                may_create=self.may_create_contacts,
                label=capfirst(model._meta.verbose_name),
                required=False,
            )
        self.fields["person"].help_text = _("A lead has a person, an organization or both.")
        self.order_fields(("person", "organization"))
        may_own = User.objects.who_may_own()
        present = self.initial.get("owner")
        if present:
            may_own |= User.objects.filter(pk=present.pk)
        self.fields["owner"].queryset = may_own.order_by("name")
        in_use = Channel.objects.filter(archived_at=None)
        if present := self.initial.get("channel"):
            in_use |= Channel.objects.filter(pk=present.pk)
        self.fields["channel"].queryset = in_use.order_by("name")
        if only is not None:
            self.fields = {
                name: field
                for name, field in self.fields.items()
                if name in only or isinstance(field.widget, forms.HiddenInput)
            }

    def contacts(self, model, user, present):
        """The contacts to choose from; the one a lead has may stay, even if it may not be seen."""
        visible = model.objects.visible_to(user)
        return visible | model.objects.filter(pk=present.pk) if present else visible

    def clean(self):
        given = super().clean()
        linked = ("person", "organization")
        if all(name in self.fields for name in linked) and not any(
            given.get(name) or name in self.errors for name in linked
        ):
            self.add_error("person", _("Choose a person, an organization or both."))
        if "value" in given and given["value"] is None:
            given["currency"] = ""  # they go together
        if "labels" in given:
            given["labels"] = sorted(given["labels"], key=lambda label: label.pk)
        return given


class AddLeadForm(OnceMixin, LeadForm):
    """A new lead; a person or an organization may be new with it, by a name nobody has yet."""

    may_create_contacts = True


class ChangeLeadForm(SeenMixin, LeadForm):
    """A lead as it is; it remembers what it showed, so that a change made meanwhile is noticed."""

    def __init__(self, *args, lead, user, only=None, **kwargs):
        def is_asked(name):
            return only is None or name in only

        fields = [name for name in self.base_fields if name != "seen"]
        custom = CustomPart.of(lead)
        super().__init__(
            *args,
            record=lead,
            names=[name for name in ("person", "organization", *fields) if is_asked(name)],
            also={key: value for key, value in custom.present.items() if is_asked(key)},
            custom=custom,
            initial={"currency": lead.currency or user.currency},
            user=user,
            only=only,
            **kwargs,
        )
