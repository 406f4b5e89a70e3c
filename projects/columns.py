"""The columns of a list of projects, which are also the fields that cards may show."""

from collections.abc import Mapping

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contacts.models import Organization, Person
from custom_fields.models import Field
from custom_fields.queries import fields_by_of
from deals.models import Deal
from lists.columns import Column, Deadline, Tagged
from lists.sorting import Order
from opportunities.columns import NEXT_STEP, SHARED, TITLE, by_name, custom_column

ICONS = {"done": "circle-check", "cancelled": "circle-x"}
TONES = {"done": "won", "cancelled": "quiet"}
OF_ALL = by_name(*SHARED)


def names_of(model):
    """The names of the contacts that a project is for: whoever sees it sees these."""
    theirs = model.objects.filter(project_links__project=OuterRef("pk"))
    return ArraySubquery(theirs.order_by("plain", "pk").values("name"))


def deals_for(user):
    """The titles of the deals from which a project follows, as far as ``user`` sees them."""
    seen = Deal.objects.visible_to(user).filter(project_links__project=OuterRef("pk"))
    return ArraySubquery(seen.order_by("plain", "pk").values("title"))


def status_of(project):
    """How it ended stands out; that it is open goes without saying."""
    word = project.Status(project.status).label
    if project.is_open:
        return Tagged(word)
    return Tagged(tag=word, tone=TONES[project.status], icon=ICONS[project.status])


def end_of(project):
    """The last day, which stands out once it is over and the project is not."""
    if project.ends_on is None:
        return None
    return Deadline(project.ends_on, project.is_overdue(timezone.localdate()))


def dialog_of_phase(project):
    """What ended or is put away stays where it is."""
    return "move/" if project.is_open and not project.is_archived else ""


PHASE = Column(
    "phase",
    _("Phase"),
    "word",
    lambda project: project.phase,
    order=Order("phase_place", F("phase__position"), is_indexed=False),
    asks=dialog_of_phase,
    joins=("phase",),
    is_on_phones=True,
)
STATUS = Column("status", _("Status"), "tagged", status_of, order=Order("status", is_indexed=False))
START = Column(
    "start",
    pgettext_lazy("of a project", "Start"),
    "day",
    lambda project: project.starts_on,
    order=Order("starts_on", is_nullable=True, is_indexed=False),
    edits=("starts_on",),
)
END = Column(
    "end",
    pgettext_lazy("of a project", "End"),
    "deadline",
    end_of,
    order=Order("ends_on", is_nullable=True),
    edits=("ends_on",),
    is_on_phones=True,
)
DEALS = Column(
    "deals",
    _("Deals"),
    "names",
    lambda project: project.deal_titles,
    finds=(("deal_titles", deals_for),),
)
PEOPLE = Column(
    "people",
    _("People"),
    "names",
    lambda project: project.people_names,
    finds=(("people_names", names_of(Person)),),
)
ORGANIZATIONS = Column(
    "organizations",
    _("Organizations"),
    "names",
    lambda project: project.organization_names,
    finds=(("organization_names", names_of(Organization)),),
)
ENTERED = Column(
    "entered",
    _("In the phase since"),
    "ago",
    lambda project: project.phase_entered_at,
    order=Order("phase_entered_at", is_indexed=False),
)
ENDED = Column(
    "ended",
    _("Ended"),
    "ago",
    lambda project: project.ended_at,
    order=Order("ended_at", is_nullable=True, starts_down=True, is_indexed=False),
)
COLUMNS = by_name(
    TITLE,
    PHASE,
    NEXT_STEP,
    OF_ALL["labels"],
    ORGANIZATIONS,
    PEOPLE,
    DEALS,
    START,
    END,
    OF_ALL["owner"],
    OF_ALL["visibility"],
    STATUS,
    ENTERED,
    ENDED,
    OF_ALL["created"],
    OF_ALL["updated"],
)


def columns(fields: Mapping[str, list[Field]] | None = None) -> Mapping[str, Column]:
    """Every column that one can choose for a list of projects, by its name.

    ``fields`` are all custom fields by what has them, where they were read before.
    """
    own = (fields or fields_by_of())[Field.Of.PROJECT]
    return COLUMNS | by_name(*(custom_column(field, _("More fields")) for field in own))
