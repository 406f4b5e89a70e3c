"""Kinds of text: a line or several, and what one can call, write to or open."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, RegexValidator, URLValidator
from django.db.models.functions import Left
from django.utils.translation import gettext_lazy as _

from core.models import Plain
from core.validators import validate_line, validate_text
from custom_fields.kinds.base import Kind, json_text

SORTED_LETTERS = 200  # an entry of an index has an end


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
