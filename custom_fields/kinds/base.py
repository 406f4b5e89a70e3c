"""What every kind of custom field can do, and which kinds there are."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Expression, F, Func
from django.utils.translation import gettext_lazy as _

KINDS: dict[str, "Kind"] = {}


def register(kind: "Kind") -> None:
    """Let fields be of ``kind``. Apps above register what points at their records."""
    KINDS[kind.name] = kind


class Kind:
    """One kind: its ``name`` for code, ``title`` and ``icon`` for people."""

    name: ClassVar[str]
    title: ClassVar[str]
    icon: ClassVar[str]
    has_options = False
    wrong = _("This value does not fit the field.")

    def stored(self, value: Any, field) -> Any:
        """``value`` as JSON keeps it; ``ValidationError`` when ``field`` cannot hold it."""
        raise NotImplementedError

    def value(self, stored: Any, field, names: Mapping) -> Any:
        """What was ``stored``, for code; ``names`` tells those of the records it points at."""
        return stored

    def check(self, stored: Any, field) -> None:
        """Raise ``ValidationError`` unless ``stored`` is exactly what this kind would store."""
        if self.stored(stored, field) != stored:
            raise self.refusal()

    def sort_expression(self, field) -> Expression | None:
        """By what lists sort: the same expression for a query and an index. ``None``: they cannot.

        Records without a value have NULL here.
        """
        return None

    def refusal(self):
        return ValidationError(self.wrong, code="wrong_kind")


def json_text(field, *path: str) -> Func:
    """What stands in ``field`` as text. A key made of digits would be taken for the place in a
    list by Django's own transform.
    """
    keys = ",".join((str(int(field.pk)), *path))
    return Func(
        F("custom"), template=f"(%(expressions)s #>> '{{{keys}}}')", output_field=models.TextField()
    )
