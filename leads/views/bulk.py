"""Acts on ticked leads, or on all that match: the sentence and the service of each.

A single lead's buttons send the same, with one id.
"""

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.models import User
from labels.models import Label
from leads import services
from leads.inbox import FILTERS, matching
from leads.models import Lead
from lists import acting
from lists.acting import chosen
from opportunities import services as opportunities

LEADS = acting.Rows(
    visible=Lead.objects.visible_to,
    matching=matching,
    filters=FILTERS,
    home="leads:inbox",
    question="leads/_confirm.html",
    too_many=_("More than %(most)s leads match. Narrow the list down with a filter first."),
)


@require_POST
def archive(request):
    def done(number):
        return ngettext("%(count)d lead archived.", "%(count)d leads archived.", number)

    return acting.act(request, LEADS, opportunities.archive, done)


@require_POST
def restore(request):
    def done(number):
        return ngettext("%(count)d lead restored.", "%(count)d leads restored.", number)

    return acting.act(request, LEADS, opportunities.restore, done)


@require_POST
def assign(request):
    to = get_object_or_404(User.objects.filter(is_active=True), pk=chosen(request, "to"))

    def done(number):
        return ngettext(
            "%(count)d lead assigned to %(name)s.", "%(count)d leads assigned to %(name)s.", number
        )

    return acting.act(request, LEADS, opportunities.assign, done, to=to, name=to)


@require_POST
def label(request):
    word = get_object_or_404(Label, pk=chosen(request, "put"))

    def done(number):
        return ngettext(
            "%(count)d lead labelled “%(name)s”.", "%(count)d leads labelled “%(name)s”.", number
        )

    return acting.act(request, LEADS, opportunities.add_label, done, label=word, name=word)


@require_POST
def unlabel(request):
    word = get_object_or_404(Label, pk=chosen(request, "take"))

    def done(number):
        return ngettext(
            "Label “%(name)s” taken off %(count)d lead.",
            "Label “%(name)s” taken off %(count)d leads.",
            number,
        )

    return acting.act(request, LEADS, opportunities.remove_label, done, label=word, name=word)


@require_POST
def mark_unseen(request):
    def done(number):
        return ngettext("%(count)d lead marked unseen.", "%(count)d leads marked unseen.", number)

    return acting.act(request, LEADS, services.mark_unseen, done)


@require_POST
def delete(request):
    def done(number):
        return ngettext("%(count)d lead deleted.", "%(count)d leads deleted.", number)

    return acting.act(request, LEADS, opportunities.delete, done, asks_first=True)
