"""Tell people what a text was taken for."""

from datetime import date, datetime
from decimal import Decimal

from core.templatetags.ui import day, moment, money
from imports.known import Known
from imports.targets import TargetField


def told(goes: TargetField, value, known: Known) -> str:
    """``value``, as it was read for this field, in words."""
    if value is None:
        return ""
    match goes.kind:
        case "day" | "custom:date":
            return str(day(date.fromisoformat(value)))
        case "moment":
            return str(moment(datetime.fromisoformat(value)))
        case "money" | "custom:money":
            return str(money(Decimal(value["amount"]), value["currency"] or known.user.currency))
        case "email":
            return ", ".join(each["address"] for each in value)
        case "phone":
            return ", ".join(each["number"] for each in value)
    if choices := dict(known.choices(goes)):
        several = value if isinstance(value, list) else [value]
        words = (choices.get(each, each) for each in several if isinstance(each, str | int))
        return ", ".join(map(str, words))
    return value if isinstance(value, str) else ""
