"""Several leads, or several deals, side by side: which stays, and whose word counts."""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core import signing
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.forms import OnceMixin
from core.seen import written
from core.templatetags.ui import day, money, percent, plain_number
from custom_fields.kinds import DateRange, Money
from opportunities.facts import Fact, as_seen, facts_about, fullest, proposed
from opportunities.models import Opportunity


class MergeForm(OnceMixin):
    """Which record stays, and whose value wins where several say different things.

    ``into`` is the one proposed to stay: without one the fullest. It sends what it showed along,
    signed. ``rows`` are the facts, those to choose first.
    """

    into = forms.TypedChoiceField(coerce=int, widget=forms.RadioSelect)
    seen = forms.CharField(widget=forms.HiddenInput)

    signer = signing.Signer(salt="opportunities.merge")

    def __init__(self, *args, records, into=None, **kwargs):
        self.records = {each.pk: each for each in records}
        self.facts = facts_about(records)
        self.now = as_seen(records, self.facts)
        into = into or fullest(records, self.facts)
        sealed = self.signer.sign_object(self.now, compress=True)
        super().__init__(*args, initial={"into": into.pk, "seen": sealed}, **kwargs)
        self.fields["into"].choices = [(each.pk, str(each)) for each in records]
        self.rows = [Row(fact, records, into) for fact in self.facts]
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
        """The record that stays, and the chosen values by column."""
        given, values = self.cleaned_data, {}
        for row in self.rows:
            if row.is_open:
                values |= row.chosen(given[row.field], self.records)
        return {"into": self.records[given["into"]], "values": values, "seen": given["seen"]}

    def shown_rows(self):
        """For the page: each row with its cells, the choice so far, and the words for all."""
        for row in self.rows:
            chosen = str(self[row.field].value()) if row.is_open else ""
            cells = [(cell, str(cell.number) == chosen) for cell in row.cells]
            yield row, cells, chosen == TOGETHER

    def staying(self):
        return str(self["into"].value())

    def is_stale(self):
        """Whether the records say something else than the form showed."""
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
                        "title": self.records[int(number)],
                        "seen": written(before),
                        "found": written(found),
                    }
                    told = _(
                        "%(field)s of “%(title)s” changed from %(seen)s to %(found)s meanwhile."
                    )
                    self.add_error(None, told % words)
        self.data = self.data.copy()
        self.data["seen"] = self.initial["seen"]
        for row in self.rows:
            if row.field in self.errors or (row.is_open and row.field not in self.data):
                self.errors.pop(row.field, None)
                self.data[row.field] = str(row.proposed)


TOGETHER = "together"  # the choice that takes what all records say


@dataclass(frozen=True)
class Cell:
    """What one record says, and the number of the first that says so: the value of its radio."""

    record: Opportunity
    words: str
    number: int | None

    @property
    def is_first(self):
        return self.record.pk == self.number


@dataclass(frozen=True)
class Said:
    """Something that records say, the first of them, and how people read it."""

    value: dict[str, Any]
    number: int
    words: str


class Row:
    """One fact as all records say it; ``is_open`` when somebody has to choose.

    ``together`` is all that they say in one, for facts that can be joined.
    """

    def __init__(self, fact: Fact, records, into):
        self.fact, self.field = fact, f"take_{fact.name}"
        self.label = capfirst(fact.label)
        self.cells, self.values = [], []
        for record in records:
            value, said = fact.of(record), None
            if fact.is_said_by(record):
                said = next((each for each in self.values if each.value == value), None)
                if said is None:
                    said = Said(value, record.pk, in_words(fact, record))
                    self.values.append(said)
            self.cells.append(Cell(record, said.words if said else "", said and said.number))
        self.is_open = len(self.values) > 1
        said = [each.value[fact.name] for each in self.values]
        self.together = fact.together(said) if self.is_open else None
        self.choices = [(str(each.number), each.words) for each in self.values]
        if self.together is not None:
            self.choices.append((TOGETHER, self.together))
        best = proposed(fact, records, into)
        self.proposed = next(cell.number for cell in self.cells if cell.record.pk == best.pk)

    def chosen(self, choice, records):
        """The values by column that ``choice`` stands for."""
        if choice == TOGETHER:
            return {self.fact.name: self.together}
        return self.fact.of(records[int(choice)])


def in_words(fact, record):
    """What ``record`` says, as people read it."""
    value = getattr(record, f"get_{fact.name}_display", None)
    if value is not None:
        return str(value())
    match fact.of(record)[fact.name]:
        case value if fact.name == "probability":
            return percent(value)
        case value if fact.name == "value":
            return money(value, record.currency)
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
