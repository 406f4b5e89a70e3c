"""What a project's page shows besides its own row: how far it is, and what it is linked to."""

from dataclasses import dataclass
from decimal import Decimal

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast, JSONObject

from accounts.models import User
from contacts.models import Organization, Person
from deals.models import Deal
from pipelines.models import Stage
from projects.models import Phase, Project, ProjectDeal, ProjectOrganization, ProjectPerson


@dataclass(frozen=True)
class Step:
    """A phase of the path: before, at or behind where the project stands."""

    phase: Phase
    state: str


@dataclass(frozen=True)
class Links:
    """The deals that the reader may see, and all people and organizations, each with ``may_see``.

    Only to be shown.
    """

    deals: list[Deal]
    people: list[Person]
    organizations: list[Organization]


def path_of(project: Project) -> list[Step]:
    """The phases in use in their order, and the one where ``project`` stands: one statement."""
    usable = Phase.objects.filter(Q(archived_at=None) | Q(pk=project.phase_id)).in_order()
    steps, state = [], "past"
    for phase in usable:
        is_here = phase.pk == project.phase_id
        steps.append(Step(phase, "current" if is_here else state))
        if is_here:
            state = "future"
    return steps


def with_links(projects: QuerySet[Project], user: User) -> QuerySet[Project]:
    """Let each project bring along what ``links_of`` needs: no further statement.

    Whoever sees a project sees the names of its people and organizations, but only those of its
    deals that they may see themselves.
    """
    deals = Deal.objects.visible_to(user).filter(pk__in=linked(ProjectDeal, "deal"))
    shown = {"id": "id", "title": "title", "currency": "currency", "status": "status"}
    deals = deals.order_by("-pk").values(
        data=JSONObject(**shown, value_text=Cast("value", TextField()), stage_name="stage__name")
    )
    return projects.annotate(
        kept_deals=ArraySubquery(deals),
        kept_people=contacts(Person, ProjectPerson, user),
        kept_organizations=contacts(Organization, ProjectOrganization, user),
    )


def contacts(model, links, user):
    seen = model.objects.visible_to(user).filter(pk=OuterRef("pk"))
    theirs = model.everything.filter(pk__in=linked(links, model.kind)).annotate(
        may_see=Exists(seen)
    )
    data = JSONObject(id="id", name="name", may_see="may_see")
    return ArraySubquery(theirs.order_by("plain", "pk").values(data=data))


def linked(links, kind):
    return links.objects.filter(project=OuterRef(OuterRef("pk"))).values(kind)


def links_of(project: Project) -> Links:
    """What ``project`` is linked to, asked for ``with_links``."""
    return Links(
        deals=[made_deal(**kept) for kept in project.kept_deals],
        people=[made(Person, **kept) for kept in project.kept_people],
        organizations=[made(Organization, **kept) for kept in project.kept_organizations],
    )


def made_deal(*, value_text, stage_name, **kept):
    value = None if value_text is None else Decimal(value_text)
    return Deal(value=value, stage=Stage(name=stage_name), **kept)


def made(model, *, may_see, **kept):
    contact = model(**kept)
    contact.may_see = may_see
    return contact
