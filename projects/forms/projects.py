"""A project as people write it: to start one, and to change one, or a field of it."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Visibility
from contacts.models import Organization, Person
from core.forms import DayField, LineField, OnceMixin, RecordField, TextField
from core.seen import SeenMixin
from custom_fields.entering import CustomFieldsForm, CustomPart
from custom_fields.values import split, write
from deals.models import Deal
from labels.models import Label
from projects.models import Phase, Project


class ProjectForm(CustomFieldsForm):
    """The fields of a project that people write."""

    title = LineField(label=_("Title"), max_length=200)
    description = TextField(
        label=_("Description"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    starts_on = DayField(label=_("Start"), required=False)
    ends_on = DayField(label=_("End"), required=False)
    owner = forms.ModelChoiceField(label=_("Owner"), queryset=User.objects.none(), empty_label=None)
    visibility = forms.ChoiceField(label=_("Visible to"), choices=Visibility.choices)
    labels = forms.ModelMultipleChoiceField(
        label=_("Labels"),
        queryset=Label.objects.order_by("name", "pk"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    custom_of = Project.custom_of

    def __init__(self, *args, user, only=None, **kwargs):
        """``only`` names the fields that are asked for, where it is not all of them."""
        super().__init__(*args, user=user, **kwargs)
        owners = User.objects.who_may_own()
        if owner := self.initial.get("owner"):  # who has left may stay
            owners = User.objects.filter(Q(pk__in=owners.values("pk")) | Q(pk=owner.pk))
        self.fields["owner"].queryset = owners.order_by("name", "pk")
        if only is not None:
            self.fields = {
                name: field
                for name, field in self.fields.items()
                if name in only or isinstance(field.widget, forms.HiddenInput)
            }

    def clean(self):
        given = super().clean()
        starts_on, ends_on = given.get("starts_on"), given.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("A project cannot end before it starts."))
        if "labels" in given:
            given["labels"] = sorted(given["labels"], key=lambda label: label.pk)
        return given


class AddProjectForm(OnceMixin, ProjectForm):
    """A new project in a phase, linked to a deal, a person and an organization if wanted."""

    phase = forms.ModelChoiceField(
        label=_("Phase"), queryset=Phase.objects.active().in_order(), empty_label=None
    )

    LINKED = {
        "deal": (Deal, "projects:deal_options", _("Deal")),
        "person": (Person, "contacts:person_options", _("Person")),
        "organization": (Organization, "contacts:organization_options", _("Organization")),
    }

    def __init__(self, *args, user, is_linked=False, **kwargs):
        """``is_linked`` says that it is known already what the project is linked to."""
        super().__init__(*args, user=user, **kwargs)
        phases = self.fields["phase"].queryset
        if self.initial.get("phase") is None:
            self.initial["phase"] = phases.first()
        for name, (model, url, label) in ({} if is_linked else self.LINKED).items():
            self.fields[name] = RecordField(
                model.objects.visible_to(user),
                url=url,
                by="title" if model is Deal else "name",
                label=label,
                required=False,
            )

    def draft(self) -> Project:
        """The unsaved project as it was typed."""
        own, custom = split(self.cleaned_data)
        aside = {"token", "labels", *self.LINKED}
        project = Project(**{name: value for name, value in own.items() if name not in aside})
        write(project, custom)
        return project

    def links(self) -> dict:
        """What it is linked to, as ``start_project`` takes it."""
        given = self.cleaned_data
        plural = Project.LINKED
        return {plural[name]: [given[name]] for name in self.LINKED if given.get(name)}


class ChangeProjectForm(SeenMixin, ProjectForm):
    """A project as it is; it remembers what it showed, so that a change made meanwhile is
    noticed.
    """

    def __init__(self, *args, record, user, only=None, **kwargs):
        def is_asked(name):
            return only is None or name in only

        custom = CustomPart.of(record)
        super().__init__(
            *args,
            record=record,
            names=[name for name in self.base_fields if name != "seen" and is_asked(name)],
            also={key: value for key, value in custom.present.items() if is_asked(key)},
            custom=custom,
            initial={},
            user=user,
            only=only,
            **kwargs,
        )
