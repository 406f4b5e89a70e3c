"""What a part of a formula can be: a number, an amount, a day, or yes or no."""

from enum import Flag, auto

from django.utils.translation import gettext as _

from custom_fields.models import Field


class Type(Flag):
    """What is written as a number counts as an amount too where one is wanted: both at once."""

    NUMBER = auto()
    MONEY = auto()
    DAY = auto()
    TRUTH = auto()

    @property
    def words(self) -> str:
        named = {
            Type.MONEY: _("an amount of money"),
            Type.DAY: _("a day"),
            Type.TRUTH: _("yes or no"),
        }
        return named.get(self, _("a number"))


COUNTED = Type.NUMBER | Type.MONEY
ORDERED = COUNTED | Type.DAY
NOTHING = Type(0)
OF_KIND = {
    "number": Type.NUMBER,
    "money": Type.MONEY,
    "date": Type.DAY,
    "yes_no": Type.TRUTH,
}


def type_of(field: Field) -> Type:
    """What ``field`` is in a formula; nothing for a kind that has no place there."""
    if field.is_calculated:
        return Type.MONEY if field.is_money else Type.NUMBER
    return OF_KIND.get(field.kind, NOTHING)
