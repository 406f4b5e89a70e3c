"""What rows name by a number, and whether it is still in use: somebody may have removed it, or put
it out of use, since the check. It is looked up for a whole chunk, before anything is written.
"""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from accounts.models import User
from core.statements import run, table
from custom_fields.models import Field
from custom_fields.values import hold_options
from deals.services.opening import lock_stages
from imports.vocabularies import GROWING
from imports.writing.chunk import Chunk
from pipelines.models import Stage
from products.models import Product

OWNING = ("owner", "assignee", "author")
# The list, by the place where a row names one of its words.
WORDS = {
    "labels": "labels",
    "channel": "channel",
    "lost_reason": "lost_reason",
    "category": "category",
    "type": "activity_type",
}
# What a row names although no column says it, by what it makes.
WITHOUT_SAYING = {"deal": ("deal.stage", "deal.lost_reason"), "activity": ("activity.type",)}


def outdated(chunk: Chunk) -> dict[int, str]:
    """The rows of ``chunk`` that name what is not in use any more, and why each of them makes
    nothing. A statement for what all of them name, and one for each sort of it.

    Stages are locked by that, and words held until the chunk is written.
    """
    places = places_of(chunk)
    if not places:
        return {}
    gone = {}
    for place, numbers in named_at(places).items():
        if missing := numbers - in_use(chunk, place, numbers):
            gone[place] = missing
    return {
        number: reason_for(chunk, place)
        for place, missing in gone.items()
        for number in naming(place, missing)
    }


def places_of(chunk: Chunk) -> list[str]:
    """Where the rows of a file like this name anything: record and key."""
    said = {column.get("field") or "" for column in chunk.of.columns}
    said |= set(WITHOUT_SAYING.get(chunk.of.kind, ()))
    return sorted(place for place in said if may_name(place))


def may_name(place: str) -> bool:
    record, _dot, key = place.partition(".")
    is_word = key in WORDS and (key != "type" or record == "activity")
    is_custom = key.startswith("custom_") and not key.endswith("_currency")
    return is_word or is_custom or key in (*OWNING, "stage", "product")


def path_of(place: str) -> str:
    """SQL for what a row says there."""
    record, _dot, key = place.partition(".")
    if key.startswith("custom_"):
        return f"said->'{record}'->'custom'->'{key.removeprefix('custom_')}'"
    return f"said->'{record}'->'{key}'"


NUMBERS = """'$[*] ? (@.type() == "number")'"""


def named_at(places: Iterable[str]) -> dict[str, set[int]]:
    """The numbers that rows name, by place."""
    listed = ", ".join(f"('{place}', {path_of(place)})" for place in places)
    found = run(
        f"""
        SELECT place.name, array_agg(DISTINCT (named #>> '{{{{}}}}')::bigint)
        FROM coming CROSS JOIN LATERAL (VALUES {listed}) AS place (name, said)
        CROSS JOIN LATERAL jsonb_path_query(place.said, {NUMBERS}) AS named
        GROUP BY 1
        """  # noqa: S608 - of our own words alone
    )
    return {place: set(numbers) for place, numbers in sorted(found, key=order_of_locks)}


def order_of_locks(found: tuple[str, list]) -> tuple[bool, str]:
    """Stages before everything else, as whoever moves a deal locks them."""
    place, _numbers = found
    return not place.endswith(".stage"), place


def naming(place: str, missing: set[int]) -> list[int]:
    """The rows that name one of these numbers there."""
    found = run(
        f"""
        SELECT DISTINCT number
        FROM coming CROSS JOIN LATERAL jsonb_path_query({path_of(place)}, {NUMBERS}) AS named
        WHERE (named #>> '{{{{}}}}')::bigint = ANY(%(missing)s)
        """,  # noqa: S608 - of our own words alone
        {"missing": list(missing)},
    )
    return [number for (number,) in found]


def in_use(chunk: Chunk, place: str, numbers: set[int]) -> set[int]:
    """Those of the ``numbers`` named there that may be named at this moment."""
    _record, _dot, key = place.partition(".")
    if key in OWNING:
        found = User.objects.who_may_own()
    elif key == "stage":
        lock_stages(numbers)
        found = Stage.objects.active()
    elif key == "product":
        held(Product, numbers)
        found = Product.objects.visible_to(chunk.by).active()
    elif key in WORDS:
        model = GROWING[WORDS[key]]
        held(model, numbers)
        is_put_away = any(field.name == "archived_at" for field in model._meta.fields)
        found = model.objects.filter(archived_at=None) if is_put_away else model.objects
    else:
        return in_use_of_field(chunk, int(key.removeprefix("custom_")), numbers)
    return set(found.filter(pk__in=numbers).values_list("pk", flat=True))


def in_use_of_field(chunk: Chunk, number: int, numbers: set[int]) -> set[int]:
    """The options and records that a value of the custom field ``number`` may name; all of them
    where these are no such numbers.
    """
    field = Field.objects.filter(pk=number).first()
    if field is None:
        return numbers
    if field.behaviour.has_options:
        return {pk for pk, is_archived in hold_options(numbers).items() if not is_archived}
    if hasattr(field.behaviour, "choosable_by"):
        found = field.behaviour.choosable_by(chunk.by).filter(pk__in=numbers)
        return set(found.values_list("pk", flat=True))
    return numbers


def held(model, numbers: set[int]) -> None:
    """Keep what rows name from being removed until they are written."""
    run(
        "SELECT FROM {table} WHERE id = ANY(%(numbers)s) ORDER BY id FOR KEY SHARE",
        {"numbers": list(numbers)},
        table=table(model),
    )


def reason_for(chunk: Chunk, place: str) -> str:
    _record, _dot, key = place.partition(".")
    if key in OWNING:
        return _("A colleague whom it names cannot own records.")
    if key == "stage":
        return _("Deals cannot enter its stage any more.")
    fields = [column.get("field") for column in chunk.of.columns]
    if place not in fields:
        return _("It names something that was removed, or put out of use, since the check.")
    words = {"column": chunk.of.headers[fields.index(place)]}
    return _("“%(column)s” names something that was removed, or put out of use.") % words
