"""Somebody looks at their news: what they saw is new no more."""

from django.db import transaction

from accounts.models import User
from accounts.policies import may_look, require
from activities.models import NewsLook


@transaction.atomic
def look_at_news(event_number: int, *, by: User) -> None:
    """Note that ``by`` saw the news up to an event. Looking is no act: nothing is recorded, and an
    earlier look does not take back a later one. Refused to users without a role.
    """
    require(may_look(by))
    first = {"event_number": event_number}
    look, is_first = NewsLook.objects.get_or_create(user=by, defaults=first)
    if not is_first:
        looks = NewsLook.objects.filter(pk=look.pk, event_number__lt=event_number)
        looks.update(event_number=event_number)
