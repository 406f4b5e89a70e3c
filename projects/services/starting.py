"""A project starts: at the top of a phase, linked to deals, people and organizations. And what is
said of it changes.
"""

import uuid
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policies import lock, may_write, require, require_owner
from contacts.models import Organization, Person
from core.frozen import frozen
from core.ordering import rank_first
from custom_fields.values import check
from deals.models import Deal
from history.models import Operation
from history.services import begin, first_result, record
from history.undoing import undoes
from labels.models import Label
from opportunities import services as opportunities
from projects.models import Phase, Project
from projects.services.linking import hold_linked, news_of, put_links
from projects.services.state import PhaseArchived, lock_phases, refuse_unusable


@transaction.atomic
def start_project(
    project: Project,
    *,
    deals: Sequence[Deal] = (),
    people: Sequence[Person] = (),
    organizations: Sequence[Organization] = (),
    labels: Sequence[Label] = (),
    token: uuid.UUID | None = None,
    by: User,
) -> Project:
    """Save an unsaved ``project`` at the top of its phase, with its labels, what it is linked to
    and its first event.

    The people and organizations of ``deals`` are linked along with them. Its owner is ``by`` unless
    it has one, its phase the first unless it has one. A repeat with the same ``token`` answers with
    the first project. Refused: ``NotAllowed`` to people who may not write, ``Missing`` when a deal
    or a contact is gone or hidden, ``PhaseArchived``, ``OwnerInactive``; ``ValidationError`` for
    what a field cannot hold.
    """
    require(may_write(by))
    operation, is_new = begin("project.created", by=by, token=token)
    if not is_new:
        return first_result(operation, Project)
    deals = lock(deals, by=by)
    phase = lock_phase(project.phase) if project.phase_id else lock_first_phase()
    if phase is None:
        raise PhaseArchived(_("There is no phase yet in which a project could start."))
    if project.owner_id is None:
        project.owner = by
    require_owner(project.owner)
    project.created_by = by
    project.phase = phase
    check(project)
    put_on_top([project])
    project.full_clean()
    project.save()
    project.labels.set(labels)
    people, organizations = hold_linked(people, organizations, by=by)
    contacts_of(deals, people, organizations)
    put_links([project], deals=deals, people=people, organizations=organizations)
    tell_started(operation, project, deals)
    return project


def lock_phase(phase: Phase) -> Phase:
    """``phase`` as it is now, locked, if projects may enter it."""
    return refuse_unusable(lock_phases([phase.pk]).get(phase.pk))


def lock_first_phase() -> Phase | None:
    """The first phase in use, locked, if there is one."""
    return Phase.objects.active().in_order().select_for_update(no_key=True).first()


def owner_after(deal: Deal, by: User) -> User:
    """Whose a project is that ``by`` starts from ``deal``: theirs who sold, as they know what was
    promised and hand it over; that of ``by`` where they cannot own one any more.
    """
    return deal.owner if may_write(deal.owner) else by


def put_on_top(projects: list[Project]) -> None:
    """Let unsaved ``projects`` stand at the top of their phase, which the caller locked."""
    at = timezone.now()
    for place, project in enumerate(projects):
        project.phase_entered_at = at
        project.position = f"{rank_first(at)}{place:09}i" if len(projects) > 1 else rank_first(at)


def contacts_of(deals, people: list, organizations: list) -> None:
    """Add the contacts of ``deals``, each once: whoever sees a deal sees their names."""
    for deal in deals:
        if deal.person_id and deal.person_id not in [each.pk for each in people]:
            people.append(Person(pk=deal.person_id))
        if deal.organization_id and deal.organization_id not in [o.pk for o in organizations]:
            organizations.append(Organization(pk=deal.organization_id))


def tell_started(operation: Operation, project: Project, deals: Sequence[Deal]) -> None:
    """The first event of ``project``, and the news of the deals from which it follows."""
    record(operation, [project])
    if deals:
        both = [frozen(project)] * 2
        record(operation, deals, verb="deal.project_started", changes={"project": both})
        news_of(deals)


@undoes("project.created")
def undo_start(operation: Operation, *, by: User) -> None:
    """Set what was started aside: it can be brought back with all it has."""
    started = operation.events.filter(subject_kind="project").values_list("subject_id", flat=True)
    opportunities.delete([Project(pk=number) for number in started], by=by)


@transaction.atomic
def change_project(
    project: Project, values: dict, *, by: User, seen: dict | None = None
) -> Operation | None:
    """Set fields of one project to ``values``, custom ones by their keys.

    ``seen`` holds what the writer saw there. Refused: ``Missing``, ``NotAllowed``, and ``Stale``
    with both values; ``ValidationError`` for what a field cannot hold. Changing nothing records
    nothing.
    """
    return opportunities.change(project, values, by=by, seen=seen)
