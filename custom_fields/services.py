"""Fields and their options: add, change, put in order, delete and restore; all by who configures.

Deleting a field is undone for 30 days: its values stay where they are, out of sight.
"""

from copy import copy
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.policies import may_configure, require
from core.errors import Missing, Refused
from core.references import lock_row
from custom_fields.formulas import FormulaError, saving
from custom_fields.formulas.names import as_written
from custom_fields.kinds import KINDS
from custom_fields.kinds.numbers import MoneyKind
from custom_fields.models import IS_CALCULATED, Field, Option
from custom_fields.queries import grouped, models_with
from custom_fields.tasks import start_settling
from history.models import Operation
from history.services import begin, changed, record
from history.undoing import undoes
from jobs.models import Job

MOST_FIELDS = 100  # of one sort of record: forms have an end
MOST_OPTIONS = 200
CHANGEABLE = ("name", "help_text", "group", "is_required")
OF_FORMULA = ("formula", "digits", "is_money")


class KindStays(Refused):
    """Values of one kind make no sense in another, so a field keeps its kind for good."""


class TooMany(Refused):
    """There is a limit to fields and options, far above what people can oversee."""


class NameTaken(Refused):
    """Another field took the name of a deleted one meanwhile."""

    status = 409


class OptionInUse(Refused):
    """An option that records have stays with them; it can be archived."""


class NotSortable(Refused):
    """Values of some kinds have no order."""


class InUse(Refused):
    """What a formula names stays as long as it does."""


class NotCalculable(Refused):
    """What the formula of a deleted field names is no longer there."""


class NoOptions(Refused):
    """Only fields that are a choice have options."""


class Told(NamedTuple):
    """A field as the history names it: ``Field.kind`` says something else."""

    pk: int
    name: str
    kind: str = "custom_field"

    def __str__(self):
        return self.name


def tell(verb: str, field: Field, *, by: User, changes=None) -> Operation:
    operation, _new = begin(f"custom_field.{verb}", by=by)
    record(operation, [Told(field.pk, field.name)], changes=changes)
    return operation


# --- Fields ------------------------------------------------------------------------------------


@transaction.atomic
def add_field(field: Field, *, options: list[str] = (), by: User) -> Field:
    """Save an unsaved ``field`` as the last one of its sort, with ``options`` by their names. The
    formula of a calculated one is given as people write it.

    ``ValidationError`` for a kind there is not, a name that is taken and, as ``FormulaError``, a
    formula that cannot work. Refused: ``NotAllowed``, ``TooMany``, ``NoOptions``.
    """
    require(may_configure(by))
    if field.kind not in KINDS and not field.is_calculated:
        raise ValidationError({"kind": _("There is no such kind of field.")})
    siblings = locked_fields(field.of)
    if len(siblings) >= MOST_FIELDS:
        raise TooMany(_("There are %(most)s fields already.") % {"most": MOST_FIELDS})
    field.position = max((each.position + 1 for each in siblings), default=0)
    if field.is_calculated:
        field.formula = formula_of(field, siblings)
    field.full_clean()
    field.save()
    for name in options:
        save_option(Option(field=field, name=name))
    tell("created", field, by=by)
    return field


@transaction.atomic
def change_field(field: Field, values: dict, *, by: User) -> Operation | None:
    """Set name, help, group of ``field``, or whether it is required; of a calculated one also its
    formula, as people write it, its digits, and whether it is an amount. Changing nothing records
    nothing.

    ``FormulaError`` for a formula that cannot work, or by which another one could not any more.
    Refused: ``NotAllowed``, ``Missing``, and ``KindStays`` for what a field is and of what.
    """
    require(may_configure(by))
    field, siblings = lock_for_formula(field) if field.is_calculated else (lock_row(field), [])
    changeable = CHANGEABLE + (OF_FORMULA if field.is_calculated else ())
    if any(name not in changeable and getattr(field, name) != values[name] for name in values):
        raise KindStays(_("A field keeps its kind, and what it is a field of. Add another one."))
    before, was_written = copy(field), as_written(field) if field.is_calculated else ""
    for name, value in values.items():
        setattr(field, name, value)
    if field.is_calculated:
        field.formula = formula_of(field, siblings)
    changes = {
        name: changed(getattr(before, name), getattr(field, name))
        for name in values
        if getattr(before, name) != getattr(field, name)
    }
    if not changes:
        return None
    field.full_clean()
    field.save(update_fields=list(changes))
    if "formula" in changes:  # the history tells it in the names of its day
        changes["formula"] = changed(was_written, as_written(field))
    return tell("changed", field, by=by, changes=changes)


@transaction.atomic
def move_field(field: Field, step: int, *, by: User) -> None:
    """Move ``field`` up (-1) or down (1) within its group; at an end it stays."""
    require(may_configure(by))
    every = grouped(locked_fields(field.of))
    move(field, [each for each in every if each.group == field.group], every, step)


@transaction.atomic
def delete_field(field: Field, *, by: User) -> Operation:
    """Take ``field`` out of every form, page and list for 30 days; then it goes with its values.

    ``InUse`` as long as a formula names it.
    """
    require(may_configure(by))
    field = lock_row(field)
    if by_formulas := naming(field):
        raise InUse(
            _("“%(field)s” stays: the formula of “%(other)s” uses it. Change that one first.")
            % {"field": field, "other": by_formulas[0]}
        )
    field.deleted_at, field.deleted_by = timezone.now(), by
    field.save(update_fields=["deleted_at", "deleted_by"])
    return tell("deleted", field, by=by)


@transaction.atomic
def restore_field(field: Field, *, by: User) -> Operation:
    """Bring a deleted ``field`` back, with all values. ``NameTaken`` when another has its name,
    ``NotCalculable`` when its formula cannot work without what went meanwhile.
    """
    require(may_configure(by))
    field = lock_deleted(field)
    if field.is_calculated:
        refuse_not_calculable(field)
    if Field.objects.filter(of=field.of, name__iexact=field.name).exists():
        raise NameTaken(
            _("Another field is called “%(field)s” by now. Rename that one first.")
            % {"field": field}
        )
    field.deleted_at = field.deleted_by = None
    field.save(update_fields=["deleted_at", "deleted_by"])
    return tell("restored", field, by=by)


@transaction.atomic
def set_sortable(field: Field, is_sortable: bool, *, by: User) -> Job | None:
    """Let lists be sorted by ``field``, or no longer; a job builds the index, or drops it.

    Nothing happens when it is so already. Refused: ``NotAllowed``, ``Missing``, ``NotSortable``
    for a kind whose values have no order.
    """
    require(may_configure(by))
    field = lock_row(field)
    if field.is_sortable == is_sortable:
        return None
    if is_sortable and field.behaviour.sort_expression(field) is None:
        raise NotSortable(_("Lists cannot be sorted by “%(field)s”.") % {"field": field})
    field.is_sortable, field.sortable_since = is_sortable, None
    field.save(update_fields=["is_sortable", "sortable_since"])
    tell("changed", field, by=by, changes={"is_sortable": [not is_sortable, is_sortable]})
    return start_settling(field, by=by)


@undoes("custom_field.deleted")
def undo_deletion(operation: Operation, *, by: User) -> None:
    restore_field(Field(pk=operation.events.get().subject_id), by=by)


@undoes("custom_field.restored")
def undo_restoring(operation: Operation, *, by: User) -> None:
    delete_field(Field(pk=operation.events.get().subject_id), by=by)


# --- Formulas ----------------------------------------------------------------------------------


def lock_for_formula(field: Field) -> tuple[Field, list[Field]]:
    """Lock ``field`` as it is now with all of its sort: none goes or changes its type meanwhile,
    and two that would use each other are changed one after the other.
    """
    siblings = locked_fields(field.of)
    found = next((each for each in siblings if each.pk == field.pk), None)
    if found is None:
        raise Missing(_("This is no longer there."))
    found.inputs = {each.key: each for each in siblings}
    return found, siblings


def formula_of(field, siblings):
    if field.is_money and field.digits > MoneyKind.places:
        message = _("An amount has at most %(most)s decimals.") % {"most": MoneyKind.places}
        raise ValidationError({"digits": message})
    try:
        return saving.kept(field, siblings).formula
    except FormulaError as wrong:
        raise ValidationError({"formula": wrong}) from None


def naming(field: Field) -> list[Field]:
    """The live fields whose formulas name ``field``."""
    calculated = Field.objects.filter(IS_CALCULATED, of=field.of).in_order()
    return saving.using(field, calculated.filter(formula__contains=field.key))


def refuse_not_calculable(field):
    try:
        saving.refuse_broken(field, [*locked_fields(field.of), field])
    except FormulaError as wrong:
        raise NotCalculable(
            _("“%(field)s” cannot be calculated any more: %(why)s")
            % {"field": field, "why": wrong.words}
        ) from None


def holders(field: Field) -> int:
    """How many records, deleted ones included, say something in ``field``."""
    return sum(
        model.everything.filter(custom__has_key=str(field.pk)).count()
        for model in models_with(field.of)
    )


def locked_fields(of) -> list[Field]:
    """The live fields of one sort, locked, so that there is one order and each name once."""
    return locked_in_order(Field.objects.filter(of=of))


def locked_in_order(rows):
    """``rows`` locked in id order, in the order in which they stand once all are locked."""
    locked = rows.order_by("pk").select_for_update(of=("self",), no_key=True)
    return sorted(locked, key=lambda row: (row.position, row.pk))


def lock_deleted(field):
    locked = Field.everything.deleted().select_for_update(of=("self",)).filter(pk=field.pk).first()
    if locked is None:
        raise Missing(_("This is no longer there."))
    return locked


def move(row, siblings, every, step):
    """Swap ``row`` with its neighbour among ``siblings``, and number ``every`` one anew."""
    place = next((place for place, each in enumerate(siblings) if each.pk == row.pk), None)
    if place is None or not 0 <= place + step < len(siblings):
        return
    first, second = (every.index(siblings[at]) for at in (place, place + step))
    every[first], every[second] = every[second], every[first]
    for position, each in enumerate(every):
        each.position = position
    type(row).objects.bulk_update(every, ["position"])


# --- Options -----------------------------------------------------------------------------------


@transaction.atomic
def add_option(field: Field, name: str, *, by: User) -> Option:
    """Let people choose ``name`` in ``field``, at the end. Refused: ``NoOptions``, ``TooMany``;
    ``ValidationError`` when there is one of that name.
    """
    require(may_configure(by))
    option = save_option(Option(field=lock_row(field), name=name))
    tell("changed", field, by=by, changes={"options": changed([], [option])})
    return option


@transaction.atomic
def rename_option(option: Option, name: str, *, by: User) -> None:
    """Call ``option`` otherwise, wherever it was chosen; the history keeps what it was called."""
    require(may_configure(by))
    option = lock_row(option)
    if option.name == name:
        return
    before = option.name
    option.name = name
    option.full_clean()
    option.save(update_fields=["name"])
    tell("changed", option.field, by=by, changes={"options": [before, name]})


@transaction.atomic
def move_option(option: Option, step: int, *, by: User) -> None:
    """Move ``option`` up (-1) or down (1) among those in use."""
    require(may_configure(by))
    every = locked_in_order(Option.objects.filter(field=option.field_id))
    move(option, [each for each in every if not each.archived_at], every, step)


@transaction.atomic
def archive_option(option: Option, *, by: User) -> None:
    """Let nobody choose ``option`` any more; records that have it keep it."""
    require(may_configure(by))
    option = lock_row(option)
    if option.archived_at is None:
        put_away(option, timezone.now(), told=changed([], [option]), by=by)


@transaction.atomic
def restore_option(option: Option, *, by: User) -> None:
    """Let people choose ``option`` again."""
    require(may_configure(by))
    option = lock_row(option)
    if option.archived_at is not None:
        put_away(option, None, told=changed([option], []), by=by)


def put_away(option, archived_at, *, told, by):
    option.archived_at = archived_at
    option.save(update_fields=["archived_at"])
    tell("changed", option.field, by=by, changes={"archived_options": told})


@transaction.atomic
def remove_option(option: Option, *, by: User) -> None:
    """Remove ``option``; ``OptionInUse``, with the number, when records have it.

    Records in *Recently deleted* count: they may come back.
    """
    require(may_configure(by))
    option = lock_row(option)
    using = choosers(option)
    if using:
        raise OptionInUse(
            ngettext(
                "“%(option)s” stays: %(count)d record has it. It can be archived.",
                "“%(option)s” stays: %(count)d records have it. It can be archived.",
                using,
            )
            % {"option": option, "count": using}
        )
    tell("changed", option.field, by=by, changes={"options": changed([option], [])})
    option.delete()


def choosers(option: Option) -> int:
    """How many records, deleted ones included, have chosen ``option``."""
    key = str(option.field_id)
    chosen = Q(custom__contains={key: option.pk}) | Q(custom__contains={key: [option.pk]})
    return sum(model.everything.filter(chosen).count() for model in models_with(option.field.of))


def save_option(option):
    if not option.field.behaviour.has_options:
        raise NoOptions(_("“%(field)s” is not a choice.") % {"field": option.field})
    siblings = list(option.field.options.values_list("position", flat=True))
    if len(siblings) >= MOST_OPTIONS:
        raise TooMany(_("There are %(most)s options already.") % {"most": MOST_OPTIONS})
    option.position = max(siblings, default=-1) + 1
    option.full_clean()
    option.save()
    return option
