"""Field and Option: what a company adds to its records; CustomValues: where the values stand."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Func, Q
from django.db.models.functions import Lower
from django.db.models.lookups import Exact
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from core.models import LIVE, LiveManager, SetAside, SetAsideQuerySet
from core.validators import validate_line
from custom_fields.kinds import CALCULATED, KINDS, Kind

PREFIX = "custom_"
IS_CALCULATED = Q(kind=CALCULATED.name)


class FieldQuerySet(SetAsideQuerySet):
    def in_order(self):
        return self.order_by("position", "pk")

    def filled_in(self):
        """Those that people fill in: a calculated one is not for forms, nor for any other door."""
        return self.exclude(IS_CALCULATED)


class Field(SetAside):
    """One thing that a company wants to know of each lead and deal, person or organization.

    ``key`` is its one name in forms, in what services take, in addresses and in the history. What
    its values may be says its ``kind``, for good: values of another kind would not fit.
    """

    class Of(models.TextChoices):
        """What has the field. Leads and deals share theirs: conversion carries the values."""

        OPPORTUNITY = "opportunity", _("Leads and deals")
        PERSON = "person", _("People")
        ORGANIZATION = "organization", _("Organizations")
        PRODUCT = "product", _("Products")
        PROJECT = "project", _("Projects")

    of = models.CharField(_("of"), max_length=12, choices=Of)
    kind = models.CharField(_("kind"), max_length=20)
    name = models.CharField(_("name"), max_length=60, validators=[validate_line])
    help_text = models.CharField(_("help"), max_length=300, blank=True, validators=[validate_line])
    group = models.CharField(
        _("group"),
        max_length=60,
        blank=True,
        validators=[validate_line],
        help_text=_("A heading under which fields stand together. Empty: none."),
    )
    position = models.PositiveIntegerField(_("position"), default=0, editable=False)
    is_required = models.BooleanField(_("required"), default=False)
    formula = models.TextField(
        _("formula"),
        blank=True,
        default="",
        editable=False,
        help_text=_("Of a calculated field; it names other fields by their keys."),
    )
    digits = models.PositiveSmallIntegerField(
        _("decimals"),
        default=2,
        editable=False,
        validators=[MaxValueValidator(6)],
        help_text=_("To how many a calculated field is rounded."),
    )
    is_money = models.BooleanField(
        _("an amount of money"),
        default=False,
        editable=False,
        help_text=_("Whether a calculated field is an amount, in the currency of its deal."),
    )
    is_sortable = models.BooleanField(_("sortable"), default=False, editable=False)
    sortable_since = models.DateTimeField(
        _("sortable since"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Since when an index stands by which lists are sorted."),
    )

    objects = LiveManager.from_queryset(FieldQuerySet)()
    everything = FieldQuerySet.as_manager()

    class Meta(SetAside.Meta):
        verbose_name = _("custom field")
        verbose_name_plural = _("custom fields")
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                "of",
                condition=LIVE,
                name="custom_fields_field_name_once",
                violation_error_message=_("There is already a field with this name."),
            ),
            models.CheckConstraint(
                name="custom_fields_field_index_of_sortable",
                condition=Q(is_sortable=True) | Q(sortable_since=None),
                violation_error_message=_("Only a sortable field has an index."),
            ),
            models.CheckConstraint(
                name="custom_fields_field_formula_of_calculated",
                condition=(IS_CALCULATED & ~Q(formula="")) | (~IS_CALCULATED & Q(formula="")),
                violation_error_message=_("A calculated field has a formula, another one none."),
            ),
            models.CheckConstraint(
                name="custom_fields_field_calculated_of_opportunities",
                condition=~IS_CALCULATED
                | Q(of="opportunity", is_required=False, is_sortable=False),
                violation_error_message=_(
                    "Only deals have calculated fields, and nobody fills these in."
                ),
            ),
            models.CheckConstraint(
                name="custom_fields_field_digits",
                condition=Q(digits__lte=6),
                violation_error_message=_("At most six decimals, please."),
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def key(self) -> str:
        return f"{PREFIX}{self.pk}"

    @property
    def behaviour(self) -> Kind:
        """What its kind knows: how values are typed, kept, sorted."""
        return CALCULATED if self.is_calculated else KINDS[self.kind]

    @property
    def is_calculated(self) -> bool:
        return self.kind == CALCULATED.name

    @cached_property
    def inputs(self) -> dict[str, "Field"]:
        """What the formula of a calculated field may name, by key; ``fields_by_of`` and
        ``calculated_fields`` bring them along.
        """
        return {each.key: each for each in Field.objects.filter(of=self.of)}

    @cached_property
    def choices(self) -> list["Option"]:
        """Its options in their order, archived ones too; ``fields_of`` brings them along."""
        return list(self.options.in_order())

    @property
    def choices_in_use(self) -> list["Option"]:
        return [each for each in self.choices if each.archived_at is None]


class OptionQuerySet(models.QuerySet):
    def in_order(self):
        return self.order_by("position", "pk")


class Option(models.Model):
    """One of the answers to a field. Values name it by its number: renamed here is renamed
    everywhere.
    """

    field = models.ForeignKey(
        Field, models.CASCADE, related_name="options", verbose_name=_("field")
    )
    name = models.CharField(_("name"), max_length=80, validators=[validate_line])
    position = models.PositiveIntegerField(_("position"), default=0, editable=False)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True, editable=False)

    objects = OptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("option")
        verbose_name_plural = _("options")
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                "field",
                name="custom_fields_option_name_once",
                violation_error_message=_("There is already an option with this name."),
            ),
        ]

    def __str__(self):
        return self.name


class CustomValues(models.Model):
    """What a record says in the fields of its company: the field's number → the value as JSON.

    A field without a value has no entry. ``custom_of`` says which fields a model has, and
    ``has_calculated`` whether its records show the calculated ones among them.
    """

    custom = models.JSONField(_("custom fields"), default=dict, editable=False)

    custom_of: Field.Of
    has_calculated = False

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_custom_is_an_object",
                condition=Exact(
                    Func("custom", function="jsonb_typeof", output_field=models.TextField()),
                    models.Value("object"),
                ),
                violation_error_message=_("Custom values are kept by the number of their field."),
            ),
        ]
