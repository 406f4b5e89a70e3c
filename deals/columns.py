"""The columns of deals alone: where they stand, what they may bring, how they ended."""

from django.db.models import DecimalField, F, Func
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from deals.weighing import CHANCE_OF, WEIGHTED_VALUE
from lists.columns import Column, Tagged
from lists.sorting import Order
from opportunities.columns import NEXT_STEP, OF_ORGANIZATION, OF_PERSON, SHARED, TITLE, by_name

# How long since the last news, at no moment in particular: pages follow one another.
IDLENESS = Func(
    F("idle_since"),
    template="(-EXTRACT(EPOCH FROM %(expressions)s))",
    output_field=DecimalField(max_digits=20, decimal_places=6),
)
ICONS = {"won": "trophy", "lost": "circle-x"}
TONES = {"stale": "warn", "rotten": "rot"}


def status_of(deal):
    """How it ended stands out; that it is open goes without saying."""
    word = deal.Status(deal.status).label
    if deal.is_open:
        return Tagged(word)
    return Tagged(tag=word, tone=deal.status, icon=ICONS[deal.status])


def idleness_of(deal):
    """The days without news of an open deal, which stand out when it dries out."""
    if not deal.is_open:
        return None
    now = timezone.now()
    days = deal.idle_days(now)
    told = ngettext("%(days)s day", "%(days)s days", days) % {"days": days}
    rot = deal.rot(now, timezone.localdate())
    if rot is None:
        return Tagged(told)
    return Tagged(tag=told, tone=TONES[rot], icon="hourglass")


def dialog_of_stage(deal):
    """What is closed or put away stays where it is."""
    return "move/" if deal.is_open and not deal.is_archived else ""


PIPELINE = Column(
    "pipeline",
    _("Pipeline"),
    "word",
    lambda deal: deal.stage.pipeline,
    order=Order("pipeline_place", F("stage__pipeline__position"), is_indexed=False),
    joins=("stage__pipeline",),
)
STAGE = Column(
    "stage",
    _("Stage"),
    "word",
    lambda deal: deal.stage,
    # A pipeline after the other, each in the order of its stages.
    order=Order(
        "stage_place",
        F("stage__pipeline__position") * 1_000_000 + F("stage__position"),
        is_indexed=False,
    ),
    asks=dialog_of_stage,
    joins=("stage",),
)
STATUS = Column("status", _("Status"), "tagged", status_of, order=Order("status", is_indexed=False))
CHANCE = Column(
    "chance",
    _("Chance"),
    "percent",
    lambda deal: deal.chance,
    order=Order("chance_of", CHANCE_OF, starts_down=True, is_indexed=False),
    edits=("probability",),
    joins=("stage",),
)
WEIGHTED = Column(
    "weighted",
    _("Weighted value"),
    "money",
    lambda deal: (deal.weighted_value, deal.currency),
    order=Order(
        "weighted_value_of", WEIGHTED_VALUE, is_nullable=True, starts_down=True, is_indexed=False
    ),
    joins=("stage",),
)
ENTERED = Column(
    "entered",
    _("In the stage since"),
    "ago",
    lambda deal: deal.stage_entered_at,
    order=Order("stage_entered_at", is_indexed=False),
)
IDLE = Column(
    "idle",
    _("No news for"),
    "tagged",
    idleness_of,
    order=Order("idleness", IDLENESS, starts_down=True, is_indexed=False),
    joins=("stage",),
)
WON = Column(
    "won",
    _("Won"),
    "ago",
    lambda deal: deal.won_at,
    order=Order("won_at", is_nullable=True, starts_down=True),
)
FIRST_WON = Column(
    "first-won",
    _("First won"),
    "ago",
    lambda deal: deal.first_won_at,
    order=Order("first_won_at", is_nullable=True, starts_down=True, is_indexed=False),
)
LOST = Column(
    "lost",
    _("Lost"),
    "ago",
    lambda deal: deal.lost_at,
    order=Order("lost_at", is_nullable=True, starts_down=True),
)
REASON = Column(
    "reason",
    _("Lost reason"),
    "word",
    lambda deal: deal.lost_reason,
    order=Order("reason_name", F("lost_reason__name"), is_nullable=True, is_indexed=False),
    joins=("lost_reason",),
)
COMMENT = Column("comment", _("Comment on the loss"), "text", lambda deal: deal.lost_comment)
COLUMNS = by_name(
    TITLE,
    STAGE,
    NEXT_STEP,
    *SHARED,
    PIPELINE,
    STATUS,
    CHANCE,
    WEIGHTED,
    ENTERED,
    IDLE,
    WON,
    FIRST_WON,
    LOST,
    REASON,
    COMMENT,
    *OF_PERSON,
    *OF_ORGANIZATION,
)
