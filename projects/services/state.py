"""What state a project and a phase must be in for an act."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from accounts.policies import named
from core.errors import Refused
from projects.models import Phase, Project


class ProjectArchived(Refused):
    """An archived project is restored before anything else happens to it."""


class ProjectEnded(Refused):
    """Projects that are done or cancelled stay as they are until they are reopened."""


class PhaseArchived(Refused):
    """Projects cannot enter a phase that is archived or gone."""


def refuse_archived(projects: Iterable[Project]) -> None:
    if archived := [project for project in projects if project.is_archived]:
        raise ProjectArchived(
            _("Archived: %(titles)s. Restore first.") % {"titles": named(archived)},
            records=archived,
        )


def refuse_ended(projects: Iterable[Project]) -> None:
    if ended := [project for project in projects if not project.is_open]:
        raise ProjectEnded(
            _("Done or cancelled: %(titles)s. Reopen first.") % {"titles": named(ended)},
            records=ended,
        )


def lock_phases(numbers: Iterable[int]) -> dict[int, Phase]:
    """Lock the phases with these ids in their order, and answer with what they are now, by id.

    They stay usable until the transaction ends, if they are, and their columns in order.
    """
    phases = Phase.objects.filter(pk__in=set(numbers)).order_by("pk")
    return {phase.pk: phase for phase in phases.select_for_update(no_key=True)}


def refuse_unusable(phase: Phase | None) -> Phase:
    """Answer with ``phase``, unless it is archived or gone."""
    if phase is None or phase.archived_at:
        raise PhaseArchived(_("Projects cannot enter this phase any more. Choose another one."))
    return phase
