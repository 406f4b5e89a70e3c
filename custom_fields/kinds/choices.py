"""Choices: yes or no, options of the field, and records that a value points at."""

from collections.abc import Collection
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.errors import Missing
from custom_fields.kinds.base import Kind, json_text


class YesNo(Kind):
    name, title, icon = "yes_no", _("Yes or no"), "circle-check"
    wrong = _("Answer yes or no.")

    def stored(self, value, field):
        if not isinstance(value, bool):
            raise self.refusal()
        return value

    def sort_expression(self, field):
        return json_text(field)


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
