"""Who may do what: roles, and locking a set of records only for those who may change all of it."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from core.errors import Missing, NotAllowed


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
    locked = list(asked.order_by("pk").select_for_update(of=("self",), no_key=True))
    seen = set(asked.visible_to(by).values_list("pk", flat=True))
    if seen != wanted:
        raise Missing(
            ngettext(
                "This record is no longer there.",
                "Some of these records are no longer there.",
                len(wanted),
            )
        )
    allowed = set(getattr(asked, may)(by).values_list("pk", flat=True))
    refused = [record for record in locked if record.pk not in allowed]
    if refused:
        raise NotAllowed(
            _("You may not do this to: %(titles)s.") % {"titles": named(refused)}, records=refused
        )
    return locked


def named(records, *, most: int = 5) -> str:
    """The names of ``records`` for a message: the first ``most``, and how many more there are."""
    names = ", ".join(f"“{record}”" for record in records[:most])
    rest = len(records) - most
    if rest > 0:
        names += ngettext(" and %(count)d more", " and %(count)d more", rest) % {"count": rest}
    return names
