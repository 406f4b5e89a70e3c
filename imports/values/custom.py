"""Values of custom fields, in the shape in which records keep them."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.words import plain
from imports.values.days import day_in, order_of, time_of_day
from imports.values.errors import NotUnderstood
from imports.values.numbers import mark_of, money_in, number, written
from imports.values.words import anybody, several, yes_no

BETWEEN = (", ", " – ", " — ", " - ", " to ", " au ", " → ", "..", ";", "/")


def kept(field, options, known):
    """Text, as the kind of the field wants it."""

    def read(text):
        return stored(field.custom, text)

    return read


def stored(custom, value):
    try:
        return custom.behaviour.stored(value, custom)
    except ValidationError as invalid:
        raise NotUnderstood(invalid.messages[0]) from None


def money(field, options, known):
    mark, usual = mark_of(options), options.get("currency") or known.user.currency

    def read(text):
        amount, currency = money_in(text, mark)
        return {"amount": written(amount), "currency": currency or usual}

    return read


def day(field, options, known):
    order = order_of(options, known)

    def read(text):
        return day_in(text, order).isoformat()

    return read


def date_range(field, options, known):
    """Two days with something between them."""
    order = order_of(options, known)

    def read(text):
        for between in BETWEEN:
            start, found, end = text.partition(between)
            if found and between not in end:
                days = [day_in(each.strip(), order).isoformat() for each in (start, end)]
                return stored(field.custom, {"from": days[0], "to": days[1]})
        raise NotUnderstood(field.custom.behaviour.wrong)

    return read


def option(field, options, known):
    names = {plain(each.name): each for each in field.custom.choices}

    def read(text):
        return option_in(text, names)

    return read


def option_in(text, names):
    found = names.get(plain(text))
    if found is None:
        raise NotUnderstood(_("“%(text)s” is none of the options.") % {"text": text[:80]})
    if found.archived_at:
        raise NotUnderstood(_("“%(word)s” is out of use.") % {"word": found.name})
    return found.pk


def several_options(field, options, known):
    names = {plain(each.name): each for each in field.custom.choices}

    def understand(text):
        return [option_in(text, names)]

    read = several(field, options, known, understand, names)
    return lambda text: sorted(read(text))


def pointing(field, options, known):
    """A person or an organization by name, which ``Known.meet`` has looked up."""

    def read(text):
        found = known.met[field.custom.kind][plain(text)]
        if len(found) == 1:
            return found[0]
        if found:
            raise NotUnderstood(_("Several have this name."))
        raise NotUnderstood(_("Nothing has this name."))

    return read


CUSTOM = {
    "custom:text": kept,
    "custom:long_text": kept,
    "custom:address": kept,
    "custom:phone": kept,
    "custom:email": kept,
    "custom:url": kept,
    "custom:number": number,
    "custom:money": money,
    "custom:date": day,
    "custom:date_range": date_range,
    "custom:time": time_of_day,
    "custom:yes_no": yes_no,
    "custom:option": option,
    "custom:options": several_options,
    "custom:user": anybody,
    "custom:person": pointing,
    "custom:organization": pointing,
}
