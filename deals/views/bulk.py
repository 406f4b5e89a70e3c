"""Acts on ticked deals, or on all that match: the sentence and the service of each.

A single deal's buttons send the same, with one id.
"""

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.policies import may_write, require
from deals.models import Deal
from deals.table import FILTERS, matching
from labels.models import Label
from lists import acting
from lists.acting import chosen
from opportunities import services as opportunities

DEALS = acting.Rows(
    visible=Deal.objects.visible_to,
    matching=matching,
    filters=FILTERS,
    home="deals:list",
    question="deals/_confirm.html",
    too_many=_("More than %(most)s deals match. Narrow the list down with a filter first."),
)


@require_POST
def archive(request):
    def done(number):
        return ngettext("%(count)d deal archived.", "%(count)d deals archived.", number)

    return act(request, opportunities.archive, done)


@require_POST
def restore(request):
    def done(number):
        return ngettext("%(count)d deal restored.", "%(count)d deals restored.", number)

    return act(request, opportunities.restore, done)


@require_POST
def assign(request):
    to = get_object_or_404(User.objects.filter(is_active=True), pk=chosen(request, "to"))

    def done(number):
        return ngettext(
            "%(count)d deal assigned to %(name)s.", "%(count)d deals assigned to %(name)s.", number
        )

    return act(request, opportunities.assign, done, to=to, name=to)


@require_POST
def label(request):
    word = get_object_or_404(Label, pk=chosen(request, "put"))

    def done(number):
        return ngettext(
            "%(count)d deal labelled “%(name)s”.", "%(count)d deals labelled “%(name)s”.", number
        )

    return act(request, opportunities.add_label, done, label=word, name=word)


@require_POST
def unlabel(request):
    word = get_object_or_404(Label, pk=chosen(request, "take"))

    def done(number):
        return ngettext(
            "Label “%(name)s” taken off %(count)d deal.",
            "Label “%(name)s” taken off %(count)d deals.",
            number,
        )

    return act(request, opportunities.remove_label, done, label=word, name=word)


@require_POST
def delete(request):
    def done(number):
        return ngettext("%(count)d deal deleted.", "%(count)d deals deleted.", number)

    return act(request, opportunities.delete, done, asks_first=True)


def act(request, service, done, **how):
    """Do ``service`` to the selected deals; whoever may not write learns nothing about them."""
    require(may_write(request.user))
    return acting.act(request, DEALS, service, done, **how)
