"""Pipeline and Stage: the ways a sale proceeds."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.references import referenced
from core.validators import validate_line
from custom_fields.models import Field


class PipelineQuerySet(models.QuerySet):
    def active(self):
        return self.filter(archived_at=None)

    def in_order(self):
        return self.order_by("position", "pk")


class Pipeline(models.Model):
    """One way of selling. Exactly one pipeline is the default."""

    name = models.CharField(_("name"), max_length=80, validators=[validate_line])
    position = models.PositiveIntegerField(_("position"), default=0)
    is_default = models.BooleanField(_("default pipeline"), default=False)
    lost_needs_reason = models.BooleanField(
        _("a lost deal needs a reason"),
        default=True,
        help_text=_("As long as there are lost reasons to choose from."),
    )
    won_starts_project = models.BooleanField(
        _("a won deal starts a project"),
        default=False,
        help_text=_("Unless a project follows from it already."),
    )
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True, editable=False)

    objects = PipelineQuerySet.as_manager()

    class Meta:
        verbose_name = _("pipeline")
        verbose_name_plural = _("pipelines")
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"],
                condition=Q(is_default=True),
                name="pipelines_pipeline_one_default",
                violation_error_message=_("Only one pipeline can be the default."),
            ),
            models.CheckConstraint(
                name="pipelines_pipeline_default_is_active",
                condition=Q(is_default=False) | Q(archived_at=None),
                violation_error_message=_("The default pipeline cannot be archived."),
            ),
        ]

    def __str__(self):
        return self.name


class StageQuerySet(models.QuerySet):
    def active(self):
        """Stages that deals may enter: neither they nor their pipeline are archived."""
        return self.filter(archived_at=None, pipeline__archived_at=None)

    def visited(self):
        """Those that any deal ever was in: they are archived, never removed."""
        return referenced(self, but="requirements")

    def in_order(self):
        return self.order_by("pipeline__position", "pipeline", "position", "pk")


class Stage(models.Model):
    """A step of a pipeline, with the chance of winning from here and the idle days it allows."""

    pipeline = models.ForeignKey(
        Pipeline, models.CASCADE, related_name="stages", verbose_name=_("pipeline")
    )
    name = models.CharField(_("name"), max_length=80, validators=[validate_line])
    position = models.PositiveIntegerField(_("position"), default=0)
    probability = models.PositiveSmallIntegerField(
        _("probability"),
        default=100,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text=_("Chance of winning a deal in this stage, in percent."),
    )
    rotting_days = models.PositiveSmallIntegerField(
        _("rots after"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Days without any news until a deal counts as rotting. Empty: never."),
    )
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True, editable=False)

    objects = StageQuerySet.as_manager()

    class Meta:
        verbose_name = _("stage")
        verbose_name_plural = _("stages")
        constraints = [
            models.CheckConstraint(
                name="pipelines_stage_probability_is_percent",
                condition=Q(probability__lte=100),
                violation_error_message=_("A probability lies between 0 and 100 percent."),
            ),
            models.CheckConstraint(
                name="pipelines_stage_rots_after_a_day",
                condition=Q(rotting_days=None) | Q(rotting_days__gte=1),
                violation_error_message=_("A deal can rot after one day at the earliest."),
            ),
        ]
        indexes = [models.Index(fields=["pipeline", "position"], name="pipelines_stage_order")]

    def __str__(self):
        return self.name


class RequirementQuerySet(models.QuerySet):
    def standing(self):
        """Those whose field is there: a deleted one asks nothing until it is restored."""
        return self.filter(field__deleted_at=None)


class Requirement(models.Model):
    """A custom field that a deal needs: to enter a stage, or every one, to be won, to be lost."""

    class Moment(models.TextChoices):
        ENTER = "enter", _("Entering a stage")
        WON = "won", _("Winning")
        LOST = "lost", _("Losing")

    pipeline = models.ForeignKey(
        Pipeline, models.CASCADE, related_name="requirements", verbose_name=_("pipeline")
    )
    stage = models.ForeignKey(
        Stage,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="requirements",
        verbose_name=_("stage"),
        help_text=_("Empty: every stage of the pipeline."),
    )
    field = models.ForeignKey(
        Field, models.CASCADE, related_name="requirements", verbose_name=_("field")
    )
    moment = models.CharField(_("moment"), max_length=5, choices=Moment)

    objects = RequirementQuerySet.as_manager()

    class Meta:
        verbose_name = _("requirement")
        verbose_name_plural = _("requirements")
        constraints = [
            models.UniqueConstraint(
                fields=["pipeline", "stage", "field", "moment"],
                nulls_distinct=False,
                name="pipelines_requirement_once",
                violation_error_message=_("This is required already."),
            ),
            models.CheckConstraint(
                name="pipelines_requirement_stage_is_entered",
                condition=Q(stage=None) | Q(moment="enter"),
                violation_error_message=_("A deal is won and lost in whatever stage it stands."),
            ),
        ]

    def __str__(self):
        return f"{self.field_id} {self.moment}"
