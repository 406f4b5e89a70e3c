"""The values of a record: read, and written only as their fields allow.

A value goes by the key of its field, ``custom_12``, beside the record's own fields.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from core.errors import Refused, Stale
from core.frozen import frozen, in_words
from core.lookups import number_in
from custom_fields.kinds import PointingKind
from custom_fields.models import PREFIX, CustomValues, Field
from custom_fields.queries import fields_named, names_of

EMPTY = (None, "", [], ())


class UnknownField(Refused):
    """A value is given for a field that is not there, or was deleted meanwhile."""


def is_custom(name: str) -> bool:
    """Whether ``name`` is the key of a custom field."""
    return name.startswith(PREFIX)


def split(values: Mapping[str, Any]) -> tuple[dict, dict]:
    """``values`` of the record's own fields, and those of custom ones; never their column whole."""
    if "custom" in values:
        raise UnknownField(_("Custom fields are set one by one, by their keys."))
    own = {name: value for name, value in values.items() if not is_custom(name)}
    return own, {name: value for name, value in values.items() if is_custom(name)}


def known_fields(keys: Iterable[str], of: Field.Of) -> dict[str, Field]:
    """The fields called ``keys``; ``UnknownField`` when one of them is not there."""
    keys = list(keys)
    found = fields_named(keys, of) if keys else {}
    if missing := [key for key in keys if key not in found]:
        raise UnknownField(
            _("The field “%(field)s” is no longer there. Load the page again.")
            % {"field": name_of(missing[0])}
        )
    return found


def name_of(key: str) -> str:
    """The name of the field ``key``, deleted or not; the key itself for one that never was."""
    number = number_in(key.removeprefix(PREFIX))
    found = None if number is None else Field.everything.filter(pk=number).first()
    return found.name if found else key


def present_in(records: list[CustomValues], fields: Iterable[Field]) -> list[dict[str, Any]]:
    """What each of ``records`` says in ``fields``, by their keys."""
    fields = list(fields)
    names = names_of(records, fields)
    return [{field.key: value_of(each, field, names) for field in fields} for each in records]


def value_of(record: CustomValues, field: Field, names: Mapping) -> Any:
    """The value of one field; ``names`` as ``names_of`` gives them. ``None`` without one."""
    stored = record.custom.get(str(field.pk))
    return None if stored is None else field.behaviour.value(stored, field, names)


def stored_value(field: Field, value: Any) -> Any:
    """``value`` as it is kept, ``None`` for none; ``ValidationError`` at the field's key."""
    if value in EMPTY:
        return None
    try:
        stored = field.behaviour.stored(value, field)
    except ValidationError as invalid:
        raise ValidationError({field.key: invalid}) from None
    return None if stored in EMPTY else stored


def write(
    record: CustomValues,
    values: Mapping[str, Any],
    *,
    seen: Mapping[str, Any] | None = None,
    puts_back: bool = False,
) -> dict[str, list]:
    """Set ``values``, by the keys of their fields, in ``record.custom``; the caller locks, saves.

    Answers with what changed, as history keeps it. ``seen`` holds what the writer saw: where the
    record says otherwise now, and not yet what the writer wants, ``Stale`` tells both. Refused:
    ``UnknownField``, ``Missing`` for a record it points at that just went; ``ValidationError`` for
    what a field cannot hold, such as an option that was archived, unless the record has it already
    or an act that is undone ``puts_back`` what it had.
    """
    fields = known_fields(values, record.custom_of)
    kept, changes = dict(record.custom), {}
    for key, value in values.items():
        field = fields[key]
        now, wanted = kept.get(str(field.pk)), stored_value(field, value)
        if now == wanted:
            continue
        if seen is not None and key in seen and seen_value(field, seen[key]) != now:
            raise Stale(
                _("“%(field)s” was changed meanwhile.") % {"field": field},
                seen=in_words(frozen(seen[key])),
                found=in_words(frozen(present_in([record], [field])[0][key])),
                records=[record],
            )
        changes[key] = field
        if wanted is None:
            del kept[str(field.pk)]
            continue
        hold_target(field, wanted, had=[now, wanted] if puts_back else [now])
        kept[str(field.pk)] = wanted
    if not changes:
        return {}
    before = present_in([record], changes.values())[0]
    record.custom = kept
    after = present_in([record], changes.values())[0]
    return {key: [frozen(before[key]), frozen(after[key])] for key in changes}


def hold_target(field: Field, stored: Any, *, had: Iterable[Any] = ()) -> None:
    """Keep what ``stored``, a value of ``field``, points at from going away until it is written.

    ``Missing`` when a record just went; ``ValidationError`` for an option that did, or that was
    archived and is in none of the values that the record ``had``.
    """
    if isinstance(field.behaviour, PointingKind):
        field.behaviour.hold(stored)
    elif field.behaviour.has_options and hold_targets(field, [stored]) - options_in(had):
        raise not_there(field)


def hold_targets(field: Field, stored: Iterable[Any]) -> set[int]:
    """Keep all that the ``stored`` values of ``field`` point at from going away; answer with the
    archived options among them.

    ``Missing`` when one of the records went, ``ValidationError`` when one of the options did.
    """
    stored = [value for value in stored if value is not None]
    if isinstance(field.behaviour, PointingKind):
        field.behaviour.hold_all(set(stored))
    if not field.behaviour.has_options or not stored:
        return set()
    wanted = options_in(stored)
    held = hold_options(wanted)
    if wanted - held.keys():
        raise not_there(field)
    return {number for number, is_archived in held.items() if is_archived}


def options_in(stored: Iterable[Any]) -> set[int]:
    """The options that are chosen in the ``stored`` values of a field."""
    chosen = (value if isinstance(value, list) else [value] for value in stored)
    return {number for numbers in chosen for number in numbers if number is not None}


def hold_options(numbers: Iterable[int]) -> dict[int, bool]:
    """Keep options from being removed and archived until this transaction ends; whether each that
    is still there is archived. A key share, so that many may choose one option at once.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT id, archived_at IS NOT NULL FROM custom_fields_option
            WHERE id = ANY(%s::bigint[]) ORDER BY id FOR KEY SHARE
            """,
            [list(numbers)],
        )
        return dict(cursor.fetchall())


def not_there(field: Field) -> ValidationError:
    return ValidationError({field.key: field.behaviour.refusal()})


def seen_value(field, value):
    """What the writer saw, as it is kept; what the field cannot hold any more equals nothing."""
    try:
        return stored_value(field, value)
    except ValidationError:
        return value


def check(record: CustomValues) -> None:
    """Refuse a new record whose ``custom`` holds what its fields do not allow.

    ``UnknownField`` for a field that is not there, ``ValidationError`` at the key of a field that
    holds something else; what it points at is held.
    """
    if not record.custom:
        return
    keys = {f"{PREFIX}{number}": number for number in record.custom}
    for key, field in known_fields(keys, record.custom_of).items():
        stored = record.custom[keys[key]]
        try:
            if stored in EMPTY:  # without a value there is no entry
                raise field.behaviour.refusal()
            field.behaviour.check(stored, field)
        except ValidationError as invalid:
            raise ValidationError({key: invalid}) from None
        hold_target(field, stored)


def is_as_left(record: CustomValues, key: str, frozen_value: Any) -> bool:
    """Whether the field ``key`` still says what history froze: asked before an act is undone."""
    field = fields_named([key], record.custom_of).get(key)
    if field is None:
        return False
    return record.custom.get(str(field.pk)) == seen_value(field, frozen_value)
