"""Merge leads: look at them side by side, choose, and make one of them."""

from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from leads.inbox import matching
from leads.merging import LEADS, merge_leads
from opportunities.pages import merging


def told(number):
    return ngettext(
        "%(count)d lead merged into “%(title)s”.",
        "%(count)d leads merged into “%(title)s”.",
        number,
    )


MERGING = merging.Merging(LEADS, matching, merge_leads, "leads/merge.html", told)


@require_http_methods(["GET", "POST"])
def merge(request):
    return merging.merge(request, MERGING)
