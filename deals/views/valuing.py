"""What a deal is worth: the terms of its lines, a value typed beside them, and one that follows
again.
"""

from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.policies import may_write, require
from core.errors import Stale
from core.web import page, posted, redirect_after, refusals_on, toast
from deals import services
from deals.forms import TermsForm, ValueForm
from deals.views.lines import done, sold


@require_http_methods(["GET", "POST"])
def terms(request, pk):
    """The currency of all lines, and whether their prices include tax."""
    return asked(request, pk, TermsForm, "deals/terms.html", "terms", save_terms)


@require_http_methods(["GET", "POST"])
def type_value(request, pk):
    """What the deal is worth, whatever its lines come to."""
    return asked(request, pk, ValueForm, "deals/value.html", "value", save_value)


@require_POST
def follow_lines(request, pk):
    deal = sold(request.user, pk)
    operation = services.follow_lines(deal, by=request.user)
    return done(request, pk, operation, _("The value follows the products again."))


def asked(request, pk, form_of, template, part, save):
    """A dialog with a form of the deal, which ``save`` writes."""
    deal = sold(request.user, pk)
    require(may_write(request.user))
    form, status = form_of(posted(request), deal=deal), None
    if form.is_valid():
        try:
            with refusals_on(form, but=Stale):
                operation, words = save(deal, form, request.user)
                if operation:
                    toast(request, words, undo=operation)
                return redirect_after(request, "deals:detail", pk)
        except Stale as stale:
            deal, status = sold(request.user, pk), stale.status
            form = form_of(request.POST, deal=deal)
            form.tell_what_changed_meanwhile()
    context = {"deal": deal, "form": form}
    return page(request, template, context, parts=[part], status=status)


def save_terms(deal, form, user):
    given = form.cleaned_data
    operation = services.set_terms(
        deal,
        currency=given["lines_currency"],
        tax_is_included=given["tax_is_included"],
        seen=given["seen"],
        by=user,
    )
    return operation, _("Prices saved.")


def save_value(deal, form, user):
    given = form.cleaned_data
    operation = services.type_value(
        deal, given["value"], given["currency"], seen=given["seen"], by=user
    )
    return operation, _("The value is what was typed.")
