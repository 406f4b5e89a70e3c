"""News from below: who takes over what somebody still had to do, and what moves to another lead."""

from django.dispatch import receiver
from django.utils import timezone

from accounts.models import User
from accounts.signals import user_deactivated
from activities.models import SUBJECTS, Activity, Note
from activities.services.holding import settle
from history.services import begin, changed, record
from leads.models import Lead
from leads.signals import leads_merged


@receiver(user_deactivated, sender=User)
def hand_over_activities(sender, *, user, heir, by, **_signal):
    """What a leaver has not done goes to the heir, and their records tell; what they did stays."""
    left = Activity.objects.undone().filter(assignee=user).order_by("pk")
    locked = left.select_related(*SUBJECTS).select_for_update(of=("self",), no_key=True)
    activities = list(locked) if heir else []
    if not activities:
        return
    numbers = [activity.pk for activity in activities]
    Activity.objects.filter(pk__among=numbers).update(assignee=heir, updated_at=timezone.now())
    operation, _new = begin("activity.handed_over", by=by)
    assignees = changed(user, heir)
    record(
        operation,
        [activity.about for activity in activities],
        verb="activity.changed",
        changes=[
            {"activity": changed(activity, activity), "assignee": assignees}
            for activity in activities
        ],
    )


@receiver(leads_merged, sender=Lead)
def move_to_one_lead(sender, *, leads, into, by, **_signal):
    """What was to do and what was said about the merged leads is about the one that stays."""
    numbers = [lead.pk for lead in leads]
    for model in (Activity, Note):
        model.objects.filter(lead__in=numbers).update(lead=into)
    settle(into)
