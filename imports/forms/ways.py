"""How the cells of a column can be read: choices that its field asks for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.models import Reach
from core.money import CURRENCIES
from imports.guessing.options import COUNTED, DATED, PARTED
from imports.targets import TargetField

REACHING = {"email", "phone"}
AMOUNTS = {"money", "custom:money"}
USUAL = {"currency": gettext_lazy("beside the amount, or yours")}
WAYS = {
    "dates": (
        gettext_lazy("Dates"),
        [
            ("dmy", gettext_lazy("day, month, year")),
            ("mdy", gettext_lazy("month, day, year")),
            ("ymd", gettext_lazy("year, month, day")),
        ],
    ),
    "decimal": (
        gettext_lazy("Decimals"),
        [(",", gettext_lazy("after a comma")), (".", gettext_lazy("after a point"))],
    ),
    "currency": (gettext_lazy("Currency"), [(code, code) for code in CURRENCIES]),
    "separator": (
        gettext_lazy("Several in a cell"),
        [
            (",", gettext_lazy("parted by commas")),
            (";", gettext_lazy("parted by semicolons")),
            ("|", gettext_lazy("parted by bars")),
            ("\n", gettext_lazy("parted by line ends")),
        ],
    ),
    "reach": (gettext_lazy("These are of"), Reach.Kind.choices),
}


@dataclass(frozen=True)
class Way:
    """A choice of how a column is read."""

    name: str
    title: str
    choices: list[tuple[str, str]]
    chosen: str


def ways_of(goes: TargetField, options: Mapping) -> Iterable[Way]:
    """How the cells of a column can be read that goes into this field."""
    asked = []
    if goes.kind in DATED:
        asked.append("dates")
    if goes.kind in COUNTED:
        asked.append("decimal")
    if goes.kind in AMOUNTS:
        asked.append("currency")
    if goes.kind in REACHING:
        asked.append("reach")
    if goes.kind in PARTED or goes.kind in REACHING:
        asked.append("separator")
    for name in asked:
        title, choices = WAYS[name]
        usual = [] if name == "reach" else [("", USUAL.get(name, _("detected")))]
        yield Way(name, title, [*usual, *choices], options.get(name, ""))
