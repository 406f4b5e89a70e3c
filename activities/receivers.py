"""News from below: who takes over what somebody still had to do, and what moves to the lead or the
deal that others became part of.
"""

from django.dispatch import receiver
from django.utils import timezone

from accounts.models import User
from accounts.signals import user_deactivated
from activities.models import SUBJECTS, Activity, Note
from activities.services.holding import settle
from deals.models import Deal
from deals.signals import deals_merged
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
    move_to(into, leads)


@receiver(deals_merged, sender=Deal)
def move_to_one_deal(sender, *, deals, into, by, **_signal):
    move_to(into, deals)


def move_to(into, merged):
    """What was to do and what was said about ``merged`` is about the one that stays."""
    numbers = [each.pk for each in merged]
    for model in (Activity, Note):
        model.objects.filter(**{f"{into.kind}__in": numbers}).update(**{into.kind: into})
    settle(into)
