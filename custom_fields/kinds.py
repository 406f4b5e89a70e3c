"""The kinds of custom fields: what a value of each may be, how it is kept as JSON, how it sorts.

A value has one shape for code (a ``Decimal``, an ``Option``, a person) and one that JSON keeps (a
number as text, the option's id). ``stored`` accepts the first, the second, and what history froze
of the first; whatever else it is given raises ``ValidationError``: it stands at every door.
"""

import datetime
from collections.abc import Collection, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar, NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import DecimalValidator, EmailValidator, RegexValidator, URLValidator
from django.db import models
from django.db.models import Expression, F, Func
from django.db.models.functions import Cast, Left
from django.utils.translation import gettext_lazy as _

from core.errors import Missing
from core.models import Plain
from core.money import CURRENCIES
from core.validators import validate_line, validate_text

KINDS: dict[str, "Kind"] = {}
SORTED_LETTERS = 200  # an entry of an index has an end
SORTED_NUMBER = models.DecimalField(max_digits=30, decimal_places=6)  # whatever is kept fits


def register(kind: "Kind") -> None:
    """Let fields be of ``kind``. Apps above register what points at their records."""
    KINDS[kind.name] = kind


class Money(NamedTuple):
    """An amount and its currency."""

    amount: Decimal
    currency: str


class DateRange(NamedTuple):
    """From a day to a day, both included."""

    start: datetime.date
    end: datetime.date


class Kind:
    """One kind: its ``name`` for code, ``title`` and ``icon`` for people."""

    name: ClassVar[str]
    title: ClassVar[str]
    icon: ClassVar[str]
    has_options = False
    wrong = _("This value does not fit the field.")

    def stored(self, value: Any, field) -> Any:
        """``value`` as JSON keeps it; ``ValidationError`` when ``field`` cannot hold it."""
        raise NotImplementedError

    def value(self, stored: Any, field, names: Mapping) -> Any:
        """What was ``stored``, for code; ``names`` tells those of the records it points at."""
        return stored

    def check(self, stored: Any, field) -> None:
        """Raise ``ValidationError`` unless ``stored`` is exactly what this kind would store."""
        if self.stored(stored, field) != stored:
            raise self.refusal()

    def sort_expression(self, field) -> Expression | None:
        """By what lists sort: the same expression for a query and an index. ``None``: they cannot.

        Records without a value have NULL here.
        """
        return None

    def refusal(self):
        return ValidationError(self.wrong, code="wrong_kind")


def json_text(field, *path: str) -> Func:
    """What stands in ``field`` as text. A key made of digits would be taken for the place in a
    list by Django's own transform.
    """
    keys = ",".join((str(int(field.pk)), *path))
    return Func(
        F("custom"), template=f"(%(expressions)s #>> '{{{keys}}}')", output_field=models.TextField()
    )


# --- Text --------------------------------------------------------------------------------------


class TextKind(Kind):
    """Text, checked by ``validators``."""

    most = 255
    validators: ClassVar[tuple] = (validate_line,)
    is_sorted = True
    wrong = _("Write some text here.")

    def stored(self, value, field):
        if not isinstance(value, str):
            raise self.refusal()
        value = self.cleaned(value.strip())
        if len(value) > self.most:
            raise ValidationError(
                _("At most %(most)s characters, please."),
                code="max_length",
                params={"most": self.most},
            )
        if any("\ud800" <= each <= "\udfff" for each in value):  # half a pair: no text at all
            raise self.refusal()
        for validate in self.validators:
            validate(value)
        return value

    def cleaned(self, value):
        return value

    def sort_expression(self, field):
        return Left(Plain(json_text(field)), SORTED_LETTERS) if self.is_sorted else None


class Text(TextKind):
    name, title, icon = "text", _("Text"), "type"


class LongText(TextKind):
    name, title, icon = "long_text", _("Long text"), "file-text"
    most = 10_000
    validators = (validate_text,)
    is_sorted = False

    def cleaned(self, value):
        return value.replace("\r\n", "\n").replace("\r", "\n")


class Address(LongText):
    name, title, icon = "address", _("Address"), "map-pin"
    most = 500


class Phone(TextKind):
    name, title, icon = "phone", _("Phone"), "phone"
    most = 40
    validators = (
        validate_line,
        RegexValidator(r"[0-9]", message=_("Write a phone number, like +33 1 23 45 67 89.")),
    )


class Email(TextKind):
    name, title, icon = "email", _("E-mail"), "mail"
    validators = (
        validate_line,
        EmailValidator(message=_("Write an e-mail address, like zoe@example.com.")),
    )


class Url(TextKind):
    name, title, icon = "url", _("Web address"), "link"
    most = 500
    validators = (
        validate_line,
        URLValidator(
            schemes=["http", "https"], message=_("Write a web address, like https://example.com.")
        ),
    )

    def cleaned(self, value):
        return f"https://{value}" if value and "://" not in value else value


# --- Numbers -----------------------------------------------------------------------------------


def decimal_from(value, refusal, *, digits, places):
    """An exact number, of a size that everything after can hold."""
    if isinstance(value, bool) or not isinstance(value, Decimal | int | str):
        raise refusal
    try:
        number = Decimal(value)
    except (InvalidOperation, ValueError):
        raise refusal from None
    DecimalValidator(digits, places)(number)
    return number


def written_number(number: Decimal) -> str:
    return f"{number.normalize():f}" if number else "0"


class Number(Kind):
    name, title, icon = "number", _("Number"), "hash"
    digits, places = 20, 6
    wrong = _("Write a number like 12500 or 12500.5.")

    def stored(self, value, field):
        number = decimal_from(value, self.refusal(), digits=self.digits, places=self.places)
        return written_number(number)

    def value(self, stored, field, names):
        return Decimal(stored)

    def sort_expression(self, field):
        return Cast(json_text(field), SORTED_NUMBER)


class MoneyKind(Kind):
    name, title, icon = "money", _("Money"), "wallet"
    digits, places = 16, 4
    wrong = _("Write an amount like 12500 or 12500.50, and its currency.")

    def stored(self, value, field):
        match value:
            case {"amount": amount, "currency": currency, **rest} if not rest:
                pass
            case (amount, currency):
                pass
            case _:
                raise self.refusal()
        if currency not in CURRENCIES:
            raise self.refusal()
        amount = decimal_from(amount, self.refusal(), digits=self.digits, places=self.places)
        return {"amount": written_number(amount), "currency": currency}

    def value(self, stored, field, names):
        return Money(Decimal(stored["amount"]), stored["currency"])

    def sort_expression(self, field):
        return Cast(json_text(field, "amount"), SORTED_NUMBER)


# --- Days and times ----------------------------------------------------------------------------


def day_from(value, refusal):
    match value:
        case datetime.datetime():
            raise refusal
        case datetime.date():
            return value
        case str():
            try:
                return datetime.date.fromisoformat(value)
            except ValueError:
                raise refusal from None
    raise refusal


class Date(Kind):
    name, title, icon = "date", _("Date"), "calendar"
    wrong = _("Write a day that is in the calendar, like 2026-11-26.")

    def stored(self, value, field):
        return day_from(value, self.refusal()).isoformat()

    def value(self, stored, field, names):
        return datetime.date.fromisoformat(stored)

    def sort_expression(self, field):
        return json_text(field)


class DateRangeKind(Kind):
    name, title, icon = "date_range", _("Date range"), "calendar-clock"
    wrong = _("Write two days that are in the calendar, the earlier one first.")

    def stored(self, value, field):
        match value:
            case {"from": start, "to": end, **rest} if not rest:
                pass
            case (start, end):
                pass
            case _:
                raise self.refusal()
        start, end = (day_from(each, self.refusal()) for each in (start, end))
        if end < start:
            raise self.refusal()
        return {"from": start.isoformat(), "to": end.isoformat()}

    def value(self, stored, field, names):
        return DateRange(*(datetime.date.fromisoformat(stored[end]) for end in ("from", "to")))

    def sort_expression(self, field):
        return json_text(field, "from")


class Time(Kind):
    name, title, icon = "time", _("Time"), "clock"
    wrong = _("Write a time of day, like 15:30.")

    def stored(self, value, field):
        if isinstance(value, str):
            try:
                value = datetime.time.fromisoformat(value)
            except ValueError:
                raise self.refusal() from None
        if not isinstance(value, datetime.time) or value.tzinfo:
            raise self.refusal()
        return value.isoformat("minutes")

    def value(self, stored, field, names):
        return datetime.time.fromisoformat(stored)

    def sort_expression(self, field):
        return json_text(field)


class YesNo(Kind):
    name, title, icon = "yes_no", _("Yes or no"), "circle-check"
    wrong = _("Answer yes or no.")

    def stored(self, value, field):
        if not isinstance(value, bool):
            raise self.refusal()
        return value

    def sort_expression(self, field):
        return json_text(field)


# --- One of several ----------------------------------------------------------------------------


def number_of(value, refusal) -> int:
    """The id of a record, given as the record, as its id, or as history keeps it."""
    match value:
        case bool():
            raise refusal
        case int():
            return value
        case {"id": int() as number}:
            return number
        case models.Model() if value.pk:
            return value.pk
    raise refusal


class OptionKind(Kind):
    name, title, icon = "option", _("One option"), "circle-dot"
    has_options = True
    wrong = _("This option is no longer there. Choose another one.")

    def stored(self, value, field):
        number = number_of(value, self.refusal())
        if number not in {each.pk for each in field.choices}:
            raise self.refusal()
        return number

    def value(self, stored, field, names):
        return next((each for each in field.choices if each.pk == stored), None)


class OptionsKind(OptionKind):
    name, title, icon = "options", _("Several options"), "list-checks"

    def stored(self, value, field):
        if not isinstance(value, list | tuple | set):
            raise self.refusal()
        chosen = {super(OptionsKind, self).stored(each, field) for each in value}
        return sorted(chosen)

    def value(self, stored, field, names):
        by_number = {each.pk: each for each in field.choices}
        return [by_number[number] for number in stored if number in by_number]


class PointingKind(Kind):
    """A value that is the id of a record: ``model`` names it, ``url`` finds it while one types."""

    url: ClassVar[str]
    wrong = _("This is not there any more. Choose another one.")

    @property
    def model(self) -> type[models.Model]:
        raise NotImplementedError

    def choosable_by(self, user) -> models.QuerySet:
        """The records that ``user`` may choose."""
        raise NotImplementedError

    def pages_of(self, user) -> models.QuerySet:
        """The records whose page ``user`` may open."""
        raise NotImplementedError

    def hold(self, number: int) -> None:
        """Keep the record from going away until it is named; ``Missing`` when it just went."""
        raise NotImplementedError

    def hold_all(self, numbers: Collection[int]) -> None:
        """The same for several records, in one statement."""
        there = self.model._default_manager.filter(pk__among=list(numbers)).order_by("pk")
        held = there.select_for_update(of=("self",), no_key=True)
        if numbers and len(held.values_list("pk")) < len(numbers):
            raise Missing(_("Some of these records are no longer there."))

    def stored(self, value, field):
        return number_of(value, self.refusal())

    def value(self, stored, field, names):
        return self.model(pk=stored, name=names.get((self.name, stored), "—"))


for kind in (
    Text(),
    LongText(),
    Number(),
    MoneyKind(),
    Date(),
    DateRangeKind(),
    Time(),
    YesNo(),
    OptionKind(),
    OptionsKind(),
    Phone(),
    Email(),
    Url(),
    Address(),
):
    register(kind)
