"""Questions about projects that others ask: which deals have one, and what a deal's page shows."""

from collections.abc import Iterable

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet
from django.db.models.functions import JSONObject

from accounts.models import User
from contacts.queries import with_words
from deals.models import Deal
from projects.models import Phase, Project, ProjectDeal

# What a deal's page shows of its projects.
SHOWN = ("id", "title", "status", "ends_on", "next_activity_on", "archived_at")


def linked_to_projects(numbers: Iterable[int]) -> QuerySet:
    """The ids of those of the deals ``numbers`` that have a project, whoever may see it."""
    links = ProjectDeal.objects.filter(deal__pk__among=list(numbers), project__deleted_at=None)
    return links.values_list("deal")


def suggest(records: QuerySet, text: str, limit: int = 10) -> QuerySet:
    """The first ``limit`` of ``records`` with words that begin so in their titles; the latest ones
    without a text.
    """
    if not text.strip():
        return records.order_by("-updated_at", "pk")[:limit]
    return with_words(records, text).order_by("plain", "pk")[:limit]


def with_projects(deals: QuerySet[Deal], user: User) -> QuerySet[Deal]:
    """Let each deal bring along what ``projects_of`` needs, of the projects that ``user`` may see:
    no further statement.
    """
    linked = ProjectDeal.objects.filter(deal=OuterRef(OuterRef("pk"))).values("project")
    # Open ones first, then the latest.
    shown = Project.objects.visible_to(user).filter(pk__in=linked)
    kept = shown.order_by(F("ended_at").desc(nulls_first=True), "-pk").values(
        data=JSONObject(**{name: name for name in SHOWN}, phase_name="phase__name")
    )
    return deals.annotate(kept_projects=ArraySubquery(kept))


def projects_of(deal: Deal) -> list[Project]:
    """The projects of ``deal`` that the reader may see, asked for ``with_projects``; only to be
    shown.
    """
    return [made(**each) for each in deal.kept_projects]


def made(*, phase_name, **kept):
    fields = {name: Project._meta.get_field(name) for name in kept}
    values = {name: field.to_python(kept[name]) for name, field in fields.items()}
    return Project(phase=Phase(name=phase_name), **values)
