"""Copy a deal with one click."""

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.policies import may_write, require
from core.errors import Refused
from core.forms import OnceMixin
from core.web import redirect_after, toast
from deals.models import Deal
from deals.services import copy_deal
from history.models import Event


class OldPage(Refused):
    """The button was pressed on a page that nobody knows any more."""


@require_POST
def copy(request, pk):
    """Make the copy and go to it; sent twice, it is made once."""
    deal = get_object_or_404(Deal.objects.visible_to(request.user), pk=pk)
    require(may_write(request.user))
    form = OnceMixin(request.POST)
    if not form.is_valid():
        raise OldPage(_("Load the page again before you save."))
    made = copy_deal(deal, token=form.cleaned_data["token"], by=request.user)
    event = (
        Event.objects.about([("deal", made.pk)]).select_related("operation").get(verb="deal.copied")
    )
    toast(
        request,
        _("This is the copy: “%(deal)s”.") % {"deal": made},
        undo=event.operation,
        link=(deal.get_absolute_url(), _("See the original")),
    )
    return redirect_after(request, made)
