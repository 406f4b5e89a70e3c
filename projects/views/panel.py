"""A project as a panel beside a list."""

from urllib.parse import urlsplit

from django.http import QueryDict

from accounts.days import today_of
from core.web import page_on_screen


def panel_of(request, project):
    """The context of ``projects/_panel.html``; its acts lead ``back`` to the page that it stands
    on, with this project beside it: when it is asked for, another one may still be there.
    """
    shown = urlsplit(page_on_screen(request))
    query = QueryDict(shown.query, mutable=True)
    query["peek"] = project.pk
    return {
        "project": project,
        "is_overdue": project.is_overdue(today_of(request.user)),
        "subjects": [(project.kind, project.pk)],
        "back": f"{shown.path}?{query.urlencode()}",
    }
