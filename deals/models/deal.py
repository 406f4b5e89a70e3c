"""Deal, a sale under way, and the questions asked of many."""

from datetime import timedelta
from decimal import Decimal
from functools import reduce
from operator import or_

from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import ExpressionWrapper, F, Q, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import LiveManager, User, Visibility
from core.models import LIVE, words_index
from core.money import CURRENCIES, CurrencyField
from core.ordering import RankField
from core.validators import validate_line
from deals.models.reasons import LostReason
from opportunities.models import Opportunity, OpportunityQuerySet
from pipelines.models import Stage


def before(at, days):
    """The moment that many ``days``, an expression, before ``at``."""
    span = ExpressionWrapper(Value(timedelta(days=1)) * days, models.DurationField())
    return ExpressionWrapper(Value(at) - span, models.DateTimeField())


ON_BOARD = Q(archived_at=None, status="open")


class DealQuerySet(OpportunityQuerySet):
    def open(self):
        return self.filter(status=Deal.Status.OPEN)

    def closed(self):
        return self.exclude(status=Deal.Status.OPEN)

    def on_board(self):
        """Open deals that are not put away, as a board's columns hold them."""
        return self.open().not_archived()

    def rotting(self, words, at, today):
        """Keep those of which ``rot`` says one of ``words`` at this moment."""
        limit = F("stage__rotting_days")
        nearly = (limit * 7 + 9) / 10  # 70 % in whole days, rounded up
        is_over, is_nearly_over = (Q(idle_since__lte=before(at, days)) for days in (limit, nearly))
        told = {"rotten": is_over, "stale": is_nearly_over & ~is_over}
        is_told = reduce(or_, (told[word] for word in words))
        return self.open().exclude(next_activity_on__gt=today).filter(is_told)

    def for_table(self):
        """Fetch all that a row of the list shows, and nothing else."""
        return self.select_related(
            "stage__pipeline", "person", "organization", "owner"
        ).prefetch_related("labels")

    def for_page(self):
        """Fetch all that a deal's own page shows of its row."""
        return self.select_related(
            "stage__pipeline",
            "person",
            "organization",
            "owner",
            "channel",
            "lost_reason",
            "won_by",
            "lost_by",
            "archived_by",
            "created_by",
        )


def board_index(name, *order, holds=()):
    """The open deals of each stage in an ``order`` (see ``deals.orders``). Who may see a deal is
    read from it too: whoever sees few of many is not made to wait.
    """
    return models.Index(
        fields=["stage", *order],
        include=[*holds, "owner", "visibility"],
        condition=LIVE & ON_BOARD,
        name=name,
    )


class Deal(Opportunity):
    """A sale under way: it moves through the stages of a pipeline until won or lost."""

    kind = "deal"
    has_calculated = True
    ALSO_SAID = ("probability",)

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        WON = "won", _("Won")
        LOST = "lost", _("Lost")

    stage = models.ForeignKey(Stage, models.PROTECT, related_name="deals", verbose_name=_("stage"))
    position = RankField(editable=False)
    stage_entered_at = models.DateTimeField(default=timezone.now, editable=False)
    idle_since = models.DateTimeField(
        default=timezone.now,
        editable=False,
        help_text=_("The last time anything happened: a move, an edit, a note, an activity done."),
    )
    probability = models.PositiveSmallIntegerField(
        _("probability"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(100)],
        help_text=_("In percent. Empty: the probability of the stage."),
    )
    status = models.CharField(
        _("status"), max_length=4, choices=Status, default=Status.OPEN, editable=False
    )
    won_at = models.DateTimeField(_("won"), null=True, blank=True, editable=False)
    won_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("won by"),
    )
    first_won_at = models.DateTimeField(_("first won"), null=True, blank=True, editable=False)
    lost_at = models.DateTimeField(_("lost"), null=True, blank=True, editable=False)
    lost_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("lost by"),
    )
    lost_reason = models.ForeignKey(
        LostReason,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="deals",
        verbose_name=_("lost reason"),
    )
    lost_comment = models.CharField(
        _("comment"), max_length=500, blank=True, editable=False, validators=[validate_line]
    )

    # What its lines have in common; conversion leaves these columns as they are, but for the first.
    is_summed = models.BooleanField(
        _("value follows the products"),
        default=False,
        db_default=False,
        editable=False,
        help_text=_("Its value is what its products come to; otherwise it was typed."),
    )
    lines_currency = CurrencyField(
        _("currency of the products"),
        blank=True,
        default="",
        db_default="",
        editable=False,
        choices=[(code, code) for code in CURRENCIES],
    )
    tax_is_included = models.BooleanField(
        _("prices include tax"), default=False, db_default=False, editable=False
    )

    objects = LiveManager.from_queryset(DealQuerySet)()
    everything = DealQuerySet.as_manager()

    class Meta(Opportunity.Meta):
        verbose_name = _("deal")
        verbose_name_plural = _("deals")
        constraints = [
            *Opportunity.Meta.constraints,
            models.CheckConstraint(
                name="deals_deal_probability_is_percent",
                condition=Q(probability=None) | Q(probability__lte=100),
                violation_error_message=_("A probability lies between 0 and 100 percent."),
            ),
            models.CheckConstraint(
                name="deals_deal_won_at_iff_won",
                condition=Q(status="won", won_at__isnull=False, won_by__isnull=False)
                | (~Q(status="won") & Q(won_at=None, won_by=None)),
                violation_error_message=_("A won deal says when and by whom; no other deal does."),
            ),
            models.CheckConstraint(
                name="deals_deal_lost_at_iff_lost",
                condition=Q(status="lost", lost_at__isnull=False, lost_by__isnull=False)
                | (
                    ~Q(status="lost")
                    & Q(lost_at=None, lost_by=None, lost_reason=None, lost_comment="")
                ),
                violation_error_message=_("A lost deal says when, by whom and why; no other does."),
            ),
            models.CheckConstraint(
                name="deals_deal_sum_in_the_currency_of_its_lines",
                condition=Q(is_summed=False)
                | (Q(value__isnull=False, currency=F("lines_currency")) & ~Q(lines_currency="")),
                violation_error_message=_(
                    "A value that follows its products is in their currency."
                ),
            ),
        ]
        indexes = [
            # The columns of the board in each of its orders; their heads are summed from the second
            # index alone.
            board_index("deals_board", "position", "id"),
            board_index(
                "deals_board_next",
                "next_activity_on",
                "-id",
                holds=("currency", "value", "probability"),
            ),
            board_index("deals_board_value", "-value", "-id"),
            board_index("deals_board_close", "expected_close_on", "-id"),
            board_index("deals_board_age", "stage_entered_at", "id"),
            # The months of the forecast, each in its order, and summed from the indexes alone.
            models.Index(
                fields=["expected_close_on", "id"],
                include=["stage", "currency", "value", "probability", "owner", "visibility"],
                condition=LIVE & ON_BOARD,
                name="deals_forecast",
            ),
            models.Index(
                fields=["won_at", "id"],
                include=["stage", "currency", "value", "owner", "visibility"],
                condition=LIVE & Q(archived_at=None, status="won"),
                name="deals_won",
            ),
            # The list walks along the first; the second holds all that its count and its sums ask
            # for, so that a rep who sees few of many deals is counted from the index alone.
            models.Index(
                fields=["next_activity_on", "-id"],
                condition=LIVE & ON_BOARD,
                name="deals_next_step",
            ),
            models.Index(
                fields=["owner", "next_activity_on", "-id"],
                include=["visibility", "currency", "value"],
                condition=LIVE & ON_BOARD,
                name="deals_open_owner",
            ),
            models.Index(
                fields=["status", "-id"],
                include=["owner", "visibility", "currency", "value"],
                condition=LIVE & Q(archived_at=None),
                name="deals_list",
            ),
            # What everyone may see: beside the index over owners, it lets the database gather the
            # deals of a rep who sees few of many, instead of walking past all the others.
            models.Index(
                fields=["id"],
                condition=LIVE & Q(visibility=Visibility.EVERYONE),
                name="deals_shared",
            ),
            models.Index(fields=["owner", "-id"], condition=LIVE, name="deals_owner"),
            models.Index(
                fields=["-lost_at", "-id"],
                condition=LIVE & Q(archived_at=None, status="lost"),
                name="deals_lost",
            ),
            models.Index(
                fields=["-archived_at", "-id"],
                condition=LIVE & Q(archived_at__isnull=False),
                name="deals_archive",
            ),
            models.Index(
                fields=["idle_since", "-id"], condition=LIVE & ON_BOARD, name="deals_idle"
            ),
            # The order in which people read each first; the other one sorts ties as it goes.
            models.Index(fields=["plain", "-id"], condition=LIVE, name="deals_title"),
            models.Index(fields=["created_at", "id"], condition=LIVE, name="deals_created"),
            models.Index(fields=["updated_at", "id"], condition=LIVE, name="deals_updated"),
            models.Index(fields=["value", "id"], condition=LIVE, name="deals_value"),
            models.Index(fields=["expected_close_on", "-id"], condition=LIVE, name="deals_close"),
            models.Index(
                fields=["-deleted_at", "-id"],
                condition=Q(deleted_at__isnull=False),
                name="deals_deleted",
            ),
            words_index("deals_words"),
            GinIndex(fields=["custom"], name="deals_custom", opclasses=["jsonb_path_ops"]),
        ]

    def get_absolute_url(self):
        return reverse("deals:detail", args=[self.pk])

    @property
    def is_open(self):
        return self.status == self.Status.OPEN

    @property
    def chance(self):
        """The chance of winning in percent: the deal's own, else its stage's."""
        return self.stage.probability if self.probability is None else self.probability

    @property
    def weighted_value(self):
        """Value × chance of winning; ``None`` without a value."""
        return None if self.value is None else self.value * Decimal(self.chance) / 100

    @classmethod
    def stamps(cls, at):
        """Whatever is done to a deal is news of it."""
        return super().stamps(at) | {"idle_since": at}

    def idle_days(self, at):
        """Whole days without any news at the moment ``at``."""
        return max(0, (at - self.idle_since).days)

    def rot(self, at, today):
        """How far an open deal has dried out: ``None``, ``"stale"`` from 70 % of the days, or
        ``"rotten"``.

        A next activity on a day to come keeps a deal fresh, one of today or before does not; and
        closed deals never rot. ``rotting`` asks the same of rows.
        """
        limit = self.stage.rotting_days
        if not limit or not self.is_open or (self.next_activity_on or today) > today:
            return None
        days = self.idle_days(at)
        return "rotten" if days >= limit else "stale" if 10 * days >= 7 * limit else None
