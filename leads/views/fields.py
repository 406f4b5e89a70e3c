"""Change one field of a lead where it stands: in a cell of the list, or among the facts."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import reswap, retarget

from accounts.policies import may_write, require
from core.errors import Stale
from core.web import page, posted, redirect_after, refusals_on, safe_next, toast
from leads.forms import ChangeLeadForm
from leads.inbox import columns
from leads.models import Lead
from leads.views.detail import shown_to
from opportunities import services
from opportunities.columns import carrying, with_custom_names


@require_http_methods(["GET", "POST"])
def edit_field(request, pk, name):
    """The form of one field; htmx puts it in the place of the value, and the value back."""
    column = columns().get(name)
    if column is None or not column.edits:
        raise Http404
    lead = get_object_or_404(seen(request.user, column), pk=pk)
    require(may_write(request.user))
    if "cancel" in request.GET and request.htmx:
        return value(request, column, lead)
    form = form_of(request, column, lead)
    if form.is_valid():
        try:
            with refusals_on(form, but=Stale):
                return saved(request, form, column, lead)
        except Stale:
            lead = get_object_or_404(seen(request.user, column), pk=pk)
            form = form_of(request, column, lead)
            form.tell_what_changed_meanwhile()
            return shown(request, form, column, lead, status=409)
    return shown(request, form, column, lead)


def seen(user, column):
    return carrying(Lead.objects.visible_to(user), [column], user)


def form_of(request, column, lead):
    return ChangeLeadForm(posted(request), lead=lead, user=request.user, only=column.edits)


def saved(request, form, column, lead):
    values, saw = form.changes(), form.cleaned_data["seen"]
    operation = services.change(lead, values, seen=saw, by=request.user)
    if operation:
        undo = reverse("history:undo", args=[operation.pk])
        toast(request, _("Lead “%(title)s” changed.") % {"title": lead}, undo=undo)
    # It may be hidden from its own editor by now: then nothing of it is shown.
    lead = seen(request.user, column).filter(pk=lead.pk).first()
    if request.htmx and lead:
        return value(request, column, lead)
    return redirect_after(request, safe_next(request, lead or "leads:inbox"))


def value(request, column, lead):
    """What takes the place of the form: the value in its cell, or, with ``?place=fact``, all facts:
    one may depend on another.
    """
    if request.GET.get("place") == "fact":
        context = {"lead": shown_to(request.user, lead.pk), "focus": column.name}
        facts = render(request, "leads/_facts.html", context)
        return reswap(retarget(facts, "#facts"), "outerHTML")
    with_custom_names([lead], [column])
    return render(request, "leads/field.html#value", {"column": column, "lead": lead})


def shown(request, form, column, lead, status=None):
    form.visible_fields()[0].field.widget.attrs["autofocus"] = True
    context = {"form": form, "column": column, "lead": lead, "next": safe_next(request, lead)}
    template = "leads/field.html#field" if request.htmx else "leads/field.html"
    status = status or (422 if form.is_bound and form.errors else 200)
    return page(request, template, context, status=status)
