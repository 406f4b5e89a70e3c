"""What people type about a deal: to add one, to change one, to move it, to say why it was lost."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from contacts.models import Organization, Person
from core.forms import DayField, LineField, OnceMixin, RecordField
from core.lookups import LARGEST_ID, number_in
from custom_fields.entering import form_field
from custom_fields.values import EMPTY, split, write
from deals.forecast import OVERDUE, UNDATED, last_day, month_in, month_of
from deals.models import Deal, LostReason
from opportunities.forms import ChangeMixin, OpportunityForm
from pipelines.models import Pipeline, Requirement, Stage
from pipelines.queries import required_fields

NOT_USED = _("Deals cannot enter this stage any more. Choose another one.")


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
    """A deal as it is."""


class RoleField(LineField):
    """A role in a deal, in the words of whoever writes it; the page suggests some."""

    SUGGESTED = (
        _("Decision maker"),
        _("Influencer"),
        _("Champion"),
        _("Buyer"),
        _("End user"),
        _("Technical contact"),
        _("Legal"),
    )

    def __init__(self, **kwargs):
        super().__init__(label=_("Role"), max_length=60, required=False, **kwargs)
        self.widget.attrs["list"] = "roles"


class AddParticipantForm(OnceMixin):
    """Who else takes part in a deal, among the people one sees."""

    role = RoleField()

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"] = RecordField(
            Person.objects.visible_to(user), url="contacts:person_options", label=_("Person")
        )
        self.order_fields(("person", "role"))


class RoleForm(forms.Form):
    """The role of somebody who takes part, and the one that the form showed."""

    role = RoleField()
    seen = forms.CharField(
        max_length=60, required=False, strip=False, widget=forms.HiddenInput, empty_value=""
    )


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


class MoveForm(forms.Form):
    """Where a deal goes, and where it was seen."""

    stage = forms.ModelChoiceField(
        queryset=Stage.objects.active().select_related("pipeline"),
        error_messages={"required": _("Choose a stage."), "invalid_choice": NOT_USED},
    )
    left = forms.IntegerField(required=False, min_value=0, max_value=LARGEST_ID)
    after = forms.CharField(required=False)
    before = forms.CharField(required=False)

    def __init__(self, *args, deal, **kwargs):
        super().__init__(*args, **kwargs)
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


class DragForm(MoveForm):
    """Where a card was dropped: on the board on screen. Its ``deal`` knows the name of that stage,
    ``there``, if deals may enter it.
    """

    stage = forms.IntegerField(error_messages=MoveForm.base_fields["stage"].error_messages)

    def __init__(self, *args, board, **kwargs):
        super().__init__(*args, **kwargs)
        self.board = board

    def clean_stage(self):
        if self.deal.there is None:
            raise forms.ValidationError(NOT_USED)
        own = self.deal.stage.pipeline
        pipeline = own if own.pk == self.board else Pipeline(pk=self.board)
        return Stage(pk=self.cleaned_data["stage"], name=self.deal.there, pipeline=pipeline)


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


class MoveManyForm(NeedsForm):
    """Where deals go, of whatever pipelines they are."""

    stage = StageField(label=_("Stage"))


class LostForm(NeedsForm):
    """Why a deal was lost: a reason where there are some to choose from, and perhaps a comment. Its
    pipeline says whether it ``needs_reason``.
    """

    reason = forms.ModelChoiceField(
        label=_("Reason"), queryset=LostReason.objects.none(), empty_label=_("Choose a reason")
    )
    comment = LineField(label=_("Comment"), max_length=500, required=False)

    def __init__(self, *args, needs_reason, **kwargs):
        super().__init__(*args, **kwargs)
        reasons = LostReason.objects.active().in_order()
        if not reasons.exists():
            del self.fields["reason"]
            return
        field = self.fields["reason"]
        field.queryset, field.required = reasons, needs_reason
        if not needs_reason:
            field.empty_label = _("No reason")

    def clean(self):
        reason = self.cleaned_data.get("reason")
        if reason and reason.needs_comment and not self.cleaned_data.get("comment", "stays wrong"):
            self.add_error("comment", _("“%(reason)s” needs a comment.") % {"reason": reason})
        return self.cleaned_data
