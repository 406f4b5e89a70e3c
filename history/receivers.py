"""News about users, written down."""

from django.dispatch import receiver

from accounts.models import User
from accounts.signals import user_added, user_changed, user_deactivated, user_reactivated
from history.services import begin, changed, record


@receiver(user_added, sender=User)
def record_added(sender, *, user, by, **_signal):
    operation, _new = begin("user.added", by=by)
    record(operation, [user])


@receiver(user_changed, sender=User)
def record_changed(sender, *, user, changes, by, **_signal):
    operation, _new = begin("user.changed", by=by)
    record(operation, [user], changes={name: changed(*pair) for name, pair in changes.items()})


@receiver(user_deactivated, sender=User)
def record_deactivated(sender, *, user, heir, handed_over, by, **_signal):
    """One act: the user left, and each of their records was assigned to the heir."""
    operation, _new = begin("user.deactivated", by=by)
    record(operation, [user], changes={"heir": changed(None, heir)})
    owners = {"owner": changed(user, heir)}
    by_kind = {}
    for each in handed_over:
        by_kind.setdefault(each.kind, []).append(each)
    for kind, records in by_kind.items():
        record(operation, records, verb=f"{kind}.assigned", changes=owners)


@receiver(user_reactivated, sender=User)
def record_reactivated(sender, *, user, by, **_signal):
    operation, _new = begin("user.reactivated", by=by)
    record(operation, [user])
