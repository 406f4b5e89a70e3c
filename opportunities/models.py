"""Opportunity, the abstract model of what a lead and a deal have in common."""

from collections.abc import Iterable

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Owned, OwnedQuerySet, User
from core.constraints import Unchanging
from core.models import LiveManager, plain_column
from core.money import CURRENCIES, AmountField, CurrencyField
from core.validators import validate_line
from custom_fields.models import CustomValues, Field


class OpportunityQuerySet(OwnedQuerySet):
    def recently_deleted(self):
        """What people deleted, as opposed to what lives on in another form."""
        return self.deleted().filter(is_replaced=False)

    def archived(self):
        return self.filter(archived_at__isnull=False)

    def not_archived(self):
        return self.filter(archived_at=None)

    def lacking(self, fields: Iterable[Field]):
        """Those that say nothing in one or more of the custom ``fields``."""
        return self.exclude(custom__has_keys=[str(field.pk) for field in fields])


class Opportunity(Owned, CustomValues):
    """A possible sale, qualified or not, linked to a person, an organization or both.

    Conversion carries *the fields of this model*: a field added here travels with a lead into its
    deal and back, without a word elsewhere.
    """

    class Origin(models.TextChoices):
        """The door through which a record came in. It never changes."""

        MANUAL = "manual", _("Added by hand")
        IMPORT = "import", _("Import")
        WEB_FORM = "web_form", _("Web form")
        CHATBOT = "chatbot", _("Chatbot")
        LIVE_CHAT = "live_chat", _("Live chat")
        PROSPECTOR = "prospector", _("Prospector")
        API = "api", _("API")

    custom_of = Field.Of.OPPORTUNITY
    # The columns of one kind alone that people write: among its facts, beside those of this model.
    ALSO_SAID: tuple[str, ...] = ()
    # Fields that one rule of the database speaks of: a change of one is checked with the other.
    BOUND_TOGETHER = ({"person", "organization"}, {"value", "currency"})

    title = models.CharField(_("title"), max_length=200, validators=[validate_line])
    person = models.ForeignKey(
        "contacts.Person",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="%(class)ss",
        verbose_name=_("person"),
    )
    organization = models.ForeignKey(
        "contacts.Organization",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="%(class)ss",
        verbose_name=_("organization"),
    )
    value = AmountField(_("value"), null=True, blank=True)
    currency = CurrencyField(
        _("currency"), blank=True, choices=[(code, code) for code in CURRENCIES]
    )
    expected_close_on = models.DateField(_("expected close"), null=True, blank=True)
    labels = models.ManyToManyField(
        "labels.Label", blank=True, related_name="%(class)ss", verbose_name=_("labels")
    )
    followers = models.ManyToManyField(
        User, blank=True, related_name="followed_%(class)ss", verbose_name=_("followers")
    )
    next_activity_on = models.DateField(
        _("next activity"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("The day of the earliest undone activity, written by the activities."),
    )
    origin = models.CharField(
        _("origin"), max_length=10, choices=Origin, default=Origin.MANUAL, editable=False
    )
    origin_id = models.CharField(_("origin id"), max_length=80, blank=True, editable=False)
    channel = models.ForeignKey(
        "labels.Channel",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="%(class)ss",
        verbose_name=_("channel"),
    )
    campaign = models.CharField(
        _("campaign"),
        max_length=80,
        blank=True,
        validators=[validate_line],
        help_text=_("What exactly in this channel: a campaign, an event, an advertisement."),
    )

    # Whether it is put away, and whether it is set aside because it lives on in another form,
    # concern the row and not the sale: conversion does not carry them (see ``carried_fields``).
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True, editable=False)
    archived_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    is_replaced = models.BooleanField(default=False, editable=False)

    plain = plain_column("title")

    objects = LiveManager.from_queryset(OpportunityQuerySet)()
    everything = OpportunityQuerySet.as_manager()

    NOT_CARRIED = frozenset(
        (
            "archived_at",
            "archived_by",
            "is_replaced",
            "deleted_at",
            "deleted_by",
            "plain",
            "updated_at",
        )
    )

    class Meta(Owned.Meta):
        abstract = True
        constraints = [
            *CustomValues.Meta.constraints,
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_linked",
                condition=Q(person__isnull=False) | Q(organization__isnull=False),
                violation_error_message=_("Choose a person, an organization or both."),
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_value_with_currency",
                condition=Q(value=None, currency="") | (Q(value__isnull=False) & ~Q(currency="")),
                violation_error_message=_("A value and its currency go together."),
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_value_not_negative",
                condition=Q(value=None) | Q(value__gte=0),
                violation_error_message=_("A value cannot be negative."),
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_archived_by_iff_archived",
                condition=Q(archived_at=None, archived_by=None)
                | Q(archived_at__isnull=False, archived_by__isnull=False),
                violation_error_message=_("An archived record names who archived it."),
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_replaced_is_set_aside",
                condition=Q(is_replaced=False) | Q(deleted_at__isnull=False),
                violation_error_message=_("What lives on in another form is set aside here."),
            ),
            # Conversion writes it over a record that comes back: the same, so that it passes.
            Unchanging(
                name="%(app_label)s_%(class)s_origin_stays",
                fields=["origin", "origin_id"],
                violation_error_message=_("The source of a lead or a deal never changes."),
            ),
        ]

    def __str__(self):
        return self.title

    def lacks(self, fields: Iterable[Field]) -> list[Field]:
        """Those of the custom ``fields`` in which it says nothing; for rows, ``lacking``."""
        return [field for field in fields if str(field.pk) not in self.custom]

    @classmethod
    def carried_fields(cls):
        """The columns that conversion carries: every field of this model but those of the row
        itself.
        """
        return [
            field
            for field in Opportunity._meta.get_fields()
            if field.concrete and not field.many_to_many and field.name not in cls.NOT_CARRIED
        ]

    @classmethod
    def carried_sets(cls):
        """The many-to-many fields that conversion carries."""
        return list(Opportunity._meta.many_to_many)

    @property
    def is_archived(self):
        return self.archived_at is not None
