"""Which leads a list shows: its view, its filters, and its order along the indexes.

The filters live here and not in the web, because whoever acts on "all that match" asks them again:
the conversion, a job.
"""

import zoneinfo
from datetime import date

from django.db.models import Q, QuerySet
from django.forms import CheckboxSelectMultiple
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import CharFilter, ChoiceFilter, FilterSet, MultipleChoiceFilter

from accounts.models import User
from contacts.queries import with_words
from core.validators import validate_line
from labels.models import Channel, Label
from leads.models import Lead
from lists.keyset import Walk
from lists.sorting import Column

FILTERS = ("view", "q", "owner", "label", "origin", "channel", "seen")
VIEWS = {
    "inbox": _("Inbox"),
    "mine": _("Mine"),
    "unseen": _("Unseen"),
    "no-next-step": _("No next step"),
    "overdue": _("Overdue"),
    "archived": pgettext_lazy("view", "Archived"),
}
COLUMNS = {
    "title": Column(("plain", "id")),
    "next": Column(("next_activity_on", "-id"), is_nullable=True),
    "value": Column(("value", "id"), is_nullable=True, starts_down=True),
    "close": Column(("expected_close_on", "id"), is_nullable=True),
    "created": Column(("created_at", "id"), starts_down=True),
}
# Up to here the leads that hold a text are looked up first: a walk through the inbox would read
# every title on its way to a rare word. What is more frequent is met soon enough on any walk.
RARE = 1_000


class AnyOfFilter(MultipleChoiceFilter):
    """One of several values of a column of the lead itself, so that no lead comes twice: DISTINCT,
    the default, would keep the database from walking along an index.
    """

    def __init__(self, **kwargs):
        super().__init__(distinct=False, widget=CheckboxSelectMultiple, **kwargs)


class LeadFilter(FilterSet):
    """What a list of leads can be narrowed to. Values of one field are *or*, fields are *and*."""

    q = CharFilter(
        label=_("Words in the title"),
        method="with_text",
        max_length=200,
        validators=[validate_line],
    )
    owner = AnyOfFilter(label=_("Owner"))
    label = AnyOfFilter(label=_("Label"), method="with_label")
    origin = AnyOfFilter(label=_("Source"), choices=Lead.Origin.choices)
    channel = AnyOfFilter(label=_("Channel"))
    seen = ChoiceFilter(
        label=_("Seen"),
        method="that_are_seen",
        choices=[("yes", _("Seen")), ("no", _("Unseen"))],
        empty_label=_("Seen or not"),
    )

    class Meta:
        model = Lead
        fields = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Read once for the form, its answers and whoever shows them.
        for name, rows in (
            ("owner", User.objects.filter(is_active=True)),
            ("label", Label.objects),
            ("channel", Channel.objects),
        ):
            named = rows.order_by("name", "pk").values_list("pk", "name")
            self.filters[name].extra["choices"] = [(str(pk), title) for pk, title in named]

    @property
    def found(self):
        """What passes the filters; nothing when one of them makes no sense: the form says why."""
        return self.qs if self.is_valid() else self.queryset.none()

    def with_text(self, leads, _name, text):
        found = with_words(leads, text)
        rare = list(found.order_by().values_list("pk", flat=True)[: RARE + 1])
        return found if len(rare) > RARE else leads.filter(pk__among=rare)

    def with_label(self, leads, _name, labels):
        if not labels:
            return leads
        # By id and not by a join: a lead that has two of the labels comes once.
        links = Lead.labels.through.objects.filter(label__in=labels)
        return leads.filter(pk__in=links.values("lead"))

    def that_are_seen(self, leads, _name, answer):
        return leads.filter(seen_at__isnull=answer == "no")


def filtered(query: QueryDict, user: User) -> LeadFilter:
    """The filters of ``query`` over the leads ``user`` may see in the view it names."""
    return LeadFilter(query, in_view(view_of(query), user))


def view_of(query: QueryDict) -> str:
    """The view that ``query`` names; the inbox if it names none of them."""
    view = query.get("view")
    return view if view in VIEWS else "inbox"


def matching(query: QueryDict, user: User) -> QuerySet:
    """The leads ``user`` may see, in the view and with the filters that ``query`` names."""
    return filtered(query, user).found


def in_view(view: str, user: User) -> QuerySet:
    """The live leads of one of the shipped views, as ``user`` sees it on their own day."""
    leads = Lead.objects.visible_to(user)
    match view:
        case "archived":
            return leads.archived()
        case "mine":
            return leads.in_inbox().owned_by(user)
        case "unseen":
            return leads.in_inbox().unseen()
        case "no-next-step":
            return leads.in_inbox().filter(next_activity_on=None)
        case "overdue":
            return leads.in_inbox().filter(next_activity_on__lt=today_of(user))
        case _:
            return leads.in_inbox()


def by_urgency(today: date) -> tuple[Walk, ...]:
    """Overdue, the oldest day first; today; without a next step, newest first; later, by day."""
    return (
        Walk(Q(next_activity_on__lt=today), ("next_activity_on", "-id")),
        Walk(Q(next_activity_on=today), ("-id",)),
        Walk(Q(next_activity_on=None), ("-id",)),
        Walk(Q(next_activity_on__gt=today), ("next_activity_on", "-id")),
    )


def order_of(view: str, user: User) -> tuple[Walk, ...]:
    """The default order of a view: by urgency; in the archive, what was put away last first."""
    if view == "archived":
        return (Walk(Q(), ("-archived_at", "-id")),)
    return by_urgency(today_of(user))


def today_of(user: User) -> date:
    """The day it is where ``user`` is."""
    return timezone.localdate(timezone=zoneinfo.ZoneInfo(user.time_zone))
