"""Who may do what: roles, and locking a set of records only for those who may change all of it."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from core.errors import Missing, NotAllowed, Refused


class OwnerInactive(Refused):
    """Records belong to people who still work here and may change them."""


def may_look(user) -> bool:
    """Whether ``user`` may see anything at all: who has no role sees nothing."""
    return user.is_active and bool(user.role)


def may_write(user) -> bool:
    """Whether ``user`` may change anything at all."""
    return user.is_active and user.role in (User.Role.REP, User.Role.MANAGER, User.Role.ADMIN)


def may_configure(user) -> bool:
    """Whether ``user`` may change pipelines, labels and the other lists a team works with."""
    return user.is_active and user.role in (User.Role.MANAGER, User.Role.ADMIN)


def may_administer(user) -> bool:
    """Whether ``user`` may change users and teams."""
    return user.is_admin


def require(allowed: bool) -> None:
    """Raise ``NotAllowed`` unless ``allowed``."""
    if not allowed:
        raise NotAllowed(_("Your role does not allow this."))


def require_owner(user: User) -> None:
    """Refuse with ``OwnerInactive`` to give records to somebody who left, or only reads."""
    if not may_write(user):
        raise OwnerInactive(_("%(name)s cannot own records.") % {"name": user})


def lock(records, *, by: User, may: str = "changeable_by", deleted: bool = False) -> list:
    """Lock ``records`` in id order and return them, if ``by`` may do this to every one of them.

    ``records`` is a queryset, or a list of one model; ``may`` names the queryset method that knows
    the right; ``deleted`` asks for records that were set aside instead of live ones. Raises
    ``Missing`` when one is gone or hidden from ``by`` (the same answer for both), ``NotAllowed``
    when one may be seen but not this; nothing is changed either way.
    """
    records = list(records)
    if not records:
        return []
    model = type(records[0])
    wanted = {record.pk for record in records}
    asked = model.everything.filter(pk__among=wanted, deleted_at__isnull=not deleted)
    # The right is a condition on the row itself: the database looks at it again once it was waited
    # for. What may not be changed is not locked, so no lower id comes after a higher one.
    allowed = getattr(asked, may)(by)
    locked = list(allowed.order_by("pk").select_for_update(of=("self",), no_key=True))
    if len(locked) < len(wanted):
        refuse_some(asked, wanted, by=by, may=may)
        raise gone(len(wanted))  # one became theirs since; it was not when they asked
    return locked


def lock_rows(records, *, by: User, may: str = "changeable_by", deleted: bool = False) -> QuerySet:
    """Lock ``records`` like ``lock``, and answer with their rows as a queryset by their ids.

    For acts on many: nothing but ids is fetched, and what the acts write goes by statements over
    all of them. ``records`` is a queryset, or a list that is not empty.
    """
    model = records.model if isinstance(records, QuerySet) else type(records[0])
    wanted = sorted(set(numbers_of(records)))
    rows = model.everything.filter(pk__among=wanted)
    if not wanted:
        return rows
    asked = rows.filter(deleted_at__isnull=not deleted)
    locking = asked.order_by("pk").select_for_update(of=("self",), no_key=True)
    list(locking.values_list("pk"))
    refuse_some(asked, wanted, by=by, may=may)
    return rows.order_by("pk")


def numbers_of(records) -> Iterable[int]:
    """The ids of ``records``, a queryset or a list, in their order."""
    if isinstance(records, QuerySet):
        return records.values_list("pk", flat=True)
    return (record.pk for record in records)


def refuse_some(asked: QuerySet, wanted, *, by: User, may: str) -> None:
    """Refuse unless ``by`` may do this to all of the locked rows ``asked``, as many as ``wanted``.

    ``Missing`` goes first: what may not be seen is as good as not there.
    """
    allowed = getattr(asked, may)(by)
    if allowed.count() == len(wanted):
        return
    if asked.visible_to(by).count() != len(wanted):
        raise gone(len(wanted))
    refused = list(asked.exclude(pk__in=allowed.values("pk")).order_by("pk"))
    raise NotAllowed(
        _("You may not do this to: %(titles)s.") % {"titles": named(refused)}, records=refused
    )


def gone(size: int) -> Missing:
    """Why nothing is done to so many records: not all of them are there, or seen."""
    return Missing(
        ngettext(
            "This record is no longer there.", "Some of these records are no longer there.", size
        )
    )


def named(records, *, most: int = 5, of: int | None = None) -> str:
    """The names of ``records`` for a message: the first ``most``, and how many more there are.

    ``records`` may be the first ones ``of`` so many.
    """
    names = ", ".join(f"“{record}”" for record in records[:most])
    rest = (len(records) if of is None else of) - most
    if rest > 0:
        names += ngettext(" and %(count)d more", " and %(count)d more", rest) % {"count": rest}
    return names
