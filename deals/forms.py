"""What people type about a deal: to add one, to change one, to move it, to say why it was lost."""

from django import forms
from django.db.models import Q
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
from core.lookups import LARGEST_ID, number_in
from core.seen import SeenMixin
from custom_fields.entering import CustomFieldsForm, CustomPart, form_field
from custom_fields.values import EMPTY, split, write
from deals.models import Deal, LostReason
from labels.models import Channel, Label
from pipelines.models import Requirement, Stage
from pipelines.queries import required_fields


class StageField(forms.ModelChoiceField):
    """A stage that deals may enter, under the name of its pipeline."""

    def __init__(self, **kwargs):
        stages = Stage.objects.active().in_order().select_related("pipeline")
        super().__init__(queryset=stages, empty_label=None, **kwargs)
        self.choices = self.by_pipeline

    def by_pipeline(self):
        groups = {}
        for stage in self.queryset.all():
            groups.setdefault(stage.pipeline.name, []).append((stage.pk, stage.name))
        return list(groups.items())


class DealForm(CustomFieldsForm):
    """The fields of a deal that people write; each user chooses among the contacts they see."""

    title = LineField(label=_("Title"), max_length=200)
    value = MoneyAmountField(label=_("Value"), required=False)
    currency = CurrencyField(label=_("Currency"))
    probability = forms.IntegerField(
        label=_("Chance of winning, in percent"),
        min_value=0,
        max_value=100,
        required=False,
        help_text=_("Empty: the chance of the stage."),
    )
    expected_close_on = DayField(label=_("Expected close"), required=False)
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
    visibility = forms.ChoiceField(label=_("Visible to"), choices=Visibility.choices)

    custom_of = Deal.custom_of
    asks_required = False  # what a deal needs says its pipeline
    may_create_contacts = False

    def __init__(self, *args, user, **kwargs):
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
        self.order_fields(("title", "person", "organization"))
        self.fields["owner"].queryset = (
            User.objects.who_may_own() | self.present(User, "owner")
        ).order_by("name", "pk")
        self.fields["channel"].queryset = (
            Channel.objects.filter(archived_at=None) | self.present(Channel, "channel")
        ).order_by("name", "pk")

    def contacts(self, model, user, present):
        """The contacts to choose from; the one a deal has may stay, even if it may not be seen."""
        visible = Q(pk__in=model.objects.visible_to(user).values("pk"))
        return model.objects.filter(visible | Q(pk=present.pk) if present else visible)

    def present(self, model, name):
        """What the deal has in the field ``name``: it may stay, even if it is out of use."""
        value = self.initial.get(name)
        return model.objects.filter(pk=value.pk) if value else model.objects.none()

    def clean(self):
        given = super().clean()
        contacts = ("person", "organization")
        if not any(given.get(name) or name in self.errors for name in contacts):
            self.add_error("person", _("Choose a person, an organization or both."))
        if given.get("value") is None and "value" not in self.errors:
            given["currency"] = ""  # they go together
        if "labels" in given:
            given["labels"] = sorted(given["labels"], key=lambda label: label.pk)
        return given


class AddDealForm(OnceMixin, DealForm):
    """A new deal in a stage; its person or organization may be new with it."""

    stage = StageField(label=_("Stage"))

    may_create_contacts = True

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.order_fields(("title", "person", "organization", "value", "currency", "stage"))

    def clean(self):
        given = super().clean()
        if stage := given.get("stage"):
            for field in required_fields(Requirement.Moment.ENTER, [stage.pk]).get(stage.pk, ()):
                if field.key not in self.errors and given.get(field.key) in EMPTY:
                    self.add_error(field.key, _("“%(stage)s” requires this.") % {"stage": stage})
        return given

    def draft(self):
        """The unsaved deal as it was typed."""
        given, custom = split(self.cleaned_data)
        del given["token"], given["labels"]
        for name, model in (("person", Person), ("organization", Organization)):
            if isinstance(given[name], str):
                given[name] = model(name=given[name])
        deal = Deal(**given)
        write(deal, custom)
        return deal


class ChangeDealForm(SeenMixin, DealForm):
    """A deal as it is; it remembers what it showed, so that a change made meanwhile is noticed."""

    def __init__(self, *args, deal, user, **kwargs):
        fields = [name for name in self.base_fields if name != "seen"]
        custom = CustomPart.of(deal)
        super().__init__(
            *args,
            record=deal,
            also=custom.present,
            custom=custom,
            names=("person", "organization", *fields),
            initial={"currency": deal.currency or user.currency},
            user=user,
            **kwargs,
        )


class MoveForm(forms.Form):
    """Where a deal goes, and where it was seen. A drag ``stays_in`` the pipeline on screen."""

    stage = forms.ModelChoiceField(
        queryset=Stage.objects.none(),
        error_messages={
            "required": _("Choose a stage."),
            "invalid_choice": _("Deals cannot enter this stage any more. Choose another one."),
        },
    )
    left = forms.IntegerField(required=False, min_value=0, max_value=LARGEST_ID)
    after = forms.CharField(required=False)
    before = forms.CharField(required=False)

    def __init__(self, *args, deal, stays_in=None, **kwargs):
        super().__init__(*args, **kwargs)
        stages = Stage.objects.active().select_related("pipeline")
        if stays_in:
            stages = stages.filter(pipeline=stays_in)
        self.fields["stage"].queryset = stages
        self.deal = deal

    def clean_left(self):
        left = self.cleaned_data["left"]
        return {} if left is None else {self.deal.pk: left}

    def clean_after(self):
        return self.neighbour("after")

    def clean_before(self):
        return self.neighbour("before")

    def neighbour(self, name):
        """The deal beside which this one was dropped, not looked at yet: one that is gone by now,
        or hidden, is no reason to refuse the move.
        """
        pk = number_in(self.cleaned_data[name])
        return None if pk is None else Deal(pk=pk)


class NeedsForm(forms.Form):
    """What deals still lack for what is about to happen: the fields ``needed``, all of them."""

    def __init__(self, *args, needed=(), user, **kwargs):
        super().__init__(*args, **kwargs)
        self.needed = needed
        for field in needed:
            self.fields[field.key] = form_field(field, user=user, is_required=True)

    @property
    def needed_fields(self):
        return [self[field.key] for field in self.needed]

    def answers(self):
        """What was said in them, by their keys."""
        return {field.key: self.cleaned_data[field.key] for field in self.needed}


class LostForm(NeedsForm):
    """Why a deal was lost: a reason where there are some to choose from, and perhaps a comment."""

    reason = forms.ModelChoiceField(
        label=_("Reason"), queryset=LostReason.objects.none(), empty_label=_("Choose a reason")
    )
    comment = LineField(label=_("Comment"), max_length=500, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        reasons = LostReason.objects.filter(archived_at=None).order_by("name", "pk")
        if reasons.exists():
            self.fields["reason"].queryset = reasons
        else:
            del self.fields["reason"]
