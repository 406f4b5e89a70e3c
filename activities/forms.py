"""Forms for planning and changing an activity, and for writing a note."""

from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from activities.models import ActivityType
from core.forms import DayField, LineField, OnceMixin, TextField, TimeInput

ON_A_DAY = "on"


def types_to_choose(current=None):
    """The types in use, and the one that stands there now though it was archived since."""
    wanted = Q(archived_at=None)
    if current is not None:
        wanted |= Q(pk=current.type_id)
    return ActivityType.objects.filter(wanted).order_by("position", "pk")


def assignees_to_choose(current=None):
    """Everybody who may own records, and the one assigned now though they have left."""
    wanted = Q(pk__in=User.objects.who_may_own().values("pk"))
    if current is not None:
        wanted |= Q(pk=current.assignee_id)
    return User.objects.filter(wanted).order_by("name", "pk")


class ActivityFields(forms.Form):
    """What one says of an activity besides its day."""

    type = forms.ModelChoiceField(
        label=_("Type"), queryset=None, empty_label=None, widget=forms.RadioSelect
    )
    subject = LineField(label=_("Subject"), max_length=200)
    due_time = forms.TimeField(label=_("Time"), required=False, widget=TimeInput)
    minutes = forms.IntegerField(label=_("Minutes"), required=False, min_value=1, max_value=1440)
    assignee = forms.ModelChoiceField(label=_("Assigned to"), queryset=None, empty_label=None)
    text = TextField(
        label=_("Details"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, activity=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["type"].queryset = types_to_choose(activity)
        self.fields["assignee"].queryset = assignees_to_choose(activity)


class PlanForm(OnceMixin, ActivityFields):
    """A new activity: its day by a chip or a calendar, its subject the type's name if left out."""

    when = forms.ChoiceField(
        label=_("When"),
        widget=forms.RadioSelect,
        initial="tomorrow",
        choices=[
            ("today", _("Today")),
            ("tomorrow", _("Tomorrow")),
            ("next_week", _("Next week")),
            (ON_A_DAY, _("Another day")),
        ],
    )
    due_on = DayField(label=_("Day"), required=False)
    is_done = forms.BooleanField(label=_("Already done"), required=False)

    def __init__(self, *args, by, **kwargs):
        initial = {"assignee": by.pk, **kwargs.pop("initial", {})}
        super().__init__(*args, initial=initial, auto_id="plan_%s", **kwargs)
        self.fields["subject"].required = False

    def clean(self):
        values = super().clean()
        if values.get("type") and not values.get("subject"):
            values["subject"] = values["type"].name
        when = values.get("when")
        if when == ON_A_DAY:
            if not values.get("due_on") and "due_on" not in self.errors:
                self.add_error("due_on", ValidationError(_("Choose a day."), code="required"))
        elif when:
            values["due_on"] = days_from(timezone.localdate())[
                "today" if values.get("is_done") else when
            ]
        return values


class PlanManyForm(PlanForm):
    """The same activity for many leads: each for its own owner unless somebody is chosen."""

    type = forms.ModelChoiceField(label=_("Type"), queryset=None, empty_label=None)
    due_time = minutes = text = is_done = None

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, by=by, initial={"assignee": None}, **kwargs)
        self.auto_id = "many_%s"
        self.fields["assignee"].required = False
        self.fields["assignee"].empty_label = _("The owner of each lead")


def days_from(today):
    """The day that each chip means; next week begins on its Monday."""
    return {
        "today": today,
        "tomorrow": today + timedelta(days=1),
        "next_week": today + timedelta(days=7 - today.weekday()),
    }


class RememberingForm(forms.Form):
    """A form that knows what the writer saw in its fields, so that nobody's change is lost."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.show_hidden_initial = True

    def seen(self):
        """What stood in the changed fields when the form was made."""
        values = {}
        for name in self.changed_data:
            bound = self[name]
            sent = bound.field.hidden_widget().value_from_datadict(
                self.data, self.files, bound.html_initial_name
            )
            try:
                values[name] = bound.field.clean(sent)
            except ValidationError:
                continue
        return values

    def changed(self):
        """What the writer wants in the fields they changed."""
        return {name: self.cleaned_data[name] for name in self.changed_data}


class ActivityForm(RememberingForm, ActivityFields):
    """An activity that is there already."""

    type = forms.ModelChoiceField(label=_("Type"), queryset=None, empty_label=None)
    due_on = DayField(label=_("Day"))

    def __init__(self, *args, activity, **kwargs):
        initial = {name: getattr(activity, name) for name in self.base_fields}
        super().__init__(*args, activity=activity, initial=initial, auto_id="change_%s", **kwargs)


class NoteText(forms.Form):
    """What a note says."""

    text = TextField(label=_("Note"), max_length=20_000)


class WriteNoteForm(OnceMixin, NoteText):
    """A new note."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="note_%s", **kwargs)


class NoteForm(RememberingForm, NoteText):
    """A note that is there already."""

    def __init__(self, *args, note, **kwargs):
        super().__init__(*args, initial={"text": note.text}, auto_id="change_%s", **kwargs)
