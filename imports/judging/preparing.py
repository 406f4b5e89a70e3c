"""A row of the file as what it says of each record, or what is wrong with it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.apps import apps
from django.utils.translation import gettext as _

from core.errors import Refused
from imports.choices import Empty, chosen
from imports.judging.agreeing import agree
from imports.judging.gathering import gathered
from imports.known import Known
from imports.models import Import
from imports.targets import TargetField, target
from imports.values import NotUnderstood, Reader, RowUnwanted, reader

SHOWN = 200  # letters of a value that a problem tells
NOTHING = (None, "", [], {})
MODELS = {
    "lead": "leads.Lead",
    "deal": "deals.Deal",
    "person": "contacts.Person",
    "organization": "contacts.Organization",
    "product": "products.Product",
    "activity": "activities.Activity",
    "line": "deals.LineItem",
}


class MatchAgain(Refused):
    """A column is matched with a field that is not there any more."""


@dataclass(frozen=True)
class Column:
    """A column that is matched: its place in the file, the field, and how its cells are read."""

    number: int
    field: TargetField
    read: Reader
    is_emptied: bool  # whether an empty cell empties the field of a record that is updated


@dataclass
class Prepared:
    """What a row says of each record, and each thing that is wrong with it."""

    says: dict[str, dict] = field(default_factory=dict)
    problems: list[dict] = field(default_factory=list)
    is_wanted: bool = True


def problem(column: int | None, value: str, reason: str) -> dict:
    """What is wrong with a row, as it is kept and shown."""
    return {"column": column, "value": value[:SHOWN], "reason": str(reason)}


class Preparing:
    """How the rows of one import are read: made once, so that no cell costs a statement."""

    def __init__(self, importing: Import):
        self.importing = importing
        self.known = Known(importing.by)
        clears = chosen_of(importing)["empty"] == Empty.CLEAR
        fields = {each.name: each for each in target(importing.kind).fields(importing.by)}
        self.columns = [
            Column(
                number,
                fields[name],
                reader(fields[name], options, self.known),
                clears and may_be_empty(fields[name]),
            )
            for number, name, options in matched(importing)
            if is_there(importing, number, name in fields)
        ]
        # A text that is put together is kept in the place of a field of its own.
        self.longest = {
            column.field.name: whole.most
            for column in self.columns
            if (whole := fields.get(f"{column.field.record}.{column.field.place}"))
        }
        self.width = len(importing.columns)

    def meet(self, rows: Sequence[Sequence[str]]) -> None:
        """Look up what these rows name, all of it at once, before each of them is prepared."""
        self.known.meet(
            (column.field, (cell(row, column.number) for row in rows))
            for column in self.columns
            if column.field.custom
        )

    def prepare(self, cells: Sequence[str]) -> Prepared:
        """What the row with these ``cells`` says."""
        prepared, said = Prepared(), []
        for column in self.columns:
            text = cell(cells, column.number)
            try:
                value = column.read(text)
            except NotUnderstood as why:
                prepared.problems.append(problem(column.number, text, why.reason))
            except RowUnwanted:
                prepared.is_wanted = False
            else:
                if value is not None or column.is_emptied:
                    said.append((column.field, value))
        prepared.says = speaking(gathered(said))
        for name, reason in agree(prepared.says, self.known):
            number = self.column_of(name)
            prepared.problems.append(problem(number, cell(cells, number), reason))
        complete_amounts(prepared.says, self.importing.by.currency)
        prepared.problems += self.too_long(prepared.says)
        prepared.problems += self.beyond(cells)
        return prepared

    def too_long(self, says) -> Iterator[dict]:
        """Texts that were put together of several columns, and are too long only then."""
        for column in self.columns:
            if column.field.joined is None:
                continue
            text = says.get(column.field.record, {}).get(column.field.place) or ""
            most = self.longest.get(column.field.name)
            if most and len(text) > most:
                reason = _("At most %(most)s characters, please: together these are %(number)s.")
                words = {"most": most, "number": len(text)}
                yield problem(column.number, text, reason % words)
                return

    def beyond(self, cells) -> Iterator[dict]:
        """Cells without a heading: as a rule a text with the separator in it, without quotes."""
        for number in range(self.width, len(cells)):
            if cells[number].strip():
                reason = _("The row has more cells than the file has columns.")
                yield problem(None, cells[number], reason)
                return

    def column_of(self, *names: str) -> int | None:
        """The place of the column that is matched with the first of the fields ``names``."""
        places = {column.field.name: column.number for column in reversed(self.columns)}
        return next((places[name] for name in names if name in places), None)


def cell(cells: Sequence[str], number: int | None) -> str:
    """What stands in a cell; a short row has nothing behind its end."""
    return cells[number] if number is not None and number < len(cells) else ""


def matched(importing: Import) -> Iterator[tuple[int, str, dict]]:
    """The columns that are matched: place, name of the field, options."""
    for number, column in enumerate(importing.columns):
        if name := column.get("field"):
            yield number, name, column.get("options") or {}


def chosen_of(importing: Import) -> dict[str, str]:
    """What whoever imports chose to do with what is known already."""
    return chosen(importing.kind, importing.columns, importing.choices)


def is_there(importing: Import, number: int, is_field: bool) -> bool:
    if not is_field:
        header = cell(importing.headers, number) or number + 1
        raise MatchAgain(
            _("The field of the column “%(column)s” is no longer there. Match it again.")
            % {"column": header}
        )
    return True


def may_be_empty(target_field: TargetField) -> bool:
    """Whether a record may have nothing in this field, so that it can be emptied."""
    if target_field.custom is not None or target_field.gathers:
        return True
    if target_field.record not in MODELS:
        return False
    model = apps.get_model(MODELS[target_field.record])
    blank = {each.name for each in model._meta.fields if each.editable and each.blank}
    return target_field.place in blank - {"currency"}


def speaking(says: dict[str, dict]) -> dict[str, dict]:
    """``says`` without the records of which it says nothing at all."""
    return {
        record: own
        for record, own in says.items()
        if record != "row"
        and (
            any(value not in NOTHING for name, value in own.items() if name != "custom")
            or any(value not in NOTHING for value in own.get("custom", {}).values())
        )
    }


def complete_amounts(says: dict[str, dict], usual: str) -> None:
    """An amount without a currency is in the ``usual`` one; a currency alone says nothing. What is
    sold in a deal is in the currency of that.
    """
    for record, own in says.items():
        if record == "line":
            continue
        for place in ("value", "price"):
            if place in own:
                own["currency"] = (own.get("currency") or usual) if own[place] else None
                break
        else:
            own.pop("currency", None)
