"""What is said of many projects changes at once."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policies import lock_rows, named
from core.errors import Refused
from history.models import Operation
from opportunities.services import Tell, silent
from opportunities.setting import set_fields, thawed
from projects.models import Project


class EndsBeforeStart(Refused):
    """No project ends before it starts, not even one of many."""


@transaction.atomic
def change_projects(
    projects, values: Mapping[str, Any], *, by: User, tell: Tell = silent
) -> Operation | None:
    """Set fields of many projects to the same ``values``, as ``set_fields`` does.

    Refused besides: ``EndsBeforeStart`` where a day does not fit the other one of a project.
    """
    held = lock_rows(projects, by=by)
    for name, other, beyond in (("ends_on", "starts_on", "gt"), ("starts_on", "ends_on", "lt")):
        day = thawed(Project, name, values[name]) if values.get(name) else None
        if day and (wrong := list(held.filter(**{f"{other}__{beyond}": day}))):
            raise EndsBeforeStart(
                _("Would end before it starts: %(titles)s.") % {"titles": named(wrong)},
                records=wrong,
            )
    return set_fields(held, values, by=by, tell=tell)
