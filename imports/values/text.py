"""Text, and the ways to reach a person: e-mail addresses and phone numbers."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext as _

from contacts.models import Reach
from core.validators import HIDDEN
from imports.values.errors import NotUnderstood
from imports.values.html import text_of
from lists.joining import parted

MOST = 200
HIDDEN_OR_HALF = re.compile(f"[{HIDDEN}\ud800-\udfff]")
BREAK = re.compile(r"[\t\r\n\x0b\x0c\x85\u2028\u2029]")
BLANKS = re.compile(r"\s+")
MANY_ADDRESSES = re.compile(r"[;,\n|]")
# Behind a comma seven digits: an extension is shorter.
MANY_NUMBERS = re.compile(r"(?<=\d),(?=[^,;\n|\d]*(?:\d[^,;\n|\d]*){7})|[;\n|]")
IS_EMAIL = EmailValidator()
MOST_OF_EMAIL, MOST_OF_PHONE = 254, 40


def line(field, options, known):
    """One line: what a cell breaks into several is put together."""
    most = field.most or MOST

    def read(text):
        return fitting(in_one_line(text), most)

    return read


def text(field, options, known):
    """Several lines, their ends as ``\\n``; what another system keeps as a page becomes text."""
    most = field.most or MOST
    is_page = bool(options.get("html"))

    def read(text):
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        return fitting(text_of(text) if is_page else text, most)

    return read


def in_one_line(text):
    """``text`` with a blank for each break in it and the blanks around that."""
    if not BREAK.search(text):
        return text
    return BLANKS.sub(lambda blanks: " " if BREAK.search(blanks[0]) else blanks[0], text)


def fitting(text, most):
    if HIDDEN_OR_HALF.search(text):
        raise NotUnderstood(_("This text holds characters that cannot be seen."))
    if len(text) > most:
        raise NotUnderstood(
            _("At most %(most)s characters, please: these are %(number)s.")
            % {"most": most, "number": len(text)}
        )
    return text


def parts(text, options, usual):
    """What one cell says of a field that takes several, without what is said twice."""
    if separator := options.get("separator"):
        found = parted(text, separator)
    else:
        found = usual.split(text)
    return list(dict.fromkeys(each.strip() for each in found if each.strip()))


def reach_of(options):
    kind = options.get("reach")
    return kind if kind in Reach.Kind.values else Reach.Kind.WORK.value


def email(field, options, known):
    """Addresses, each perhaps with a name before it: “Amy Wong <amy@example.com>”."""
    kind = reach_of(options)

    def read(text):
        if USUAL_EMAIL.fullmatch(text):
            return [{"address": text, "kind": kind}]
        return [
            {"address": address_in(each), "kind": kind}
            for each in parts(text, options, MANY_ADDRESSES)
            if "@" in each or not QUOTED_NAME.fullmatch(each)
        ] or unlike_email(text)

    return read


# What nearly all addresses look like: looked at once, and faster than all that there may be.
USUAL_EMAIL = re.compile(
    r"[a-z0-9_+-]{1,40}(\.[a-z0-9_+-]{1,40}){0,3}@([a-z0-9]([a-z0-9-]{0,40}[a-z0-9])?\.){1,3}[a-z]{2,9}",
    re.ASCII | re.IGNORECASE,
)
IN_BRACKETS = re.compile(r"<([^<>]*)>\s*$")
# Of “"Wong, Amy" <amy@example.com>”, parted at its comma, the first half.
QUOTED_NAME = re.compile(r'"[^"@]*')


def address_in(text):
    beside = IN_BRACKETS.search(text)
    address = (beside[1] if beside else text).strip("\"' ").removeprefix("mailto:")
    try:
        IS_EMAIL(address)
    except ValidationError:
        unlike_email(text)
    if len(address) > MOST_OF_EMAIL:
        unlike_email(text)
    return address


def unlike_email(text):
    raise NotUnderstood(_("This is no e-mail address, like zoe@example.com."))


def phone(field, options, known):
    """Numbers as they are written; several in a cell part at semicolons, bars and line ends, at
    commas only between whole numbers.
    """
    kind = reach_of(options)

    def read(text):
        found = parts(text, options, MANY_NUMBERS)
        return [{"number": number_in(each), "kind": kind} for each in found]

    return read


def number_in(text):
    number = fitting(in_one_line(text).removeprefix("tel:"), MOST_OF_PHONE)
    if not any(each in "0123456789" for each in number):
        raise NotUnderstood(_("This is no phone number, like +33 1 23 45 67 89."))
    return number


TEXTS = {"line": line, "text": text, "email": email, "phone": phone, "external_id": line}
