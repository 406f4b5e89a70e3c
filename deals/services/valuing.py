"""What a deal is worth: what its lines come to, or what somebody typed.

The deal's row is locked first, then its lines are read: so one act follows the other, and each
works out the sums from all that the ones before it wrote.
"""

from collections.abc import Iterable, Mapping
from copy import copy
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.policies import lock, named
from core.errors import Refused
from core.frozen import frozen
from core.stale import refuse_stale
from deals.lines import sheet_of
from deals.models import Deal, LineItem
from deals.services.people import keep, locked_deal
from history.models import Operation
from history.services import begin, changed, changed_again
from history.undoing import undoes

MOST_WORTH = Decimal(10) ** 12  # what the column holds stays below
VALUE = ("value", "currency")
TERMS = ("lines_currency", "tax_is_included")
SETTLED = (*VALUE, "is_summed", *TERMS)


class ValueFollows(Refused):
    """The value of ``records`` is what their products come to: nobody types another one unasked."""


class NoLines(Refused):
    """Without products there is nothing that a value could follow."""


class TooMuch(Refused):
    """The products come to more than a deal can be worth."""


@transaction.atomic
def set_terms(
    deal: Deal, *, currency: str, tax_is_included: bool, seen: Mapping | None = None, by: User
) -> Operation | None:
    """Say in which ``currency`` the prices of ``deal`` are, and whether they include the tax. The
    numbers stay as they are; a value that follows is worked out anew.

    ``seen`` holds what the writer saw. Refused: ``Missing``, ``NotAllowed``, ``NoLines``,
    ``TooMuch``, ``Stale`` with both values.
    """
    deal, items = lock_with_lines(deal, by=by)
    refuse_without(items, deal)
    terms = {"lines_currency": currency, "tax_is_included": tax_is_included}
    columns = {name: value for name, value in terms.items() if getattr(deal, name) != value}
    for name in columns:
        refuse_stale(deal, name, getattr(deal, name), seen)
    if not columns:
        return None
    operation, _new = begin("deal.terms_changed", by=by)
    return settle(deal, items, columns, operation=operation)


@transaction.atomic
def type_value(
    deal: Deal, value: Decimal | None, currency: str, *, seen: Mapping | None = None, by: User
) -> Operation | None:
    """Let ``deal`` be worth ``value`` from now on, whatever its products come to: they stay, and
    their sum is shown beside it.

    ``seen`` holds the value and currency that the writer saw. Refused: ``Missing``,
    ``NotAllowed``, ``NoLines``, ``Stale`` with both values; ``ValidationError`` for what no deal
    can be worth.
    """
    deal, items = lock_with_lines(deal, by=by)
    refuse_without(items, deal)
    typed = {"value": value, "currency": "" if value is None else currency, "is_summed": False}
    for name in VALUE:
        refuse_stale(deal, name, getattr(deal, name), seen)
    columns = {name: value for name, value in typed.items() if getattr(deal, name) != value}
    if not columns:
        return None
    others = {field.name for field in Deal._meta.fields} - set(VALUE)
    Deal(value=value, currency=typed["currency"]).clean_fields(others)
    operation, _new = begin("deal.value_typed", by=by)
    return keep(deal, told_of(deal, columns), operation=operation, **columns)


@transaction.atomic
def follow_lines(deal: Deal, *, by: User) -> Operation | None:
    """Let the value of ``deal`` follow its products again; nothing is recorded where it does.

    Refused: ``Missing``, ``NotAllowed``, ``NoLines``, ``TooMuch``.
    """
    deal, items = lock_with_lines(deal, by=by)
    refuse_without(items, deal)
    if deal.is_summed:
        return None
    operation, _new = begin("deal.value_followed", by=by)
    return settle(deal, items, {"is_summed": True}, operation=operation)


# --- What these acts are made of ----------------------------------------------------------------


def lock_with_lines(deal: Deal, *, by: User) -> tuple[Deal, list[LineItem]]:
    """The locked ``deal``, and its lines in their order, as nobody else can change them now."""
    [deal] = lock([deal], by=by)
    return deal, list(LineItem.objects.filter(deal=deal).in_order())


def settle(
    deal: Deal,
    items: list[LineItem],
    columns: Mapping[str, Any] | None = None,
    *,
    told: Mapping[str, Any] | None = None,
    operation: Operation,
) -> Operation:
    """Write ``columns`` of the locked ``deal``, which has these ``items`` now, and with them the
    value, if that follows; history tells all that, beside what is ``told`` already, and
    ``operation.told`` has it for the answer.
    """
    settled = worked_out(deal, items, columns or {})
    operation.told = {**(told or {}), **told_of(deal, settled)}
    return keep(deal, operation.told, operation=operation, **settled)


def worked_out(deal: Deal, items: list[LineItem], columns: Mapping[str, Any]) -> dict[str, Any]:
    """What changes of ``deal`` with ``columns``: those, and what follows. When no line is left,
    nothing is: neither a currency of lines, nor a value that followed them.
    """
    then = copy(deal)
    for name, value in columns.items():
        setattr(then, name, value)
    if not items:
        then.lines_currency = ""
        if then.is_summed:
            then.is_summed, then.value, then.currency = False, None, ""
    elif then.is_summed:
        then.value, then.currency = worth(then, items), then.lines_currency
    return {
        name: getattr(then, name) for name in SETTLED if getattr(then, name) != getattr(deal, name)
    }


def currency_of_lines(deal: Deal, given: str, by: User) -> str:
    """That of the lines there are, or the one of the first: of the value, as given, or ``by``'s."""
    return deal.lines_currency or deal.currency or given or by.currency


def worth(deal: Deal, items: Iterable[LineItem]) -> Decimal:
    """What ``items`` come to on the terms of ``deal``, if a deal can be worth that much."""
    value = sheet_of(deal, items).net
    if value >= MOST_WORTH:
        raise TooMuch(_("That is more than a deal can be worth."))
    return value


def told_of(deal: Deal, columns: Mapping[str, Any]) -> dict:
    return {name: changed(getattr(deal, name), value) for name, value in columns.items()}


def refuse_without(items: list[LineItem], deal: Deal) -> None:
    if not items:
        raise NoLines(_("This deal has no products."), records=[deal])


# --- At the doors where a value is typed --------------------------------------------------------


def refuse_typing(deals: list[Deal] | QuerySet[Deal], names: Iterable[str]) -> None:
    """Refuse to write a value into ``deals``, locked, whose value follows their products."""
    if not set(VALUE) & set(names):
        return
    if isinstance(deals, QuerySet):
        following = list(deals.filter(is_summed=True))
    else:
        following = [deal for deal in deals if deal.is_summed]
    if len(following) == 1:
        [deal] = following
        raise ValueFollows(
            _("The value of “%(deal)s” is what its products come to.") % {"deal": deal},
            records=following,
            link=(reverse("deals:type_value", args=[deal.pk]), gettext_lazy("Type another one")),
        )
    if following:
        raise ValueFollows(
            _("The value of these deals is what their products come to: %(titles)s.")
            % {"titles": named(following)},
            records=following,
        )


# --- Undo ---------------------------------------------------------------------------------------


@undoes("deal.terms_changed")
def undo_terms(operation: Operation, *, by: User) -> None:
    """Put the former terms back, unless they were changed again since."""
    deal, changes = locked_deal(operation, by=by)
    columns = former(deal, {name: changes[name] for name in changes if name in TERMS})
    put_back(deal, columns, verb="deal.terms_changed", by=by)


@undoes("deal.value_typed")
def undo_typing(operation: Operation, *, by: User) -> None:
    """Let the value be what it was, or follow again; unless it was changed again since."""
    deal, changes = locked_deal(operation, by=by)
    columns = former(deal, changes)
    follows = columns.get("is_summed")
    columns = {"is_summed": True} if follows else columns
    put_back(deal, columns, verb="deal.value_followed" if follows else "deal.value_typed", by=by)


@undoes("deal.value_followed")
def undo_following(operation: Operation, *, by: User) -> None:
    """Let the value be what was typed before; unless another one was typed since."""
    deal, changes = locked_deal(operation, by=by)
    former(deal, {"is_summed": changes["is_summed"]})
    columns = {name: thawed(name, before) for name, (before, _after) in changes.items()}
    put_back(deal, columns, verb="deal.value_typed", by=by)


def former(deal: Deal, changes: Mapping[str, list]) -> dict[str, Any]:
    """What stood before in the columns that ``changes`` tell of, if what came then stands there
    still.
    """
    if any(frozen(getattr(deal, name)) != after for name, (_before, after) in changes.items()):
        raise changed_again([deal])
    return {name: thawed(name, before) for name, (before, _after) in changes.items()}


def thawed(name: str, kept) -> Any:
    return Deal._meta.get_field(name).to_python(kept)


def put_back(deal: Deal, columns: dict, *, verb: str, by: User) -> None:
    items = list(LineItem.objects.filter(deal=deal).in_order())
    if not items and (columns.get("is_summed") or columns.get("lines_currency")):
        raise changed_again([deal])
    undone, _new = begin(verb, by=by)
    settle(deal, items, columns, operation=undone)
