"""The projects as columns by their phase, with what each column adds up to."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from django.db.models import Count, Q, QuerySet
from django.http import QueryDict

from accounts.models import User
from custom_fields.models import PREFIX
from lists import boards
from lists.boards import Column
from lists.keyset import KeysetPage, Walk
from opportunities.stepping import STEPS, step_counts
from projects.models import Phase, Project
from projects.table import BoardFilter, board_filtered


@dataclass
class Head:
    """What a column, or the whole board, adds up to."""

    count: int = 0
    overdue: int = 0
    steps: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STEPS, 0))

    def add(self, other: "Head") -> None:
        self.count += other.count
        self.overdue += other.overdue
        for step, number in other.steps.items():
            self.steps[step] += number


def found_by(query: QueryDict, user: User) -> QuerySet:
    """The projects that ``query`` narrows the board to for ``user``. What there is to choose from
    is not asked where it narrows nothing.
    """
    narrows = any(
        name.startswith(PREFIX) or (name in BoardFilter.base_filters and any(values))
        for name, values in query.lists()
    )
    return board_filtered(query, user).found if narrows else Project.objects.visible_to(user)


def columns(projects: QuerySet, walks: Sequence[Walk], *, today: date, **which) -> list[Column]:
    """The columns of the phases in use, holding those of ``projects`` that are on the board, along
    ``walks``; see ``lists.boards.columns``.
    """
    projects = projects.on_board()
    heads = partial(heads_of, projects=projects, today=today)
    phases = Phase.objects.active().in_order()
    return boards.columns(phases, projects, walks, key="phase", heads=heads, **which)


def more_cards(phase: Phase, projects: QuerySet, walks: Sequence[Walk], **which) -> KeysetPage:
    """The cards of ``phase`` behind a cursor."""
    return boards.more_cards(phase, projects.on_board(), walks, key="phase", **which)


def total(columns: list[Column]) -> Head:
    """What the whole board adds up to."""
    whole = Head()
    for column in columns:
        whole.add(column.head)
    return whole


def heads_of(phases, projects, today):
    """A head for each phase: one aggregate over what the user may see, never kept for others."""
    sums = (
        projects.filter(phase__in=list(phases))
        .order_by()
        .values("phase")
        .annotate(
            count=Count("pk"),
            overdue=Count("pk", filter=Q(ends_on__lt=today)),
            **step_counts(today),
        )
    )
    found = {phase.pk: Head() for phase in phases}
    for row in sums:
        steps = {step: row[step] for step in STEPS}
        found[row["phase"]] = Head(row["count"], row["overdue"], steps)
    return found
