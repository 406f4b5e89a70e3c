"""Matching: where each column of a file goes, how it is read then, and what people chose."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.line_ends import one_line_end
from imports.forms.telling import told
from imports.forms.ways import WAYS, Way, ways_of
from imports.known import SKIP, Known
from imports.models import Import, Row
from imports.targets import TargetField, target
from imports.targets.records import RECORDS
from imports.values import NotUnderstood, RowUnwanted, reader

SHOWN = 3  # values beside a column
MOST_WORDS = 50  # texts of a column that one can match
LOOKED_AT = 5_000  # refused rows
EMPTY = "~empty"  # instead of a value: the cell says nothing
SELECTED = format_html(" {}", "selected")

CHOSEN = {*WAYS, "values", "others"}
PEOPLE = {"user", "custom:user"}


@dataclass(frozen=True)
class Sample:
    """A value of a column, what it is taken for if that looks different, or why it is nothing."""

    text: str
    told: str = ""
    problem: str = ""


@dataclass(frozen=True)
class Word:
    """A text of a column that stands for something, and what somebody chose that it stands for."""

    number: int
    text: str
    chosen: str
    told: str
    problem: str
    is_other: bool


@dataclass
class Column:
    """A column of the file: its header, where it goes, and how it is read."""

    number: int
    header: str
    field: TargetField | None
    options: Mapping[str, Any]
    samples: list[Sample]
    select: SafeString
    ways: list[Way] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    choices: list[tuple[str, str]] = field(default_factory=list)
    others: str = ""
    mine: str = ""
    also: str = ""

    @property
    def id(self):
        return f"column-{self.number}"

    @property
    def is_chosen_for(self):
        """Whether somebody said what a text of it stands for."""
        return bool(self.others) or any(word.chosen for word in self.words)

    @property
    def unknown(self):
        """How many of its texts stand for nothing yet."""
        return sum(1 for word in self.words if word.problem)

    @property
    def asks_for_others(self):
        """Whether one choice may do for many of its texts."""
        return bool(self.others) or self.unknown > 1


class Matching:
    """The columns of an import for its page, and what is sent from there: as whoever made it reads
    them, although an admin may look.
    """

    def __init__(self, one: Import):
        self.one = one
        self.known = Known(one.by)
        self.fields = {each.name: each for each in target(one.kind).fields(one.by)}

    def columns(self, only: int | None = None) -> list[Column]:
        """All columns of the file, or one of them."""
        numbers = range(len(self.one.headers)) if only is None else [only]
        self.meet()
        return [self.column(number) for number in numbers]

    def column(self, number) -> Column:
        matched = self.one.columns[number]
        goes = self.fields.get(matched.get("field"))
        options = matched.get("options") or {}
        texts = self.texts(number)
        column = Column(
            number=number,
            header=self.one.headers[number],
            field=goes,
            options=options,
            samples=self.samples(texts, goes, options),
            select=self.every_field.chosen(goes),
        )
        if goes:
            column.ways = list(ways_of(goes, options))
            column.choices = [(str(value), words) for value, words in self.known.choices(goes)]
            if column.choices:
                column.words = self.words(number, goes, options, texts)
                column.others = as_chosen(options["others"]) if "others" in options else ""
            if goes.kind in PEOPLE:
                column.mine = str(self.one.by_id)
            column.also = self.also(number, goes)
        return column

    @cached_property
    def every_field(self):
        return FieldChoices(self.one.kind, self.fields.values())

    def texts(self, number) -> list[str]:
        """The different texts of a column among the first rows."""
        cells = (row[number] for row in self.one.samples if number < len(row))
        return list(dict.fromkeys(text for text in cells if text.strip()))

    def meet(self):
        """Look up once what custom fields name in the samples."""
        self.known.meet(
            (goes, self.texts(number))
            for number, column in enumerate(self.one.columns)
            if (goes := self.fields.get(column.get("field"))) and goes.custom
        )

    def samples(self, texts, goes, options) -> list[Sample]:
        read = reader(goes, options, self.known) if goes else None
        return [self.sample(text, goes, read) for text in texts[:SHOWN]]

    def sample(self, text, goes, read) -> Sample:
        if read is None:
            return Sample(text)
        try:
            shown = told(goes, read(text), self.known)
        except NotUnderstood as why:
            return Sample(text, problem=why.reason)
        except RowUnwanted:
            return Sample(text, told=_("The row is left out"))
        return Sample(text, told="" if shown == text.strip() else shown)

    def words(self, number, goes, options, texts) -> list[Word]:
        """The texts that stand for something: of the first rows, of rows that were refused, and
        those that somebody chose for before. What is not understood comes first.
        """
        chosen = options.get("values") or {}
        found = dict.fromkeys([*chosen, *self.refused.get(number, ()), *texts])
        read = reader(goes, options, self.known)
        alone = {name: value for name, value in options.items() if name != "others"}
        by_itself = reader(goes, alone, self.known)
        words = []
        for text in list(found)[:MOST_WORDS]:
            seen = self.sample(text, goes, read)
            choice = as_chosen(chosen[text]) if text in chosen else ""
            is_other = bool(self.sample(text, goes, by_itself).problem)
            words.append(Word(len(words), text, choice, seen.told, seen.problem, is_other))
        return sorted(words, key=lambda word: not word.problem)

    @cached_property
    def refused(self) -> dict[int, list[str]]:
        """By column the texts for which the last check refused rows."""
        rows = Row.objects.filter(of=self.one, verdict=Row.Verdict.REFUSED).order_by("number")
        found = {}
        for problems in rows.values_list("problems", flat=True)[:LOOKED_AT]:
            for problem in problems:
                texts = found.setdefault(problem["column"], {})
                if problem["value"].strip() and len(texts) < MOST_WORDS:
                    texts[problem["value"].strip()] = None
        return {number: list(texts) for number, texts in found.items()}

    def also(self, number, goes) -> str:
        """The header of another column that goes into the same field, which takes only one."""
        if goes.several:
            return ""
        for other, column in enumerate(self.one.columns):
            if other != number and column.get("field") == goes.name:
                return self.one.headers[other] or _("column %(number)s") % {"number": other + 1}
        return ""

    # --- What is sent ----------------------------------------------------------------------------

    def sent(self, data: Mapping) -> list[dict]:
        """The columns as they are after ``data``; those of which it says nothing stay."""
        return [
            self.sent_for(number, column, data) if f"field-{number}" in data else column
            for number, column in enumerate(self.one.columns)
        ]

    def sent_others(self, number, goes, kept, data):
        """What stands for all texts that nothing else stands for."""
        if f"others-{number}" not in data:
            return {"others": kept["others"]} if "others" in kept else {}
        choice, allowed = data[f"others-{number}"], self.allowed(goes)
        return {"others": allowed[choice]} if choice in allowed else {}

    def allowed(self, goes) -> dict[str, Any]:
        """What texts of a field may stand for, by how it is sent; nothing where they speak for
        themselves.
        """
        choices = {str(value): value for value, _words in self.known.choices(goes)}
        return choices | {EMPTY: None, SKIP: SKIP} if choices else {}

    def sent_for(self, number, column, data) -> dict:
        goes = self.fields.get(data[f"field-{number}"])
        if goes is None:
            return {"field": None, "options": {}}
        kept = column.get("options") or {}
        options = {name: value for name, value in kept.items() if name not in CHOSEN}
        if goes.name != column.get("field"):
            # What was chosen for another field says nothing here, but for how dates are written.
            return {"field": goes.name, "options": {}}
        for way in ways_of(goes, kept):
            sent = data.get(f"{way.name}-{number}")
            if value := sent if sent in dict(way.choices) else way.chosen:
                options[way.name] = value
        if values := dict(self.sent_words(number, goes, kept, data)):
            options["values"] = values
        options |= self.sent_others(number, goes, kept, data)
        return {"field": goes.name, "options": options}

    def sent_words(self, number, goes, kept, data):
        """What texts of the column stand for: only those that its page offers, since whatever is
        kept here is a text of the file.
        """
        allowed = self.allowed(goes)
        left = dict(kept.get("values") or {})
        positions = [each for each in range(MOST_WORDS) if f"word-{number}-{each}" in data]
        offered = self.offered(number, left) if positions else {}
        for position in positions:
            text = offered.get(one_line_end(data[f"word-{number}-{position}"]))
            if text is None:
                continue
            left.pop(text, None)
            choice = data.get(f"to-{number}-{position}", "")
            if choice in allowed:
                yield text, allowed[choice]
        yield from left.items()

    def offered(self, number, chosen) -> dict[str, str]:
        """The texts of a column that one can match, by how a browser sends them back."""
        found = [*chosen, *self.refused.get(number, ()), *self.texts(number)]
        return {one_line_end(text): text for text in found}


class FieldChoices:
    """The options of the select of every column: made once, since there are many columns."""

    def __init__(self, kind: str, fields: Iterable[TargetField]):
        self.kind = kind
        groups = groupby(fields, key=lambda each: each.record)
        self.fields = {record: list(group) for record, group in groups}
        self.groups = {record: self.group(record) for record in self.fields}

    def chosen(self, goes: TargetField | None) -> SafeString:
        """All options, with this field chosen."""
        groups = self.groups
        if goes:
            groups = groups | {goes.record: self.group(goes.record, goes)}
        return format_html_join("", "{}", ((group,) for group in groups.values()))

    def group(self, record, goes=None) -> SafeString:
        """The fields of one record. A closed select does not show the heading, so each says of
        what it is, unless it cannot be of anything else.
        """
        before = "" if record in (self.kind, "note", "row") else f"{RECORDS[record]} · "
        options = format_html_join(
            "",
            '<option value="{}"{}>{}{}</option>',
            (
                (each.name, SELECTED if each is goes else "", before, each.label)
                for each in self.fields[record]
            ),
        )
        return format_html('<optgroup label="{}">{}</optgroup>', RECORDS[record], options)


def as_chosen(value) -> str:
    return EMPTY if value in (None, "") else str(value)
