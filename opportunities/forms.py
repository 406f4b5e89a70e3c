"""A lead or a deal as people write it: to add one, and to change one, or a field of it."""

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Visibility
from contacts.models import Organization, Person
from core.forms import CurrencyField, DayField, LineField, MoneyAmountField, RecordField
from core.seen import SeenMixin
from custom_fields.entering import CustomFieldsForm, CustomPart
from labels.models import Channel, Label
from opportunities.models import Opportunity


class OpportunityForm(CustomFieldsForm):
    """The fields that people write; each user chooses among the contacts they see."""

    title = LineField(label=_("Title"), max_length=200)
    value = MoneyAmountField(label=_("Value"), required=False)
    currency = CurrencyField(label=_("Currency"))
    owner = forms.ModelChoiceField(label=_("Owner"), queryset=User.objects.none(), empty_label=None)
    labels = forms.ModelMultipleChoiceField(
        label=_("Labels"),
        queryset=Label.objects.order_by("name", "pk"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    channel = forms.ModelChoiceField(
        label=_("Channel"), queryset=Channel.objects.none(), required=False, empty_label="—"
    )
    campaign = LineField(label=_("Campaign"), max_length=80, required=False)
    expected_close_on = DayField(label=_("Expected close"), required=False)
    visibility = forms.ChoiceField(label=_("Visible to"), choices=Visibility.choices)

    custom_of = Opportunity.custom_of
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
        self.order_fields(("person", "organization"))
        owners = User.objects.who_may_own() | self.present(User, "owner")
        self.fields["owner"].queryset = owners.order_by("name", "pk")
        in_use = Channel.objects.filter(archived_at=None) | self.present(Channel, "channel")
        self.fields["channel"].queryset = in_use.order_by("name", "pk")
        if only is not None:
            self.fields = {
                name: field
                for name, field in self.fields.items()
                if name in only or isinstance(field.widget, forms.HiddenInput)
            }

    def contacts(self, model, user, present):
        """The contacts to choose from; the one a record has may stay, even if it may not be
        seen.
        """
        visible = model.objects.visible_to(user)
        return visible | model.objects.filter(pk=present.pk) if present else visible

    def present(self, model, name):
        """What the record has in the field ``name``: it may stay, even if it is out of use."""
        value = self.initial.get(name)
        return model.objects.filter(pk=value.pk) if value else model.objects.none()

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


class ChangeMixin(SeenMixin):
    """A record as it is; it remembers what it showed, so that a change made meanwhile is noticed.

    It stands before the form of such records.
    """

    def __init__(self, *args, record, user, only=None, **kwargs):
        def is_asked(name):
            return only is None or name in only

        fields = [name for name in self.base_fields if name != "seen"]
        custom = CustomPart.of(record)
        super().__init__(
            *args,
            record=record,
            names=[name for name in ("person", "organization", *fields) if is_asked(name)],
            also={key: value for key, value in custom.present.items() if is_asked(key)},
            custom=custom,
            initial={"currency": record.currency or user.currency},
            user=user,
            only=only,
            **kwargs,
        )


class ShareOutForm(forms.Form):
    """Among whom records are shared out."""

    among = forms.ModelMultipleChoiceField(
        label=_("Among"),
        queryset=User.objects.who_may_own().order_by("name", "pk"),
        widget=forms.CheckboxSelectMultiple,
    )
    anew = forms.BooleanField(
        label=_("Share out what one of them owns already, too"), required=False
    )


class FollowerForm(forms.Form):
    """A colleague who is to follow a record."""

    user = forms.ModelChoiceField(
        label=_("Colleague"), queryset=User.objects.none(), empty_label="—"
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        working = User.objects.filter(is_active=True).exclude(role="")
        self.fields["user"].queryset = working.order_by("name", "pk")
