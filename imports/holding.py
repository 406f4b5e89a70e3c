"""Hold an import while something of it is changed, if that is still possible."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Missing, Refused
from imports.models import Import


class AlreadyRun(Refused):
    """What an import did is done: only before it runs can it be changed."""

    status = 409


def hold(one: Import, *, by: User) -> Import:
    """The import as it stands, locked, and still open. Must run inside a transaction.

    Refused: ``Missing`` when it is gone or not theirs, ``AlreadyRun``.
    """
    locked = held(one, Import.objects.changeable_by(by))
    if not locked.is_open:
        raise AlreadyRun(_("This import has been started; it can no longer be changed."))
    return locked


def held(one: Import, among: QuerySet[Import]) -> Import:
    """``one`` as it is now, locked. Must run inside a transaction. Refused: ``Missing`` when it is
    gone or not ``among`` these.
    """
    rows = among.select_related("by", "operation", "job").filter(pk=one.pk)
    locked = rows.select_for_update(of=("self",), no_key=True).first()
    if locked is None:
        raise Missing(_("This import is no longer there."))
    return locked
