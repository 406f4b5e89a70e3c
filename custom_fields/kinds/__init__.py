"""The kinds of custom fields: what a value of each may be, how it is kept as JSON, how it sorts.

A value has one shape for code (a ``Decimal``, an ``Option``, a person) and one that JSON keeps (a
number as text, the option's id). ``stored`` accepts the first, the second, and what history froze
of the first; whatever else it is given raises ``ValidationError``: it stands at every door.
"""

from custom_fields.kinds.base import KINDS, Kind, register
from custom_fields.kinds.calculated import CALCULATED
from custom_fields.kinds.choices import OptionKind, OptionsKind, PointingKind, YesNo
from custom_fields.kinds.days import Date, DateRange, DateRangeKind, Time
from custom_fields.kinds.numbers import Money, MoneyKind, Number
from custom_fields.kinds.text import Address, Email, LongText, Phone, Text, Url

__all__ = [
    "CALCULATED",
    "KINDS",
    "DateRange",
    "Kind",
    "Money",
    "OptionKind",
    "PointingKind",
    "register",
]

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
