"""A large database in little time: every kind of row by one INSERT … SELECT over drawn numbers.

For measuring and for trying how Carnet feels when it is full. What is drawn is plausible, and all
that ``crm.invariants`` promises holds: next steps are those of the activities, stage visits are
unbroken, every record has the event of its creation.
"""

from django.db import transaction
from django.utils import timezone

from accounts.models import Team, User
from activities.models import ActivityType
from contacts.models import Person
from crm.first_steps import first_steps
from crm.generating import words
from crm.generating.contacts import add_people, number_everybody
from crm.generating.products import add_products
from crm.generating.sales import add_deals, add_leads
from crm.generating.statements import run
from deals.models import LostReason
from labels.models import Channel, Label
from pipelines.models import Pipeline, Stage
from products.models import Category

TEAMS, OWNERS = 5, 20
RARELY = 50  # how much less often the owners of the last team own something
YEARS = 2


@transaction.atomic
def generate(
    *,
    leads: int = 0,
    deals: int = 0,
    people: int = 0,
    products: int = 0,
    shared: int = 50,
    private: int | None = None,
    pipeline: str = "",
) -> None:
    """Add so many records to whatever there is.

    ``shared`` percent of them are seen by everyone, ``private`` percent by their owner alone (a
    quarter of the others, unless given). Deals come to all pipelines, four in ten of them closed;
    or all open to the one named ``pipeline``, which is made where it is not there. Users, teams and
    lists are made where there are too few; so are people, whom leads and deals need.
    """
    first_steps("en")
    gather_owners()
    into = pipeline_named(pipeline) if pipeline else None
    if (leads or deals) and not people and not Person.objects.exists():
        people = 1 + (leads + deals) // 4
    parameters = what_to_draw_from(shared, private) | {"pipeline": into and into.pk}
    if products:
        add_products(products, parameters)
    if people:
        add_people(people, parameters)
    if leads or deals:
        number_everybody()
    if leads:
        add_leads(leads, parameters)
    if deals:
        add_deals(deals, parameters)
    run("ANALYZE")


def gather_owners():
    """Make users and teams until there are enough of both."""
    for number in range(Team.objects.count(), TEAMS):
        Team.objects.create(name=f"Team {number + 1}")
    teams = list(Team.objects.order_by("pk"))
    for number in range(User.objects.who_may_own().count(), OWNERS):
        User.objects.create_user(
            f"rep{User.objects.count() + 1}@generated.example",
            name=f"{words.FIRST_NAMES[number * 7 % 40]} {words.LAST_NAMES[number * 11 % 48]}",
            role=User.Role.REP,
            team=teams[number % len(teams)],
        )


def pipeline_named(name):
    """The pipeline of this name, with the stages of the first one where it has to be made."""
    found = Pipeline.objects.active().filter(name=name).first()
    if found is None:
        last = Pipeline.objects.order_by("position").values_list("position", flat=True).last()
        found = Pipeline.objects.create(name=name, position=(last or 0) + 1)
        first = Stage.objects.active().exclude(pipeline=found).in_order().first()
        for stage in first.pipeline.stages.active().in_order():
            stage.pk, stage.pipeline = None, found
            stage.save()
    return found


def what_to_draw_from(shared, private):
    """The arrays that rows are drawn from; what stands in one several times is drawn more often."""
    rare = Team.objects.order_by("-pk").values_list("pk", flat=True).first()
    owners = []
    for pk, team in User.objects.who_may_own().order_by("pk").values_list("pk", "team"):
        owners += [pk] * (1 if team == rare else RARELY)
    hidden = 100 - shared
    team_share = hidden * 3 // 4 if private is None else hidden - private
    visibility = ["everyone"] * shared + ["team"] * team_share + ["owner"] * (hidden - team_share)
    return {
        "now": timezone.now(),
        "today": timezone.localdate(),
        "days": YEARS * 365,
        "owners": owners,
        "visibilities": visibility,
        "categories": [*numbers(Category.objects.filter(archived_at=None)), None],
        "labels": numbers(Label.objects.all()),
        "channels": [*numbers(Channel.objects.filter(archived_at=None)), None, None],
        "types": numbers(ActivityType.objects.filter(archived_at=None)),
        "reasons": [*numbers(LostReason.objects.active().filter(needs_comment=False)), None],
        "currencies": ["EUR"] * 16 + ["USD", "GBP", "CHF", "CAD"],
        "origins": ["manual"] * 6 + ["import"] * 2 + ["web_form", "chatbot"],
        "first_names": words.FIRST_NAMES,
        "last_names": words.LAST_NAMES,
        "trades": words.TRADES,
        "things": words.THINGS,
        "places": words.PLACES,
        "notes": words.NOTES,
        "tasks": words.TASKS,
    }


def numbers(rows):
    return list(rows.order_by("pk").values_list("pk", flat=True))
