"""Followers: users who are told what others do to a lead or a deal."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policies import lock, may_look
from core.errors import Refused
from history.models import Operation
from history.services import begin, changed, record
from opportunities.models import Opportunity


class CannotSee(Refused):
    """Nobody is told about what they may not see."""


@transaction.atomic
def follow(opportunity: Opportunity, user: User, *, by: User) -> Operation | None:
    """Let ``user`` follow the record. Who follows it already goes on, and nothing is recorded.

    Refused: ``Missing``, ``NotAllowed``, and ``CannotSee`` when ``user`` may not see the record.
    """
    [locked] = lock([opportunity], by=by)
    if not may_see(user, locked):
        raise CannotSee(
            _("%(name)s cannot see “%(title)s”.") % {"name": user, "title": locked},
            records=[locked],
        )
    if locked.followers.filter(pk=user.pk).exists():
        return None
    locked.followers.add(user)
    operation, _new = begin(f"{locked.kind}.followed", by=by)
    record(operation, [locked], changes={"followers": changed([], [user])})
    return operation


@transaction.atomic
def unfollow(opportunity: Opportunity, user: User, *, by: User) -> Operation | None:
    """Let ``user`` no longer follow the record; nothing is recorded of who did not.

    Refused: ``Missing``, ``NotAllowed``.
    """
    [locked] = lock([opportunity], by=by)
    if not locked.followers.filter(pk=user.pk).exists():
        return None
    locked.followers.remove(user)
    operation, _new = begin(f"{locked.kind}.unfollowed", by=by)
    record(operation, [locked], changes={"followers": changed([user], [])})
    return operation


def with_followers(records: QuerySet) -> QuerySet:
    """Let each record bring along what ``followers_of`` needs: no further statement."""
    field = records.model._meta.get_field("followers")
    links = field.remote_field.through.objects.filter(**{field.m2m_field_name(): OuterRef("pk")})
    named = links.order_by("user__name", "user").values(
        data=JSONObject(id="user", name="user__name")
    )
    return records.annotate(kept_followers=ArraySubquery(named))


def followers_of(record: Opportunity) -> list[User]:
    """Who follows ``record``, asked for ``with_followers``, by name; only to be named."""
    return [User(**each) for each in record.kept_followers]


def may_see(user: User, opportunity: Opportunity) -> bool:
    seen = type(opportunity).objects.visible_to(user).filter(pk=opportunity.pk)
    return may_look(user) and seen.exists()
