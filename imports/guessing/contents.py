"""Which field a column is for, by what stands in it."""

import re
from collections.abc import Collection

from imports.guessing.headers import spelled
from imports.values.days import BY_NUMBERS, ISO, day_and_time
from imports.values.numbers import BY_SIGN

# What is longer is none of these; and no pattern takes its time with it.
LONGEST = 300
EMAIL = re.compile(r'(?:.*[\s<"])?[^\s@<>"]+@[^\s@<>"]+\.[^\s@<>"]+>?', re.DOTALL)
PHONE = re.compile(r"(?:\+|00?|\()[\d\s().\-/]{6,20}", re.ASCII)
WEB = re.compile(r"(https?://|www\.)\S+", re.IGNORECASE)
MONEY = re.compile(r"[^\d]{0,4}\s?[\d\s.,\u00a0\u202f']+\s?[^\d]{0,4}")
# Days of something else than what is to come.
OTHER_DAYS = re.compile(
    r"birth|naiss|anniv|creat|cree|modif|updat|maj|last|dern|start|debut|engag|sign|founded|fonde"
)


def by_content(
    headers: list[str], columns: list[list[str]], free: Collection[str]
) -> dict[int, str]:
    """For columns of which the header says nothing, the field whose values they hold, by number.

    ``free`` are the fields that no column is matched with yet, or that take several. Days and
    amounts are only guessed where one column alone holds any.
    """
    found, days, amounts = {}, [], []
    for number, texts in enumerate(columns):
        texts = [text.strip() for text in texts if text.strip()]
        if not texts or spelled(headers[number]).endswith("id"):
            continue
        if every(texts, EMAIL.fullmatch):
            found[number] = "person.email"
        elif every(texts, WEB.fullmatch):
            found[number] = "organization.website"
        elif every(texts, is_day):
            if not OTHER_DAYS.search(spelled(headers[number])):
                days.append(number)
        elif every(texts, is_money):
            amounts.append(number)
        elif every(texts, PHONE.fullmatch):
            found[number] = "person.phone"
    for numbers, fields in (
        (days, ("lead.expected_close_on", "deal.expected_close_on", "activity.due_on")),
        (amounts, ("lead.value", "deal.value", "product.price")),
    ):
        field = next((field for field in fields if field in free), None)
        if len(numbers) == 1 and field:
            found[numbers[0]] = field
    return {number: field for number, field in found.items() if field in free}


def every(texts, is_so):
    return all(len(text) <= LONGEST and is_so(text) for text in texts)


def is_day(text):
    day, _time = day_and_time(text)
    return bool(ISO.fullmatch(day) or BY_NUMBERS.fullmatch(day))


def is_money(text):
    """An amount with a currency beside it: a number alone may be anything."""
    beside = re.sub(r"[\d\s.,\u00a0\u202f'\-]", "", text).casefold()
    return beside in BY_SIGN and bool(MONEY.fullmatch(text))
