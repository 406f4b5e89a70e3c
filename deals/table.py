"""Which deals a list or a board shows: its view, its filters, and its order along the indexes.

The filters live here and not in the web, because whoever acts on "all that match" asks them again:
the return to the leads, a job.
"""

from django.db.models import Q, QuerySet
from django.forms import CheckboxSelectMultiple
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import CharFilter, FilterSet, MultipleChoiceFilter

from accounts.models import User
from contacts.queries import with_words
from core.validators import validate_line
from deals.models import Deal
from labels.models import Label
from lists.keyset import Walk
from lists.sorting import Order
from pipelines.models import Stage

FILTERS = ("view", "q", "owner", "label", "stage")
VIEWS = {
    "open": pgettext_lazy("view", "Open"),
    "won": pgettext_lazy("view", "Won"),
    "lost": pgettext_lazy("view", "Lost"),
    "archived": pgettext_lazy("view", "Archived"),
}
ORDERS = {
    "title": Order("plain"),
    "value": Order("value", is_nullable=True, starts_down=True),
    "close": Order("expected_close_on", is_nullable=True),
    "created": Order("created_at", starts_down=True),
}
NEWEST_FIRST = (Walk(Q(), ("-id",)),)
# Up to here the deals that hold a text are looked up first: a walk through the list would read
# every title on its way to a rare word.
RARE = 5_000


class BoardFilter(FilterSet):
    """What a board can be narrowed to. Values of one field are *or*, fields are *and*."""

    q = CharFilter(
        label=_("Words in the title"),
        method="with_text",
        max_length=200,
        validators=[validate_line],
    )
    # No deal comes twice, and DISTINCT would keep the database from walking along an index.
    owner = MultipleChoiceFilter(label=_("Owner"), distinct=False, widget=CheckboxSelectMultiple)
    label = MultipleChoiceFilter(
        label=_("Label"), method="with_label", distinct=False, widget=CheckboxSelectMultiple
    )

    class Meta:
        model = Deal
        fields = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Read once for the form, its answers and whoever shows them.
        for name, rows in self.choices().items():
            self.filters[name].extra["choices"] = [(str(pk), title) for pk, title in rows]

    def choices(self):
        users = User.objects.filter(is_active=True)
        return {
            "owner": users.order_by("name", "pk").values_list("pk", "name"),
            "label": Label.objects.order_by("name", "pk").values_list("pk", "name"),
        }

    @property
    def found(self):
        """What passes the filters; nothing when one of them makes no sense: the form says why."""
        return self.qs if self.is_valid() else self.queryset.none()

    def with_text(self, deals, _name, text):
        found = with_words(deals, text)
        rare = list(found.order_by().values_list("pk", flat=True)[: RARE + 1])
        return found if len(rare) > RARE else deals.filter(pk__among=rare)

    def with_label(self, deals, _name, labels):
        if not labels:
            return deals
        # By id and not by a join: a deal that has two of the labels comes once.
        links = Deal.labels.through.objects.filter(label__in=labels)
        return deals.filter(pk__in=links.values("deal"))


class DealFilter(BoardFilter):
    """What a list of deals can be narrowed to: as a board, and by the stages they are in."""

    stage = MultipleChoiceFilter(label=_("Stage"), distinct=False, widget=CheckboxSelectMultiple)

    def choices(self):
        stages = Stage.objects.in_order().values_list("pk", "pipeline__name", "name")
        named = [(pk, f"{pipeline} · {name}") for pk, pipeline, name in stages]
        return super().choices() | {"stage": named}


def filtered(query: QueryDict, user: User) -> DealFilter:
    """The filters of ``query`` over the deals ``user`` may see in the view it names."""
    return DealFilter(query, in_view(view_of(query), user))


def view_of(query: QueryDict) -> str:
    """The view that ``query`` names; the open deals if it names none of them."""
    view = query.get("view")
    return view if view in VIEWS else "open"


def matching(query: QueryDict, user: User) -> QuerySet:
    """The deals ``user`` may see, in the view and with the filters that ``query`` names."""
    return filtered(query, user).found


def in_view(view: str, user: User) -> QuerySet:
    """The live deals of one of the shipped views."""
    deals = Deal.objects.visible_to(user)
    if view == "archived":
        return deals.archived()
    return deals.not_archived().filter(status=view)
