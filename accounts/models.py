"""Team, User and Visibility, and the one door to owned records: ``visible_to``."""

import zoneinfo

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from core.models import LiveManager, SetAside, SetAsideQuerySet, Timestamped
from core.money import CURRENCIES
from core.validators import validate_line


class Team(models.Model):
    """People who sell together and may see each other's records."""

    name = models.CharField(_("name"), max_length=80, unique=True, validators=[validate_line])

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")

    def __str__(self):
        return self.name


class UserQuerySet(models.QuerySet):
    def who_may_own(self):
        """Keep the users that records can be given to: they work here, and may write."""
        return self.filter(is_active=True).exclude(role__in=["", User.Role.READER])


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def create_user(self, email, password=None, **fields):
        """A user who signs in with ``email``; without a role they see nothing."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        """The first admin, as ``manage.py createsuperuser`` asks for it."""
        return self.create_user(email, password, **{"role": User.Role.ADMIN, **fields})

    def get_by_natural_key(self, email):
        return self.get(email=email.strip().lower())


def validate_time_zone(name):
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("Choose a time zone from the list."), code="time_zone")


class User(AbstractBaseUser):
    """Someone who works here, with one role, at most one team, and their preferences."""

    kind = "user"

    class Role(models.TextChoices):
        READER = "reader", _("Read only")
        REP = "rep", _("Sales rep")
        MANAGER = "manager", _("Manager")
        ADMIN = "admin", _("Admin")

    class Theme(models.TextChoices):
        SYSTEM = "system", _("Same as the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    email = models.EmailField(
        _("e-mail address"),
        unique=True,
        error_messages={"unique": _("Someone already signs in with this e-mail address.")},
    )
    name = models.CharField(_("name"), max_length=120, validators=[validate_line])
    role = models.CharField(_("role"), max_length=10, choices=Role, blank=True)
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, related_name="members", verbose_name=_("team")
    )
    language = models.CharField(
        _("language"), max_length=5, choices=settings.LANGUAGES, default="en"
    )
    time_zone = models.CharField(
        _("time zone"), max_length=60, default="Europe/Paris", validators=[validate_time_zone]
    )
    currency = models.CharField(
        _("currency"), max_length=3, default="EUR", choices=[(code, code) for code in CURRENCIES]
    )
    theme = models.CharField(_("theme"), max_length=6, choices=Theme, default=Theme.SYSTEM)
    has_shortcuts = models.BooleanField(
        _("keyboard shortcuts"),
        default=True,
        help_text=_(
            "Single keys act on lists and records. Switch them off if you dictate, or if keys are"
            " pressed by mistake; Ctrl K keeps working."
        ),
    )
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("joined"), auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects = UserManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.CheckConstraint(
                name="accounts_user_email_lower_case",
                condition=Q(email=Lower("email")),
                violation_error_message=_("Write the e-mail address in lower case."),
            ),
        ]

    def __str__(self):
        return self.name

    def clean(self):
        self.email = (self.email or "").strip().lower()

    def get_full_name(self):
        return self.name

    def get_short_name(self):
        return self.name.partition(" ")[0]

    @property
    def is_admin(self):
        return self.is_active and self.role == self.Role.ADMIN

    @property
    def is_manager(self):
        return self.is_active and self.role == self.Role.MANAGER

    # Django admin asks these questions; the role answers all of them.
    @property
    def is_staff(self):
        return self.is_admin

    @property
    def is_superuser(self):
        return self.is_admin

    def has_perm(self, perm, obj=None):
        return self.is_admin

    def has_perms(self, perm_list, obj=None):
        return self.is_admin

    def has_module_perms(self, app_label):
        return self.is_admin

    @cached_property
    def team_member_ids(self):
        """The ids of everybody on this user's team, this user included: one query, then
        remembered.
        """
        if self.team_id is None:
            return [self.pk]
        return list(User.objects.filter(team=self.team_id).values_list("pk", flat=True))


class Visibility(models.TextChoices):
    """Who besides the owner may see a record. The team is the owner's team."""

    OWNER = "owner", _("Owner")
    TEAM = "team", _("Owner's team")
    EVERYONE = "everyone", _("Everyone")


class OwnedQuerySet(SetAsideQuerySet):
    """The one door to owned records. Rights are sets; a question about one record asks the set."""

    def visible_to(self, user):
        """Keep the records ``user`` may see. Every view starts here.

        Owners see theirs, everybody what is for everyone, teammates what is for the team; a
        manager also sees all that the team owns, an admin everything, and a user without a role
        nothing.
        """
        if not user.is_active or not user.role:
            return self.none()
        if user.role == User.Role.ADMIN:
            return self
        shared = Q(visibility=Visibility.EVERYONE) | Q(owner=user)
        if user.role == User.Role.MANAGER:
            shared |= Q(owner__in=user.team_member_ids)
        elif user.team_id:
            shared |= Q(visibility=Visibility.TEAM, owner__in=user.team_member_ids)
        return self.filter(shared)

    def changeable_by(self, user):
        """Keep the records ``user`` may change: whatever they may see, unless they only read."""
        if user.role == User.Role.READER:
            return self.none()
        return self.visible_to(user)

    def deletable_by(self, user):
        """Keep the records ``user`` may delete or merge: their own, or the team's for a manager."""
        if not user.is_active or user.role in ("", User.Role.READER):
            return self.none()
        if user.role == User.Role.ADMIN:
            return self
        if user.role == User.Role.MANAGER:
            return self.filter(owner__in=user.team_member_ids)
        return self.filter(owner=user)

    def owned_by(self, user):
        return self.filter(owner=user)


class Owned(Timestamped, SetAside):
    """A record with an owner, who decides how far it can be seen."""

    owner = models.ForeignKey(
        User, models.PROTECT, related_name="%(class)ss", verbose_name=_("owner")
    )
    visibility = models.CharField(
        _("visible to"), max_length=8, choices=Visibility, default=Visibility.EVERYONE
    )
    created_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("created by"),
    )

    objects = LiveManager.from_queryset(OwnedQuerySet)()
    everything = OwnedQuerySet.as_manager()

    class Meta:
        abstract = True
        base_manager_name = "everything"

    @classmethod
    def stamps(cls, at):
        """The columns that tell, after any act on a record, when it was."""
        return {"updated_at": at}
