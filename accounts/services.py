"""Users and teams come, change and go: invite, change, deactivate with a hand-over, reactivate."""

from django.apps import apps
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Owned, Team, User
from accounts.policies import may_administer, may_write, require
from accounts.signals import user_added, user_changed, user_deactivated, user_reactivated
from core.errors import Refused
from core.references import lock_row


class OwnAccount(Refused):
    """Nobody deactivates themself: they could not undo it."""


class LastAdmin(Refused):
    """Without an admin nobody could appoint one."""


class HeirNeeded(Refused):
    """What a user owns goes to a colleague who may work on it."""


class TeamHasMembers(Refused):
    """A team goes when its members have left it."""


@transaction.atomic
def add_user(user: User, *, by: User) -> User:
    """Save an unsaved ``user``, who has no password until they follow the link of a letter.

    Refused to everybody but admins; ``ValidationError`` when the e-mail address is taken.
    """
    require(may_administer(by))
    user.set_unusable_password()
    user.full_clean()
    user.save()
    user_added.send(User, user=user, by=by)
    return user


@transaction.atomic
def change_user(user: User, values: dict, *, by: User) -> User:
    """Set fields of ``user`` to ``values``: admins anybody's name, address, role and team.

    Refused: ``LastAdmin`` when nobody else would be an admin. Changing nothing tells nobody.
    """
    require(may_administer(by))
    user = lock_with_admins(user)
    changes = {
        name: (getattr(user, name), value)
        for name, value in values.items()
        if getattr(user, name) != value
    }
    if not changes:
        return user
    if user.is_admin and values.get("role", user.role) != User.Role.ADMIN:
        refuse_last_admin(user)
    for name, (_before, after) in changes.items():
        setattr(user, name, after)
    user.full_clean(exclude=["password"])
    user.save(update_fields=list(changes))
    user_changed.send(User, user=user, changes=changes, by=by)
    return user


@transaction.atomic
def change_profile(user: User, values: dict) -> None:
    """Set what ``user`` decides about themself: name, language, time zone, theme and the like."""
    for name, value in values.items():
        setattr(user, name, value)
    user.full_clean(exclude=["password"])
    user.save(update_fields=list(values))


@transaction.atomic
def deactivate_user(user: User, *, heir: User | None, by: User) -> int:
    """End ``user``'s sessions at once and give all they own to ``heir``; return how many records.

    What lies in *Recently deleted* goes along. Refused: ``OwnAccount`` for oneself, ``LastAdmin``,
    and ``HeirNeeded`` when the user owns something and ``heir`` is nobody who may own records.
    """
    require(may_administer(by))
    if user.pk == by.pk:
        raise OwnAccount(_("You cannot deactivate yourself. Ask another admin."))
    user = lock_with_admins(user)
    if not user.is_active:
        return 0
    if user.is_admin:
        refuse_last_admin(user)
    user.is_active = False
    user.save(update_fields=["is_active"])
    end_sessions(user)
    handed_over = hand_over(user, heir)
    user_deactivated.send(User, user=user, heir=heir, handed_over=handed_over, by=by)
    return len(handed_over)


@transaction.atomic
def reactivate_user(user: User, *, by: User) -> None:
    """Let ``user`` sign in again. What they owned stays with its new owners."""
    require(may_administer(by))
    if User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
        user.is_active = True
        user_reactivated.send(User, user=user, by=by)


def save_team(team: Team, *, by: User) -> Team:
    """Add or rename ``team``."""
    require(may_administer(by))
    team.full_clean()
    team.save()
    return team


@transaction.atomic
def remove_team(team: Team, *, by: User) -> None:
    """Remove ``team``; refused with ``TeamHasMembers`` while anybody, active or not, is on it."""
    require(may_administer(by))
    team = lock_row(team)
    members = team.members.count()
    if members:
        raise TeamHasMembers(
            ngettext(
                "“%(team)s” still has %(count)d member. Move them to another team first.",
                "“%(team)s” still has %(count)d members. Move them to another team first.",
                members,
            )
            % {"team": team, "count": members}
        )
    team.delete()


def owned_models() -> list:
    """Every kind of record that has an owner."""
    return [model for model in apps.get_models() if issubclass(model, Owned)]


def owned_count(user: User) -> int:
    """How many records ``user`` owns, those in *Recently deleted* included."""
    return sum(model.everything.filter(owner=user).count() for model in owned_models())


def lock_with_admins(user):
    """Lock ``user`` and all admins, in id order: two admins cannot each remove the other."""
    rows = User.objects.filter(role=User.Role.ADMIN, is_active=True) | User.objects.filter(
        pk=user.pk
    )
    locked = {each.pk: each for each in rows.order_by("pk").select_for_update(no_key=True)}
    return locked[user.pk]


def refuse_last_admin(user):
    admins = User.objects.filter(role=User.Role.ADMIN, is_active=True)
    if not admins.exclude(pk=user.pk).exists():
        raise LastAdmin(
            _("%(name)s is the only admin. Appoint another one first.") % {"name": user}
        )


def end_sessions(user):
    """Sessions do not say whose they are, so each is asked."""
    ended = [
        session.pk
        for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator()
        if session.get_decoded().get(SESSION_KEY) == str(user.pk)
    ]
    Session.objects.filter(pk__in=ended).delete()


def hand_over(user, heir):
    """Give every record of ``user`` to ``heir``; return the records as they were before."""
    handed_over = []
    for model in owned_models():
        rows = model.everything.filter(owner=user).order_by("pk")
        handed_over += rows.select_for_update(of=("self",), no_key=True)
    if handed_over and (heir is None or heir.pk == user.pk or not may_write(heir)):
        raise HeirNeeded(
            _("Choose a colleague who takes over what %(name)s owns.") % {"name": user}
        )
    at = timezone.now()
    for model in owned_models():
        model.everything.filter(owner=user).update(owner=heir, **model.stamps(at))
    return handed_over
