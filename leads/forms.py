"""What people type about a lead: to add one, to change one, and to merge several."""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core import signing
from django.utils.text import capfirst
from django.utils.translation import gettext
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
from core.seen import SeenMixin, written
from core.templatetags.ui import day, money, plain_number
from custom_fields.entering import CustomFieldsForm, CustomPart
from custom_fields.kinds import DateRange, Money
from labels.models import Channel, Label
from leads.facts import Fact, as_seen, facts_about, fullest, proposed
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


class MergeForm(OnceMixin):
    """Which lead stays, and whose value wins where several leads say different things.

    ``into`` is the lead proposed to stay: without one the fullest. It sends what it showed along,
    signed. ``rows`` are the facts, those to choose first.
    """

    into = forms.TypedChoiceField(coerce=int, widget=forms.RadioSelect)
    seen = forms.CharField(widget=forms.HiddenInput)

    signer = signing.Signer(salt="leads.merge")

    def __init__(self, *args, leads, into=None, **kwargs):
        self.leads = {lead.pk: lead for lead in leads}
        self.facts = facts_about(leads)
        self.now = as_seen(leads, self.facts)
        into = into or fullest(leads, self.facts)
        sealed = self.signer.sign_object(self.now, compress=True)
        super().__init__(*args, initial={"into": into.pk, "seen": sealed}, **kwargs)
        self.fields["into"].choices = [(lead.pk, str(lead)) for lead in leads]
        self.rows = [Row(fact, leads, into) for fact in self.facts]
        self.rows = sorted(
            (row for row in self.rows if row.values), key=lambda row: not row.is_open
        )
        for row in self.rows:
            if row.is_open:
                self.fields[row.field] = forms.ChoiceField(
                    choices=row.choices, initial=row.proposed, label=row.label
                )

    def clean_seen(self):
        try:
            return self.signer.unsign_object(self.cleaned_data["seen"])
        except (signing.BadSignature, ValueError) as broken:
            raise forms.ValidationError(_("Load the page again before you save.")) from broken

    def choices(self):
        """The lead that stays, and the chosen values by column."""
        given, values = self.cleaned_data, {}
        for row in self.rows:
            if row.is_open:
                values |= row.chosen(given[row.field], self.leads)
        return {"into": self.leads[given["into"]], "values": values, "seen": given["seen"]}

    def shown_rows(self):
        """For the page: each row with its cells, the choice so far, and the words for all."""
        for row in self.rows:
            chosen = str(self[row.field].value()) if row.is_open else ""
            cells = [(cell, str(cell.number) == chosen) for cell in row.cells]
            yield row, cells, chosen == TOGETHER

    def staying(self):
        return str(self["into"].value())

    def is_stale(self):
        """Whether the leads say something else than the form showed."""
        return self.cleaned_data.get("seen", self.now) != self.now

    def tell_what_changed_meanwhile(self):
        """Say both values of everything that somebody else changed, and show the new ones: the form
        sent once more says that it saw them.
        """
        seen = self.cleaned_data["seen"]
        told_of = [(name, fact.label_of(name)) for fact in self.facts for name in fact.names]
        for number, now in self.now.items():
            for name, label in told_of:
                before, found = seen.get(number, {}).get(name), now[name]
                if before != found:
                    words = {
                        "field": capfirst(label),
                        "lead": self.leads[int(number)],
                        "seen": written(before),
                        "found": written(found),
                    }
                    told = _(
                        "%(field)s of “%(lead)s” changed from %(seen)s to %(found)s meanwhile."
                    )
                    self.add_error(None, told % words)
        self.data = self.data.copy()
        self.data["seen"] = self.initial["seen"]
        for row in self.rows:
            if row.field in self.errors or (row.is_open and row.field not in self.data):
                self.errors.pop(row.field, None)
                self.data[row.field] = str(row.proposed)


TOGETHER = "together"  # the choice that takes what all leads say


@dataclass(frozen=True)
class Cell:
    """What one lead says, and the number of the first lead that says so: the value of its radio."""

    lead: Lead
    words: str
    number: int | None

    @property
    def is_first(self):
        return self.lead.pk == self.number


@dataclass(frozen=True)
class Said:
    """Something that leads say, the first of them, and how people read it."""

    value: dict[str, Any]
    number: int
    words: str


class Row:
    """One fact as all leads say it; ``is_open`` when somebody has to choose.

    ``together`` is all that they say in one, for facts that can be joined.
    """

    def __init__(self, fact: Fact, leads, into):
        self.fact, self.field = fact, f"take_{fact.name}"
        self.label = capfirst(fact.label)
        self.cells, self.values = [], []
        for lead in leads:
            value, said = fact.of(lead), None
            if fact.is_said_by(lead):
                said = next((each for each in self.values if each.value == value), None)
                if said is None:
                    said = Said(value, lead.pk, in_words(fact, lead))
                    self.values.append(said)
            self.cells.append(Cell(lead, said.words if said else "", said and said.number))
        self.is_open = len(self.values) > 1
        said = [each.value[fact.name] for each in self.values]
        self.together = fact.together(said) if self.is_open else None
        self.choices = [(str(each.number), each.words) for each in self.values]
        if self.together is not None:
            self.choices.append((TOGETHER, self.together))
        best = proposed(fact, leads, into)
        self.proposed = next(cell.number for cell in self.cells if cell.lead.pk == best.pk)

    def chosen(self, choice, leads):
        """The values by column that ``choice`` stands for."""
        if choice == TOGETHER:
            return {self.fact.name: self.together}
        return self.fact.of(leads[int(choice)])


def in_words(fact, lead):
    """What ``lead`` says, as people read it."""
    value = getattr(lead, f"get_{fact.name}_display", None)
    if value is not None:
        return str(value())
    match fact.of(lead)[fact.name]:
        case value if fact.name == "value":
            return money(value, lead.currency)
        case Money() as value:
            return money(*value)
        case DateRange() as value:
            return f"{day(value.start)} – {day(value.end)}"
        case Decimal() as value:
            return plain_number(value)
        case datetime.date() as value:
            return day(value)
        case datetime.time() as value:
            return f"{value:%H:%M}"
        case bool() as value:
            return gettext("yes") if value else gettext("no")
        case list() as value:
            return ", ".join(map(str, value))
        case value:
            return str(value)


class ShareOutForm(forms.Form):
    """Among whom leads are shared out."""

    among = forms.ModelMultipleChoiceField(
        label=_("Among"),
        queryset=User.objects.who_may_own().order_by("name", "pk"),
        widget=forms.CheckboxSelectMultiple,
    )
    anew = forms.BooleanField(
        label=_("Share out what one of them owns already, too"), required=False
    )
