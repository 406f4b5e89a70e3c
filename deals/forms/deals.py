"""A deal as people write it: to add one, and to change one, or a field of it."""

from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from contacts.models import Organization, Person
from core.forms import OnceMixin
from custom_fields.values import EMPTY, split, write
from deals.forms.moving import StageField
from deals.models import Deal
from opportunities.forms import ChangeMixin, OpportunityForm
from pipelines.models import Requirement
from pipelines.queries import required_fields


class DealForm(OpportunityForm):
    """The fields of a deal that people write."""

    probability = forms.IntegerField(
        label=_("Chance of winning, in percent"),
        min_value=0,
        max_value=100,
        required=False,
        help_text=_("Empty: the chance of the stage."),
    )

    asks_required = False  # what a deal needs says its pipeline

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.order_fields(("title", "person", "organization"))
        if "person" in self.fields:
            told = _("A deal has a person, an organization or both.")
            self.fields["person"].help_text = told


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


class ChangeDealForm(ChangeMixin, DealForm):
    """A deal as it is. A value that follows its products is shown, and changed elsewhere."""

    def __init__(self, *args, record, **kwargs):
        super().__init__(*args, record=record, **kwargs)
        if record.is_summed and "value" in self.fields:
            self.fields["value"].widget.attrs["readonly"] = True
            self.fields["value"].help_text = format_html(
                '{} <a href="{}">{}</a>',
                _("It is what the products come to."),
                reverse("deals:type_value", args=[record.pk]),
                _("Type another value"),
            )
            self.fields["currency"].choices = [(record.currency, record.currency)]
