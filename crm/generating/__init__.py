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
from crm.generating.sales import add_deals, add_leads
from crm.generating.statements import run
from deals.models import LostReason
from labels.models import Channel, Label

TEAMS, OWNERS = 5, 20
RARELY = 50  # how much less often the owners of the last team own something
YEARS = 2


@transaction.atomic
def generate(*, leads: int = 0, deals: int = 0, people: int = 0, shared: int = 50) -> None:
    """Add so many records to whatever there is. ``shared``: percent of them seen by everyone.

    Users, teams and lists are made where there are too few; so are people, whom leads and deals
    need.
    """
    first_steps("en")
    gather_owners()
    if (leads or deals) and not people and not Person.objects.exists():
        people = 1 + (leads + deals) // 4
    parameters = what_to_draw_from(shared)
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


def what_to_draw_from(shared):
    """The arrays that rows are drawn from; what stands in one several times is drawn more often."""
    rare = Team.objects.order_by("-pk").values_list("pk", flat=True).first()
    owners = []
    for pk, team in User.objects.who_may_own().order_by("pk").values_list("pk", "team"):
        owners += [pk] * (1 if team == rare else RARELY)
    hidden = 100 - shared
    team_share = hidden * 3 // 4
    visibility = ["everyone"] * shared + ["team"] * team_share + ["owner"] * (hidden - team_share)
    return {
        "now": timezone.now(),
        "today": timezone.localdate(),
        "days": YEARS * 365,
        "owners": owners,
        "visibilities": visibility,
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
