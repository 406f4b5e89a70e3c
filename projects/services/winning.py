"""What a win starts by itself, where the pipeline says so, and takes along when it is undone."""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import User
from core.frozen import frozen
from deals.models import Deal
from history.models import Event, Operation
from history.services import begin, record
from opportunities.services import silent, write_all
from projects.models import Project, ProjectDeal
from projects.queries import linked_to_projects
from projects.services.linking import LINKS
from projects.services.starting import lock_first_phase, owner_after, put_on_top


def start_for_won(deals: Sequence[Deal], *, won: Operation, by: User) -> Operation | None:
    """Start a project in the first phase for each of the locked ``deals`` whose pipeline wants one,
    unless one follows from it already; named, owned and seen as the deal is.

    Where there is no phase in use nothing starts: nobody is kept from winning. The number of
    statements does not depend on the number of deals.
    """
    numbers = [deal.pk for deal in deals]
    wanted = Deal.objects.filter(pk__among=numbers, stage__pipeline__won_starts_project=True)
    lacking = wanted.exclude(pk__in=linked_to_projects(numbers)).select_related("owner")
    selling = list(lacking.order_by("pk"))
    phase = lock_first_phase() if selling else None
    if not phase:
        return None
    projects = {deal.pk: project_for(deal, phase, by) for deal in selling}
    put_on_top(list(projects.values()))
    Project.objects.bulk_create(projects.values())
    link_to_sale(projects, selling)
    operation, _new = begin("project.created", by=by)
    record(operation, projects.values(), changes={"won": [None, won.pk]})
    both = [{"project": [frozen(projects[deal.pk])] * 2} for deal in selling]
    record(operation, selling, verb="deal.project_started", changes=both)
    return operation


def project_for(deal, phase, by):
    return Project(
        title=deal.title,
        owner=owner_after(deal, by),
        visibility=deal.visibility,
        phase=phase,
        created_by=by,
    )


def link_to_sale(projects: dict[int, Project], deals: Sequence[Deal]) -> None:
    """Link each of ``projects``, by the id of its deal, to that and to the contacts of that."""
    for kind, link in LINKS.items():
        column = "pk" if kind == "deal" else f"{kind}_id"
        ends = [(projects[deal.pk], getattr(deal, column)) for deal in deals]
        link.objects.bulk_create(
            link(project=project, **{f"{kind}_id": end}) for project, end in ends if end
        )


def take_back_started(won: Operation) -> Operation | None:
    """Set aside what started by the win that was undone, unless anything happened to it since:
    looked at once it is locked, so that nothing happens to it in between.
    """
    deals = won.events.filter(subject_kind="deal").values("subject_id")
    linked = ProjectDeal.objects.filter(deal__in=deals).values("project")
    events = Event.objects.filter(subject_kind="project", subject_id=OuterRef("pk"))
    started = events.filter(verb="project.created", changes__won__1=won.pk)
    rows = Project.objects.filter(Exists(started), pk__in=linked).order_by("pk")
    held = list(rows.select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))
    untouched = Project.objects.filter(
        ~Exists(events.exclude(verb="project.created")), pk__among=held
    )
    leaving = Project.everything.filter(pk__among=list(untouched.values_list("pk", flat=True)))
    by = won.undone_by
    aside = {"deleted_at": timezone.now(), "deleted_by": by}
    return write_all(leaving.order_by("pk"), "deleted", by=by, tell=silent, **aside)
