"""Person, with e-mail addresses and phone numbers, and Organization: whom we sell to."""

import re

from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Lower, Reverse, Trim
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Owned, OwnedQuerySet
from contacts.domains import Domain
from core.models import LIVE, LiveManager, plain_column, words_index
from core.validators import validate_line, validate_text
from custom_fields.models import CustomValues, Field

DOMAIN = re.compile(r"[\w-]+(\.[\w-]+)+(:\d+)?(/\S*)?")


class ContactQuerySet(OwnedQuerySet):
    def by_name(self):
        return self.order_by("plain", "pk")


class Organization(Owned, CustomValues):
    """A company, an administration, a club: whoever a person works for."""

    kind = "organization"
    custom_of = Field.Of.ORGANIZATION

    name = models.CharField(_("name"), max_length=200, validators=[validate_line])
    website = models.CharField(_("website"), max_length=200, blank=True, validators=[validate_line])
    address = models.TextField(_("address"), max_length=500, blank=True, validators=[validate_text])
    labels = models.ManyToManyField(
        "labels.Label", blank=True, related_name="organizations", verbose_name=_("labels")
    )
    plain = plain_column("name")
    # By its own domain it is recognised, however its name is told.
    domain = models.GeneratedField(
        expression=Domain("website"), output_field=models.TextField(), db_persist=True
    )

    objects = LiveManager.from_queryset(ContactQuerySet)()
    everything = ContactQuerySet.as_manager()

    class Meta(Owned.Meta):
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")
        constraints = CustomValues.Meta.constraints
        indexes = [
            models.Index(fields=["plain", "id"], condition=LIVE, name="contacts_organization_name"),
            models.Index(fields=["owner"], name="contacts_organization_owner"),
            models.Index(
                fields=["domain"],
                condition=LIVE & Q(domain__isnull=False),
                name="contacts_organization_domain",
            ),
            words_index("contacts_organization_words"),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("contacts:organization", args=[self.pk])

    @property
    def website_url(self):
        """Where a link leads; nothing for what is not a web address, a script above all."""
        if self.website.startswith(("https://", "http://")):
            return self.website
        return f"https://{self.website}" if DOMAIN.fullmatch(self.website) else ""


class Person(Owned, CustomValues):
    """Someone we talk to, with any number of e-mail addresses and phone numbers."""

    kind = "person"
    custom_of = Field.Of.PERSON

    name = models.CharField(_("name"), max_length=200, validators=[validate_line])
    job_title = models.CharField(
        _("job title"), max_length=120, blank=True, validators=[validate_line]
    )
    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
        verbose_name=_("organization"),
    )
    labels = models.ManyToManyField(
        "labels.Label", blank=True, related_name="people", verbose_name=_("labels")
    )
    owner = models.ForeignKey(
        "accounts.User", models.PROTECT, related_name="people", verbose_name=_("owner")
    )
    plain = plain_column("name")

    objects = LiveManager.from_queryset(ContactQuerySet)()
    everything = ContactQuerySet.as_manager()

    class Meta(Owned.Meta):
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = CustomValues.Meta.constraints
        indexes = [
            models.Index(fields=["plain", "id"], condition=LIVE, name="contacts_person_name"),
            models.Index(fields=["owner"], name="contacts_person_owner"),
            words_index("contacts_person_words"),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("contacts:person", args=[self.pk])


class Reach(models.Model):
    """One way to reach a person: of a kind, and at most one of them the primary one."""

    class Kind(models.TextChoices):
        WORK = "work", _("work")
        HOME = "home", _("home")
        MOBILE = "mobile", _("mobile")
        OTHER = "other", _("other")

    kind = models.CharField(_("kind"), max_length=6, choices=Kind, default=Kind.WORK)
    is_primary = models.BooleanField(_("primary"), default=False)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(is_primary=True),
                name="%(app_label)s_%(class)s_one_primary",
                violation_error_message=_("Only one can be the primary one."),
            ),
        ]


class EmailAddress(Reach):
    """An e-mail address of a person, as typed and in the form in which addresses are compared."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="email_addresses")
    address = models.EmailField(_("e-mail address"))
    normalized = models.GeneratedField(
        expression=Lower(Trim("address")), output_field=models.TextField(), db_persist=True
    )

    class Meta(Reach.Meta):
        verbose_name = _("e-mail address")
        verbose_name_plural = _("e-mail addresses")
        indexes = [models.Index(fields=["normalized"], name="contacts_email_normalized")]

    def __str__(self):
        return self.address


class PhoneNumber(Reach):
    """A phone number of a person, as typed and as its digits alone."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="phone_numbers")
    number = models.CharField(_("phone number"), max_length=40, validators=[validate_line])
    digits = models.GeneratedField(
        expression=Func(
            F("number"), Value(r"\D"), Value(""), Value("g"), function="regexp_replace"
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    class Meta(Reach.Meta):
        verbose_name = _("phone number")
        verbose_name_plural = _("phone numbers")
        indexes = [
            models.Index(fields=["digits"], name="contacts_phone_digits"),
            # People are found by how a number ends, which turned round is how it begins.
            models.Index(Reverse("digits"), name="contacts_phone_end"),
        ]

    def __str__(self):
        return self.number

    @property
    def dialled(self):
        """What a phone dials: the digits, with the plus of a foreign number."""
        plus = "+" if self.number.lstrip().startswith("+") else ""
        return plus + "".join(each for each in self.number if each in "0123456789*#")
