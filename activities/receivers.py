"""News from below: who takes over what somebody still had to do."""

from django.dispatch import receiver
from django.utils import timezone

from accounts.models import User
from accounts.signals import user_deactivated
from activities.models import Activity


@receiver(user_deactivated, sender=User)
def hand_over_activities(sender, *, user, heir, **_signal):
    """What a leaver has not done goes to the heir; what they did stays theirs."""
    if heir:
        left = Activity.objects.undone().filter(assignee=user)
        left.update(assignee=heir, updated_at=timezone.now())
