"""Merge leads: look at them side by side, choose, and make one of them."""

from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from activities.models import Activity, Note
from leads.inbox import matching
from leads.merging import LEADS, merge_leads, require_mergeable
from opportunities.pages import merging


def kept(numbers):
    return {
        "activities": Activity.objects.filter(lead__in=numbers).count(),
        "notes": Note.objects.filter(lead__in=numbers).count(),
    }


def told(number):
    return ngettext(
        "%(count)d lead merged into “%(title)s”.",
        "%(count)d leads merged into “%(title)s”.",
        number,
    )


MERGING = merging.Merging(
    LEADS, matching, require_mergeable, merge_leads, "leads/merge.html", kept, told
)


@require_http_methods(["GET", "POST"])
def merge(request):
    return merging.merge(request, MERGING)
