"""A deal as a panel beside a list."""

from urllib.parse import urlsplit

from django.http import QueryDict

from accounts.days import today_of
from activities.queries import next_activities
from conversion.queries import lives_of
from core.web import page_on_screen
from deals.board import with_age


def panel_of(request, deal):
    """The context of ``deals/_panel.html``; its acts lead ``back`` to the page that it stands on,
    with this deal beside it: when it is asked for, another one may still be there.
    """
    with_age([deal], today_of(request.user))
    if deal.age and deal.next_activity_on:  # how long it idles is said along with what comes next
        deal.next_activity = next_activities("deal", [deal.pk]).get(deal.pk)
    shown = urlsplit(page_on_screen(request))
    query = QueryDict(shown.query, mutable=True)
    query["peek"] = deal.pk
    back = f"{shown.path}?{query.urlencode()}"
    return {"deal": deal, "subjects": lives_of(deal), "back": back}
