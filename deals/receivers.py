"""News from below: an act that was taken back is no news of a deal any more."""

from django.dispatch import receiver

from deals.idling import idle_as_before
from history.models import Operation
from history.signals import operation_undone


@receiver(operation_undone, sender=Operation)
def forget_as_news(sender, *, operation, **_signal):
    idle_as_before(operation)
