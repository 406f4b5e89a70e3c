"""Which column of a file goes into which field: kept with the import, and under a name for the
next file of the same sort.
"""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policies import may_write, require
from core.errors import NotAllowed, Refused
from core.words import plain
from custom_fields.models import Field
from custom_fields.services import add_field
from imports.holding import hold
from imports.models import Import, SavedMatching
from imports.receiving import start_over
from imports.targets import target, wants

MOST_SAVED = 50  # matchings of one user


class NotMatched(Refused):
    """A matching says too little, or a thing twice. ``reasons`` are sentences."""

    def __init__(self, reasons: list[str]):
        super().__init__(" ".join(reasons))
        self.reasons = reasons


class TooManyMatchings(Refused):
    """A list beyond a length helps nobody to find anything."""


class NoSuchColumn(Refused):
    """The file has no such column."""

    status = 404


@transaction.atomic
def match(one: Import, columns: list[dict], *, system: str | None = None, by: User) -> Import:
    """Let the columns of the file go where ``columns`` say; ``system`` is whose numbers its
    external ids are.

    What was checked by another matching does not count any more. Refused: ``Missing``,
    ``AlreadyRun``.
    """
    one = hold(one, by=by)
    system = one.system if system is None else system
    if (columns, system) == (one.columns, one.system):
        return one
    one.columns, one.system = columns, system
    start_over(one)
    one.save(update_fields=["columns", "system", "stage", "counts", "job"])
    return one


@transaction.atomic
def finish_matching(one: Import, *, by: User) -> Import:
    """Let ``one`` be checked. One that was checked already by this matching stays so.

    Refused: ``Missing``, ``AlreadyRun``, ``NotMatched``.
    """
    one = hold(one, by=by)
    if reasons := wants(target(one.kind), one.columns):
        raise NotMatched(list(reasons))
    if one.stage == Import.Stage.COLUMNS:
        one.stage = Import.Stage.CHECK
        one.save(update_fields=["stage"])
    return one


@transaction.atomic
def add_field_for(
    one: Import, column: int, field: Field, *, record: str, options: list[str], by: User
) -> Field:
    """Add a custom ``field`` of ``record`` and let the column go into it.

    Refused: ``Missing``, ``AlreadyRun``, ``NoSuchColumn``, and what ``add_field`` refuses.
    """
    one = hold(one, by=by)
    if not 0 <= column < len(one.columns):
        raise NoSuchColumn(_("The file has no such column."))
    field = add_field(field, options=options, by=by)
    columns = list(one.columns)
    columns[column] = {"field": f"{record}.{field.key}", "options": {}}
    match(one, columns, by=by)
    return field


# --- Matchings that are kept ----------------------------------------------------------------------


@transaction.atomic
def save_matching(one: Import, *, name: str, is_shared: bool = False, by: User) -> SavedMatching:
    """Keep which headers of ``one`` go where, under ``name``; the same name is written over. What
    texts of the file stand for is kept in one's own only: they may name whom others do not know.

    Refused: ``NotAllowed``, ``NotMatched`` for nothing at all, ``TooManyMatchings``;
    ``ValidationError`` for a name that is none.
    """
    require(may_write(by))
    columns = [
        {"header": header, **(without_values(column) if is_shared else column)}
        for header, column in zip(one.headers, one.columns, strict=True)
        if column.get("field")
    ]
    if not columns:
        raise NotMatched([_("Match at least one column.")])
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # one matching after the other
    own = SavedMatching.objects.filter(owner=by)
    kept = own.filter(kind=one.kind, name__iexact=name).first()
    if kept is None and own.count() >= MOST_SAVED:
        raise TooManyMatchings(_("You have too many matchings. Remove one first."))
    kept = kept or SavedMatching(owner=by, kind=one.kind)
    kept.name, kept.is_shared, kept.columns = name, is_shared, columns
    kept.full_clean()
    kept.save()
    return kept


def without_values(column: dict) -> dict:
    options = column.get("options") or {}
    return {**column, "options": {name: options[name] for name in options if name != "values"}}


def apply_matching(one: Import, kept: SavedMatching, *, by: User) -> Import:
    """Match the columns of ``one`` as ``kept`` says by their headers; its other columns go nowhere.

    Refused: ``Missing``, ``AlreadyRun``.
    """
    return match(one, matched_by(kept, one.headers, fields_of(one)), by=by)


def remove_matching(kept: SavedMatching, *, by: User) -> None:
    """Remove ``kept`` for everybody who saw it. Refused: ``NotAllowed``."""
    if not SavedMatching.objects.changeable_by(by).filter(pk=kept.pk).exists():
        raise NotAllowed(_("Only its owner may remove this matching."))
    kept.delete()


def fields_of(one: Import) -> set[str]:
    """The names of all fields that its columns can go into."""
    return {field.name for field in target(one.kind).fields(one.by)}


def matched_by(kept: SavedMatching, headers: Iterable[str], fields: set[str]) -> list[dict]:
    """The columns of a file with these ``headers``, each header standing for what it did first."""
    left = [column for column in kept.columns if column["field"] in fields]
    columns = []
    for header in headers:
        found = next((each for each in left if plain(each["header"]) == plain(header)), None)
        if found:
            left.remove(found)
        columns.append(
            {"field": found and found["field"], "options": (found or {}).get("options", {})}
        )
    return columns
