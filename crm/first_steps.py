"""What an empty Carnet needs before the first lead: a pipeline, labels and the other lists."""

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from activities.models import ActivityType
from deals.models import LostReason
from labels.models import Channel, Label
from pipelines.models import Pipeline, Stage
from products.models import Category
from projects.models import Phase


@transaction.atomic
def first_steps(language: str) -> list[str]:
    """Fill each list that is empty, in ``language``; return the names of the lists filled.

    What a company made or removed of it stays as it is: a list with anything in it is left alone.
    """
    with translation.override(language):
        made = {
            "pipelines": first_pipeline(),
            "labels": fill(Label, labels()),
            "channels": fill(Channel, channels()),
            "product categories": fill(Category, categories()),
            "lost reasons": fill(LostReason, lost_reasons()),
            "activity types": fill(ActivityType, activity_types()),
            "phases": fill(Phase, phases()),
        }
        return [name for name, is_new in made.items() if is_new]


def first_pipeline():
    if Pipeline.objects.exists():
        return False
    pipeline = Pipeline.objects.create(name=_("Sales"), is_default=True)
    stages = [
        (_("Qualified"), 20, None),
        (_("Contact made"), 40, 14),
        (_("Demo"), 60, None),
        (_("Proposal"), 80, 21),
        (_("Negotiation"), 90, None),
    ]
    Stage.objects.bulk_create(
        Stage(
            pipeline=pipeline,
            position=position,
            name=name,
            probability=probability,
            rotting_days=days,
        )
        for position, (name, probability, days) in enumerate(stages)
    )
    return True


def fill(model, rows):
    if model.objects.exists():
        return False
    model.objects.bulk_create(model(**row) for row in rows)
    return True


def labels():
    return [
        {"name": _("Hot"), "hue": Label.Hue.RED},
        {"name": _("Warm"), "hue": Label.Hue.YELLOW},
        {"name": _("Cold"), "hue": Label.Hue.BLUE},
    ]


def channels():
    names = [_("Web site"), _("Referral"), _("Trade show"), _("Cold call"), _("LinkedIn")]
    return [{"name": name} for name in names]


def categories():
    return [{"name": name} for name in (_("Goods"), _("Services"), _("Subscriptions"))]


def lost_reasons():
    names = [
        _("Too expensive"),
        _("No budget"),
        _("Chose a competitor"),
        _("No answer"),
        _("Bad timing"),
    ]
    reasons = [{"name": name, "position": place} for place, name in enumerate(names)]
    return [*reasons, {"name": _("Other"), "position": len(names), "needs_comment": True}]


def activity_types():
    types = [
        (_("Call"), "phone"),
        (_("Meeting"), "users"),
        (_("Task"), "check"),
        (_("Deadline"), "flag"),
        (_("E-mail"), "mail"),
        (_("Lunch"), "utensils"),
    ]
    return [
        {"name": name, "icon": icon, "position": position}
        for position, (name, icon) in enumerate(types)
    ]


def phases():
    names = [_("Preparation"), _("Under way"), _("Acceptance"), _("Follow-up")]
    return [{"name": name, "position": place} for place, name in enumerate(names)]
