"""The filters that lists of leads, of deals and of what follows from them have in common."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter

from accounts.days import today_of
from accounts.models import Team, User
from contacts.queries import with_words
from core.money import CURRENCIES
from core.validators import validate_line
from custom_fields.calculated import fields_shown_by
from custom_fields.filtering import Calculated, filters_for
from custom_fields.models import PREFIX, Field
from custom_fields.values import EMPTY
from history.queries import acts_told, touched_by
from history.sentences import TOUCHED
from labels.models import Channel, Label
from lists.filtering import (
    AddressFilterSet,
    AmountFilter,
    AnyOfFilter,
    DayFilter,
    PeriodFilter,
    choices_of,
    midnight,
)
from lists.periods import AHEAD, BEHIND
from opportunities.models import Opportunity
from opportunities.services import label_links


class RecordFilter(AddressFilterSet):
    """What a list of records that have an owner, labels and next steps can be narrowed to."""

    q = CharFilter(
        label=_("Words in the title"),
        method="with_text",
        max_length=200,
        validators=[validate_line],
    )
    owner = AnyOfFilter(label=_("Owner"))
    team = AnyOfFilter(label=_("Team"), method="of_team")
    label = AnyOfFilter(label=_("Label"), method="with_label")
    # Not "next": forms name there where to go afterwards.
    step = PeriodFilter(
        label=_("Next step"), field_name="next_activity_on", periods=AHEAD, is_nullable=True
    )
    created = PeriodFilter(
        label=_("Added"), field_name="created_at", periods=BEHIND, kept_as=midnight
    )
    created_from = DayFilter(
        label=_("Added from"), field_name="created_at", lookup_expr="gte", kept_as=midnight
    )
    created_to = DayFilter(
        label=_("Added up to"), field_name="created_at", lookup_expr="lte", kept_as=midnight
    )
    updated = PeriodFilter(
        label=_("Changed"), field_name="updated_at", periods=BEHIND, kept_as=midnight
    )
    act = AnyOfFilter(label=TOUCHED, method="of_act")

    FIRST_GROUPS = (
        (_("Owner"), ("owner",)),
        (_("Team"), ("team",)),
        (_("Label"), ("label",)),
        (_("Next step"), ("step",)),
    )
    LAST_GROUPS = (
        (_("Added"), ("created", "created_from", "created_to")),
        (_("Changed"), ("updated",)),
        (TOUCHED, ("act",)),
    )

    ADDED = PREFIX
    # Up to here the records that hold a text are looked up first: a walk through a list would read
    # every title on its way to a rare word. What is more frequent is met soon enough on any walk.
    RARE = 1_000
    # And up to here those of which something is calculated: whoever counts them and shows a page
    # would have it calculated twice for all.
    FEW = 5_000

    def filter_queryset(self, queryset):
        found = super().filter_queryset(queryset)
        asked = (
            self.filters[name] for name, value in self.form.cleaned_data.items() if is_asked(value)
        )
        if any(isinstance(each, Calculated) for each in asked):
            return looked_up(found, queryset, most=self.FEW)
        return found

    def with_text(self, records, _name, text):
        return looked_up(with_words(records, text), records, most=self.RARE)

    def of_team(self, records, _name, teams):
        if not teams:
            return records
        members = User.objects.filter(team__in=teams).values_list("pk", flat=True)
        return records.filter(owner__in=list(members))

    def with_label(self, records, _name, labels):
        if not labels:
            return records
        # By id and not by a join: a record that has two of the labels comes once.
        through, key = label_links(records.model)
        return records.filter(pk__in=through.objects.filter(label__in=labels).values(key))

    def of_act(self, records, _name, acts):
        return looked_up(touched_by(acts, records), records, most=self.RARE)


class OpportunityFilter(RecordFilter):
    """What a list of leads or of deals can be narrowed to."""

    origin = AnyOfFilter(label=_("Source"), choices=Opportunity.Origin.choices)
    channel = AnyOfFilter(label=_("Channel"))
    value_from = AmountFilter(label=_("Value from"), field_name="value", lookup_expr="gte")
    value_to = AmountFilter(label=_("Value up to"), field_name="value", lookup_expr="lte")
    currency = ChoiceFilter(
        label=_("Currency"),
        choices=[(code, code) for code in CURRENCIES],
        empty_label=_("Any currency"),
    )
    close = PeriodFilter(
        label=_("Expected close"), field_name="expected_close_on", periods=AHEAD, is_nullable=True
    )
    close_from = DayFilter(
        label=_("Expected close from"), field_name="expected_close_on", lookup_expr="gte"
    )
    close_to = DayFilter(
        label=_("Expected close up to"), field_name="expected_close_on", lookup_expr="lte"
    )

    GROUPS = (
        *RecordFilter.FIRST_GROUPS,
        (_("Source"), ("origin",)),
        (_("Channel"), ("channel",)),
        (_("Value"), ("value_from", "value_to", "currency")),
        (_("Expected close"), ("close", "close_from", "close_to")),
        *RecordFilter.LAST_GROUPS,
    )


def is_asked(value: Any) -> bool:
    """Whether a filter has a value: nought is one."""
    return value not in EMPTY


def looked_up(found: QuerySet, among: QuerySet, *, most: int) -> QuerySet:
    """What was ``found`` by the numbers of the records, where it is at ``most`` so many."""
    numbers = list(found.order_by().values_list("pk", flat=True)[: most + 1])
    return found if len(numbers) > most else among.filter(pk__among=numbers)


def narrowed(
    by: type[RecordFilter],
    query: QueryDict,
    records: QuerySet,
    user: User,
    *,
    choices: Callable[[], dict[str, Any]],
    fields: Iterable[Field] | None = None,
) -> RecordFilter:
    """The filters ``by`` that ``query`` asks for, over ``records``, on the day of ``user``.

    ``fields`` are the custom fields of the records, where they were read before.
    """
    if fields is None:
        fields = fields_shown_by(records.model)
    visible = records.model.objects.visible_to(user)
    offered, added = choices() | {"act": acts_told(query.getlist("act"), visible, user)}, {}
    for field in fields:
        added |= filters_for(field, offered["owner"])
    return by(query, records, today=today_of(user), choices=offered, added=added)


def shared_choices(**more: QuerySet) -> dict[str, list[tuple[str, str]]]:
    """What the filters let people choose from, and ``more``, in one statement."""
    return choices_of(
        owner=User.objects.who_may_own(),
        team=Team.objects.all(),
        label=Label.objects.all(),
        channel=Channel.objects.all(),
        **more,
    )
