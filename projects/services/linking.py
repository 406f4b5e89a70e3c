"""What a project is linked to: the deals from which it follows, the people and organizations it is
for.

Deals are locked before the project, contacts after it: always in this order.
"""

from collections.abc import Sequence

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policies import gone, lock
from contacts.models import Organization, Person
from contacts.services import hold
from core.errors import Missing, Refused
from core.frozen import frozen
from deals.models import Deal
from history.models import Operation
from history.services import begin, changed, gone_since, record
from history.undoing import undoes
from opportunities.services import rows
from projects.models import Project, ProjectDeal, ProjectOrganization, ProjectPerson

LINKS = {"deal": ProjectDeal, "person": ProjectPerson, "organization": ProjectOrganization}
MODELS = {model.kind: model for model in (Deal, Person, Organization)}


class AlreadyLinked(Refused):
    """A project is linked to a record once."""

    status = 409


@transaction.atomic
def link(project: Project, to: Deal | Person | Organization, *, by: User) -> Operation:
    """Link ``project`` to a deal that ``by`` may change, or to a person or an organization that
    ``by`` may see.

    The history of a deal tells it too. Refused: ``Missing``, ``NotAllowed``, ``AlreadyLinked``.
    """
    project, to = hold_both(project, to, by=by)
    if links_between(project, to).exists():
        raise AlreadyLinked(
            _("“%(project)s” is linked to “%(record)s” already.")
            % {"project": project, "record": to},
            records=[project],
        )
    LINKS[to.kind].objects.create(project=project, **{to.kind: to})
    return tell(project, to, "linked", by=by)


@transaction.atomic
def unlink(project: Project, to: Deal | Person | Organization, *, by: User) -> Operation:
    """Take the link between ``project`` and ``to`` away; both stay as they are.

    Refused: ``Missing``, also when they are not linked, and ``NotAllowed``.
    """
    project, to = hold_both(project, to, by=by)
    gone_now, _by_model = links_between(project, to).delete()
    if not gone_now:
        raise Missing(_("This is no longer there."))
    return tell(project, to, "unlinked", by=by)


def hold_both(project, to, *, by):
    """``project`` and ``to`` as they are now, locked."""
    if to.kind == "deal":
        [to] = lock([to], by=by)
        [project] = lock([project], by=by)
        return project, to
    [project] = lock([project], by=by)
    hold(**{to.kind: to.pk})
    known = MODELS[to.kind].objects.filter(pk=to.pk)
    # Whoever sees a project sees the names of its contacts, and may take them off.
    if not links_between(project, to).exists():
        known = known.visible_to(by)
    found = known.first()
    if found is None:
        raise gone(1)
    return project, found


def links_between(project, to):
    """The link between ``project`` and ``to``, if there is one."""
    return LINKS[to.kind].objects.filter(project=project, **{to.kind: to})


def tell(project: Project, to, verb: str, *, by: User) -> Operation:
    """Write the history of a link on both sides, and that there is news of them.

    Each event tells the other record twice, so that who may not see that one is not told.
    """
    operation, _new = begin(f"project.{verb}", by=by)
    record(operation, [project], changes={to.kind: [frozen(to)] * 2})
    rows([project]).update(**Project.stamps(timezone.now()))
    if to.kind == "deal":
        told = {"project": [frozen(project)] * 2}
        record(operation, [to], verb=f"deal.project_{verb}", changes=told)
        news_of([to])
    return operation


def news_of(deals: Sequence[Deal]) -> None:
    """What follows from a deal is news of it."""
    rows(deals).update(**Deal.stamps(timezone.now()))


def hold_linked(people, organizations, *, by: User) -> tuple[list, list]:
    """The contacts to which something new is linked, each once; ``Missing`` unless ``by`` sees all
    of them. They are held until it is written.
    """
    held = []
    for model, given in ((Person, people), (Organization, organizations)):
        numbers = sorted({each.pk for each in given})
        found = list(model.objects.visible_to(by).filter(pk__in=numbers).order_by("pk"))
        if len(found) < len(numbers):
            raise gone(len(numbers))
        for each in found:
            hold(**{model.kind: each.pk})
        held.append(found)
    people, organizations = held
    return people, organizations


def put_links(projects, *, deals=(), people=(), organizations=()) -> None:
    """Link each of ``projects`` to all of these records."""
    for kind, records in (("deal", deals), ("person", people), ("organization", organizations)):
        LINKS[kind].objects.bulk_create(
            LINKS[kind](project=project, **{f"{kind}_id": each.pk})
            for project in projects
            for each in records
        )


def follow(deals: Sequence[Deal], into: Deal, *, operation: Operation) -> None:
    """Let what followed from ``deals``, which are part of ``into`` now, follow from that one, once;
    the history of each project tells it, as something that ``operation`` did.
    """
    links = ProjectDeal.objects.filter(deal__in=[deal.pk for deal in deals])
    followed = {}
    for link in links.select_related("project", "deal").order_by("project", "deal"):
        followed.setdefault(link.project, []).append(link)
    if not followed:
        return
    had = set(ProjectDeal.objects.filter(deal=into).values_list("project", flat=True))
    moving = [rows[0].pk for project, rows in followed.items() if project.pk not in had]
    ProjectDeal.objects.filter(pk__in=moving).update(deal=into)
    links.delete()
    changes = [{"deal": changed([link.deal for link in rows], into)} for rows in followed.values()]
    record(operation, list(followed), verb="project.deal_merged", changes=changes)


# --- Undo --------------------------------------------------------------------------------------


@undoes("project.linked")
def undo_link(operation: Operation, *, by: User) -> None:
    unlink(*linked_by(operation), by=by)


@undoes("project.unlinked")
def undo_unlink(operation: Operation, *, by: User) -> None:
    link(*linked_by(operation), by=by)


def linked_by(operation: Operation) -> tuple[Project, models.Model]:
    """The two records that ``operation`` linked or unlinked."""
    event = operation.events.get(subject_kind="project")
    [(kind, (_before, after))] = event.changes.items()
    to = MODELS[kind].objects.filter(pk=after["id"]).first()
    if to is None:
        raise gone_since(after["name"])
    return Project(pk=event.subject_id), to
