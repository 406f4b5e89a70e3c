"""Hold an import while something of it is changed, if that is still possible."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Missing, Refused
from imports.models import Import, ImportQuerySet

DAY = timedelta(days=1)


class AlreadyRun(Refused):
    """What an import did is done: only before it runs can it be changed."""

    status = 409


def hold(one: Import, *, by: User) -> Import:
    """The import as it stands, locked, and still open. Must run inside a transaction. It counts as
    touched, so that it is not taken for left lying.

    Refused: ``Missing`` when it is gone or not theirs, ``AlreadyRun``.
    """
    locked = held(one, Import.objects.changeable_by(by))
    if not locked.is_open:
        raise AlreadyRun(_("This import has been started; it can no longer be changed."))
    if locked.touched_at < timezone.now() - DAY:
        locked.touched_at = timezone.now()
        locked.save(update_fields=["touched_at"])
    return locked


def held(one: Import, among: ImportQuerySet) -> Import:
    """``one`` as it is now, locked. Must run inside a transaction. Refused: ``Missing`` when it is
    gone or not ``among`` these.
    """
    rows = among.without_samples().select_related("by", "operation", "job").filter(pk=one.pk)
    locked = rows.select_for_update(of=("self",), no_key=True).first()
    if locked is None:
        raise Missing(_("This import is no longer there."))
    return locked
