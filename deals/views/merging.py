"""Merge deals: find the other one, look at them side by side, choose, and make one of them."""

from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts.policies import may_write, require
from contacts.models import EmailAddress
from contacts.queries import with_words
from core.errors import NotAllowed
from core.web import page
from deals.models import Deal
from deals.services import TooManyLines, TooMuch, ValueFollows, merge_deals
from deals.services.merging import DEALS
from deals.table import matching
from opportunities.pages import merging

MOST_SHOWN = 10


def told(number):
    return ngettext(
        "%(count)d deal merged into “%(title)s”.",
        "%(count)d deals merged into “%(title)s”.",
        number,
    )


MERGING = merging.Merging(
    DEALS,
    matching,
    merge_deals,
    "deals/merge.html",
    told,
    refusals=(ValueFollows, TooMuch, TooManyLines),
)


@require_http_methods(["GET", "POST"])
def merge(request):
    return merging.merge(request, MERGING)


@require_GET
def merge_with(request, pk):
    """Which deals this one can be merged with: the newest ones, or those with the words ``q``."""
    deal = get_object_or_404(Deal.objects.visible_to(request.user), pk=pk)
    require(may_write(request.user))
    own = Deal.objects.deletable_by(request.user)
    if not own.filter(pk=deal.pk).exists():
        raise NotAllowed(_("Only who owns a deal may merge it."), records=[deal])
    found = own.on_board().filter(of_same_contact(deal)).exclude(pk=deal.pk)
    words = request.GET.get("q", "").strip()[:200]
    if words:
        found = with_words(found, words)
    shown = found.select_related("stage", "person", "organization").order_by("-pk")
    context = {"deal": deal, "deals": list(shown[:MOST_SHOWN]), "q": words}
    return page(request, "deals/merge_with.html", context, parts=["merge-with", "merge-with-found"])


def of_same_contact(deal):
    """What makes a deal one of the same contact: person, organization, or one e-mail address."""
    same = Q(pk__in=[])
    if deal.organization_id:
        same |= Q(organization=deal.organization_id)
    if deal.person_id:
        addresses = EmailAddress.objects.filter(person=deal.person_id).values("normalized")
        alike = EmailAddress.objects.filter(normalized__in=addresses)
        same |= Q(person=deal.person_id) | Q(person__in=alike.values("person"))
    return same
