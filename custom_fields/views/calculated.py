"""Calculated fields: added and changed, with a look at what the formula would give."""

from copy import copy

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.policies import may_configure, require
from core.web import page, posted, redirect_after, refusals_on, toast
from custom_fields import services
from custom_fields.forms import CalculatedForm
from custom_fields.formulas.trying import tried, usable_functions, usable_words
from custom_fields.kinds import CALCULATED
from custom_fields.models import Field
from custom_fields.views.fields import list_of


@require_http_methods(["GET", "POST"])
def add_calculated(request):
    require(may_configure(request.user))
    field = Field(of=Field.Of.OPPORTUNITY, kind=CALCULATED.name)
    return answer(request, field, field)


@require_http_methods(["GET", "POST"])
def change_calculated(request, pk):
    require(may_configure(request.user))
    field = get_object_or_404(Field, pk=pk, kind=CALCULATED.name)
    return answer(request, field, copy(field))


def answer(request, field, typed):
    """Save ``field`` as it was ``typed``. Without ``save`` a POST only asks what it would give."""
    form = CalculatedForm(posted(request), instance=typed)
    written = form.written()  # a refusal takes the formula out of the form's clean data
    is_saved = "save" in request.POST
    if is_saved and form.is_valid():
        with refusals_on(form):
            save(field, form.cleaned_data, by=request.user)
            toast(request, _("“%(field)s” is saved.") % {"field": typed})
            return redirect_after(request, list_of(field))
    every = list(Field.objects.filter(of=field.of).in_order())
    context = {
        "form": form,
        "field": field,
        "trial": tried(written, every, by=request.user),
        "words": usable_words(every, field),
        "functions": usable_functions(),
    }
    status = None if is_saved else 200
    return page(request, "custom_fields/calculated.html", context, parts=["trial"], status=status)


def save(field, values, *, by):
    if field.pk:
        services.change_field(field, values, by=by)
        return
    for name, value in values.items():
        setattr(field, name, value)
    services.add_field(field, by=by)
