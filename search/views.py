"""Search: one page of all that fits, and the list of the palette, which shows less of each kind."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from core.web import aimed_at, page
from search import queries
from search.actions import actions

LONGEST = 200
ON_PAGE, IN_PALETTE = 25, 5


@require_GET
def search(request):
    text = request.GET.get("q", "")[:LONGEST].strip()
    in_palette = aimed_at(request) == "palette-list"
    limit = IN_PALETTE if in_palette else ON_PAGE
    groups = queries.search(text, request.user, limit=limit) if text else []
    found = actions(text, request.user)
    context = {
        "text": text,
        "groups": groups,
        "recent": [] if text else queries.recent(request.user),
        "actions": found,
        "said": said(text, groups, found),
        "is_short": bool(text) and queries.is_short(text),
        "has_more": any(len(group.rows) < group.count.number for group in groups),
        "in_palette": in_palette,
    }
    return page(request, "search/search.html", context, parts=["found"])


def said(text, groups, found):
    """How many records were found, or else actions; before anything is typed, what is shown."""
    if not text:
        return _("What you worked on last")
    number = sum(group.count.number for group in groups)
    more = "+" if any(group.count.is_capped for group in groups) else ""
    if not number and found:
        return ngettext("%(count)d action", "%(count)d actions", len(found)) % {"count": len(found)}
    if not number:
        return _("Nothing found for “%(text)s”.") % {"text": text}
    return ngettext("%(count)s result", "%(count)s results", number) % {"count": f"{number}{more}"}
