"""What a deal's page shows besides its own row: its way through the pipeline, and its people."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    Subquery,
    Sum,
    TextField,
    Value,
)
from django.db.models.functions import Coalesce, Greatest, JSONObject, Least

from accounts.models import User
from contacts.models import EmailAddress, Person, PhoneNumber
from deals.models import Deal, Participant, StageVisit
from pipelines.models import Stage


@dataclass(frozen=True)
class Step:
    """A stage of the path: before, at or behind where the deal stands; ``days`` is ``None`` where
    it never was.
    """

    stage: Stage
    state: str
    days: int | None


def path_of(deal: Deal, at: datetime) -> list[Step]:
    """The stages of the deal's pipeline in their order, with the whole days of all visits: one
    statement.

    Days end to count when the deal was closed. A stage out of use is left out unless the deal
    stands there.
    """
    end = Value(deal.won_at or deal.lost_at or at, DateTimeField())
    lasted = Least(Coalesce("left_at", end), end) - F("entered_at")
    lasted = Greatest(ExpressionWrapper(lasted, DurationField()), Value(timedelta(0)))
    visits = StageVisit.objects.filter(deal=deal, stage=OuterRef("pk")).order_by()
    spent = visits.values("stage").annotate(spent=Sum(lasted)).values("spent")
    stages = Stage.objects.filter(pipeline=deal.stage.pipeline_id)
    usable = stages.filter(Q(archived_at=None) | Q(pk=deal.stage_id)).in_order()
    steps, state = [], "past"
    for stage in usable.annotate(spent=Subquery(spent)):
        is_here = stage.pk == deal.stage_id
        days = None if stage.spent is None else stage.spent.days
        steps.append(Step(stage, "current" if is_here else state, days))
        if is_here:
            state = "future"
    return steps


def people_of(deal: Deal, user: User) -> list[Person]:
    """The primary contact of ``deal`` and whoever else takes part, in the order they joined: one
    statement.

    Each has a ``role`` and says whether they are ``is_primary``. Whoever sees a deal sees all their
    names; one who ``may_see`` them gets their ``emails`` and ``phones`` as well, the primary ones
    first.
    """
    own = Participant.objects.filter(deal=deal)
    one = own.filter(person=OuterRef("pk"))
    reaches = {"person": OuterRef("pk")}
    emails = EmailAddress.objects.filter(**reaches).order_by("-is_primary", "pk")
    phones = PhoneNumber.objects.filter(**reaches).order_by("-is_primary", "pk")
    visible = Person.objects.visible_to(user).filter(pk=OuterRef("pk"))
    people = Person.everything.filter(Q(pk=deal.person_id) | Q(pk__in=own.values("person")))
    found = people.annotate(
        role=Coalesce(Subquery(one.values("role")), Value(""), output_field=TextField()),
        joined_at=Subquery(one.values("created_at")),
        may_see=Exists(visible),
        emails=ArraySubquery(emails.values(json=JSONObject(address="address"))),
        phones=ArraySubquery(phones.values(json=JSONObject(number="number"))),
    ).order_by("joined_at", "pk")
    people = list(found)
    for person in people:
        person.is_primary = person.pk == deal.person_id
        shown = person.may_see
        person.emails = [EmailAddress(**each) for each in person.emails if shown]
        person.phones = [PhoneNumber(**each) for each in person.phones if shown]
    return sorted(people, key=lambda person: not person.is_primary)
