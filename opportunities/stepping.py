"""How the next steps of many records stand: late, due today, planned for later, or none at all."""

from datetime import date

from django.db.models import Count, Q

STEPS = ("late", "today", "planned", "none")


def step_counts(today: date) -> dict[str, Count]:
    """How many records of a group there are of each sort, as aggregates by its name."""
    due = {
        "late": Q(next_activity_on__lt=today),
        "today": Q(next_activity_on=today),
        "planned": Q(next_activity_on__gt=today),
        "none": Q(next_activity_on=None),
    }
    return {step: Count("pk", filter=due[step]) for step in STEPS}
