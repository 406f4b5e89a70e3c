"""A list of leads, deals or what follows: its views, what its address asks for, and its columns."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Model, Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode

from accounts.models import User
from custom_fields.models import Field
from lists.columns import Column, shown_columns
from lists.keyset import Walk
from lists.queries import chosen_columns
from lists.registry import ListPage
from opportunities.filtering import RecordFilter, narrowed, shared_choices


@dataclass(frozen=True)
class Listing(ListPage):
    """A list of records of ``model``: its shipped ``views``, the usual one first; what a user sees
    in one of them, and in which order; what it can be narrowed by, and what its filters offer.

    ``usual_in`` names the views that usually show other columns than ``usual``, ``addresses`` those
    that have an address of their own.
    """

    model: type[Model]
    views: Mapping[str, str | Promise]
    in_view: Callable[[str, User], QuerySet]
    order_of: Callable[[str, User], tuple[Walk, ...]]
    by: type[RecordFilter]
    choices: Callable[[], dict[str, list]] = shared_choices
    usual_in: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    addresses: Mapping[str, str] = field(default_factory=dict)

    @property
    def filters(self) -> tuple[str, ...]:
        """The parameters of an address that choose rows; the others order them."""
        return tuple(name for name in self.parameters if name != "sort")

    def view_of(self, query: QueryDict) -> str:
        """The view that ``query`` names; the usual one if it names none of them."""
        view = query.get("view")
        return view if view in self.views else self.usual_view

    @property
    def usual_view(self) -> str:
        return next(iter(self.views))

    def has_own_address(self, view: str) -> bool:
        """Whether an address names ``view`` by itself, without asking for it."""
        return view == self.usual_view or view in self.addresses

    def address_of(self, view: str) -> str:
        """The address that shows ``view``."""
        if self.has_own_address(view):
            return reverse(self.addresses.get(view, self.home))
        return f"{reverse(self.home)}?{urlencode({'view': view})}"

    def filtered(
        self, query: QueryDict, user: User, fields: Iterable[Field] | None = None
    ) -> RecordFilter:
        """The filters of ``query`` over what ``user`` may see in the view it names.

        ``fields`` are the custom fields of the records, where they were read before.
        """
        records = self.in_view(self.view_of(query), user)
        return narrowed(self.by, query, records, user, choices=self.choices, fields=fields)

    def matching(self, query: QueryDict, user: User) -> QuerySet:
        """The records ``user`` may see, in the view and with the filters that ``query`` names."""
        return self.filtered(query, user).found

    def columns_on(
        self, query: QueryDict, user: User, every: Mapping[str, Column] | None = None
    ) -> list[Column]:
        """The columns that the list at this address shows to ``user``; ``every`` are all there are,
        where they were made before.
        """
        usual = self.usual_in.get(self.view_of(query), self.usual)
        chosen = chosen_columns(self.name, query, user)
        every = self.columns() if every is None else every
        return shown_columns(every, *chosen, usual, first=self.first)


def by_urgency(today: date) -> tuple[Walk, ...]:
    """Overdue, the oldest day first; today; without a next step, newest first; later, by day."""
    return (
        Walk(Q(next_activity_on__lt=today), ("next_activity_on", "-id")),
        Walk(Q(next_activity_on=today), ("-id",)),
        Walk(Q(next_activity_on=None), ("-id",), led_by=("next_activity_on",)),
        Walk(Q(next_activity_on__gt=today), ("next_activity_on", "-id")),
    )
