"""Days, moments and times of day, as people and spreadsheets write them."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone

from django.utils.translation import gettext as _

from core.words import plain
from imports.values.answers import NO, YES
from imports.values.errors import NotUnderstood

ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)
BY_NUMBERS = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})", re.ASCII)
TOGETHER = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
DAY_FIRST = re.compile(r"(\d{1,2})(?:er|st|nd|rd|th)?[\s./-]+([^\W\d_]+)[\s./,-]+(\d{4}|\d{2})")
MONTH_FIRST = re.compile(r"([^\W\d_]+)[\s./-]+(\d{1,2})(?:st|nd|rd|th)?[\s./,-]+(\d{4}|\d{2})")
WEEKDAY = re.compile(
    r"(?:lun|mar|mer|jeu|ven|sam|dim|mon|tue|wed|thu|fri|sat|sun)[^\W\d_]*\.?,?\s+", re.IGNORECASE
)
# A day, and what is said of the time on it.
MOMENT = re.compile(
    r"(?P<day>.*?\d{1,4})(?:[T\s,]+(?:at\s+|à\s+)?(?P<time>\d{1,2}[:hH]\d{0,2}.*))?", re.DOTALL
)
TIME = re.compile(
    r"(\d{1,2})(?:\s*[:hH]\s*(\d{2})?)(?:[:.]?(\d{2})(?:\.\d+)?)?\s*([ap]\.?m\.?)?"
    r"\s*(?:UTC|GMT)?\s*(Z|[+-]\d{2}:?\d{2})?",
    re.ASCII | re.IGNORECASE,
)
HOUR_OF_HALF = re.compile(r"(\d{1,2})\s*([ap])\.?m\.?", re.IGNORECASE)
MONTHS = {
    name: number
    for names in (
        "january february march april may june july august september october november december",
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
        "janv fevr mars avr mai juin juil aout sept oct nov dec",
    )
    for number, name in enumerate(names.split(), 1)
}
ORDERS = ("dmy", "mdy", "ymd")
NOON = time(12)  # of a moment of which the day alone is told: the same day in the next countries
FIRST_YEAR = 1000


def day_in(text: str, order: str) -> date:
    """The day that ``text`` is, ``order`` telling what stands first where numbers alone do."""
    found = ISO.fullmatch(text) or TOGETHER.fullmatch(text)
    if found:
        return day_of(*map(int, found.groups()))
    if found := BY_NUMBERS.fullmatch(text):
        first, second, third = found.groups()
        if order == "ymd":
            return day_of(*map(int, (full_year(first), second, third)))
        day, month = (second, first) if order == "mdy" else (first, second)
        return day_of(int(full_year(third)), int(month), int(day))
    text = WEEKDAY.sub("", text, count=1) if WEEKDAY.match(text) else text
    if found := DAY_FIRST.fullmatch(text):
        day, month, year = found.groups()
    elif found := MONTH_FIRST.fullmatch(text):
        month, day, year = found.groups()
    else:
        raise no_day()
    if (number := MONTHS.get(plain(month))) is None:
        raise no_day()
    return day_of(int(full_year(year)), number, int(day))


def full_year(text):
    """Of two digits, the year that is nearer: 49 is 2049, 50 is 1950."""
    return text if len(text) == 4 else f"{'20' if int(text) < 50 else '19'}{text:0>2}"


def day_of(year, month, day):
    try:
        found = date(year, month, day)
    except ValueError:
        raise no_day() from None
    if year < FIRST_YEAR:
        raise no_day()
    return found


def no_day():
    return NotUnderstood(_("This is no day in the calendar, like 2026-11-26."))


def time_in(text):
    """A time of day and its distance from UTC, if that is told."""
    if found := HOUR_OF_HALF.fullmatch(text):
        hour, minute, second, half, zone = found[1], "0", "0", found[2], None
    elif found := TIME.fullmatch(text):
        hour, minute, second, half, zone = found.groups()
    else:
        raise no_time()
    hour = int(hour)
    if half:
        if not 1 <= hour <= 12:
            raise no_time()
        hour = hour % 12 + (12 if half.lower().startswith("p") else 0)
    try:
        return time(hour, int(minute or 0), int(second or 0)), zone
    except ValueError:
        raise no_time() from None


def zone_of(offset):
    if offset in "Zz":
        return UTC
    hours, minutes = int(offset[1:3]), int(offset[-2:])
    away = timedelta(hours=hours, minutes=minutes)
    return timezone(-away if offset[0] == "-" else away)


def no_time():
    return NotUnderstood(_("This is no time of day, like 15:30."))


def day_and_time(text):
    """What stands for the day in ``text``, and what for the time, if anything does."""
    found = MOMENT.fullmatch(text)
    return (found["day"], found["time"]) if found else (text, None)


def order_of(options, known):
    order = options.get("dates")
    return order if order in ORDERS else known.order_of_dates


def day(field, options, known):
    """A day; a time that stands beside it is left out."""
    order = order_of(options, known)

    def read(text):
        return day_in(day_and_time(text)[0], order).isoformat()

    return read


def moment(field, options, known):
    """A moment, where whoever imports lives unless it tells its own zone; noon without a time."""
    order, zone = order_of(options, known), known.zone

    def read(text):
        told_day, told_time = day_and_time(text)
        on = day_in(told_day, order)
        at, offset = time_in(told_time.strip()) if told_time else (NOON, None)
        try:
            found = datetime.combine(on, at, zone_of(offset) if offset else zone)
            return found.astimezone(UTC).isoformat()
        except (OverflowError, ValueError):  # at the end of all days, or further than a day away
            raise no_day() from None

    return read


def archived(field, options, known):
    """Whether something was put away: since when, or yes, or no."""
    at = moment(field, options, known)

    def read(text):
        word = plain(text)
        if word in NO:
            return None
        if word in YES:
            return datetime.now(UTC).isoformat()
        return at(text)

    return read


def time_of_day(field, options, known):
    def read(text):
        return time_in(text)[0].isoformat("minutes")

    return read


DAYS = {"day": day, "moment": moment, "archived": archived, "time": time_of_day}
