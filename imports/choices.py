"""What becomes of a record that is there already, as whoever imports chooses."""

from django.db import models
from django.utils.translation import gettext_lazy as _

# Records that are recognised by what a row says of them. The others are by their number alone.
BY_THEMSELVES = ("organization", "person", "product")
# All that a run recognises, each after what it may be recognised by.
RECOGNISED = ("organization", "person", "product", "lead", "deal", "activity", "note")


# What was said or done is not changed by a file: its row is left out.
STAYING = ("activity", "note")


class Known(models.TextChoices):
    """What a row does with a record of its own that is known already."""

    LINK = "link", _("use them as they are")
    UPDATE = "update", _("update them")
    CREATE = "create", _("create others beside them")
    SKIP = "skip", _("leave their rows out")


class Empty(models.TextChoices):
    """What an empty cell says of a record that is updated."""

    LEAVE = "leave", _("leaves what is there")
    CLEAR = "clear", _("empties the field")


class Archived(models.TextChoices):
    """What a row does with a lead or a deal that it updates and that was archived."""

    UPDATE = "update", _("update them")
    SKIP = "skip", _("leave their rows out")


def spoken_of(columns) -> set[str]:
    """The kinds of records of which ``columns``, as matched, say something."""
    return {field.partition(".")[0] for column in columns if (field := column.get("field"))}


def has_number(columns, record: str) -> bool:
    """Whether a column holds the numbers that ``record`` has in another system."""
    return any(column.get("field") == f"{record}.external_id" for column in columns)


def offered(kind: str, columns) -> dict[str, list[Known]]:
    """What can be chosen for each kind of record that may be there already; ``kind`` is what a row
    makes. What goes by its number cannot be there twice.
    """
    found = {}
    for record in RECOGNISED:
        if record not in spoken_of(columns):
            continue
        by_number = has_number(columns, record)
        if record not in BY_THEMSELVES and not by_number:
            continue
        choices = [Known.SKIP] if record in STAYING else [Known.UPDATE, Known.SKIP]
        if record != kind:
            choices.insert(0, Known.LINK)
        if record in ("organization", "person") and not by_number:
            choices.append(Known.CREATE)
        found[record] = choices
    return found


def chosen(kind: str, columns, choices: dict) -> dict[str, str]:
    """What was chosen, and what goes without saying: a row updates what it makes, and takes the
    others as they are. An empty cell says nothing; and a lost deal is told no reason, unless it is
    chosen which one is meant.
    """
    may_be = {
        record: [each.value for each in may] for record, may in offered(kind, columns).items()
    }
    may_be |= {"empty": Empty.values, "archived": Archived.values}
    return {
        name: choices[name] if choices.get(name) in values else values[0]
        for name, values in may_be.items()
    } | {"lost_reason": str(choices.get("lost_reason") or "")}
