"""The fields of each sort of record: the list, adding, changing, deleting and restoring one."""

from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.policies import may_configure, require
from core.errors import Missing
from core.web import page, posted, redirect_after, refusals_on, toast
from custom_fields import services
from custom_fields.forms import AddFieldForm, ChangeFieldForm, OptionForm
from custom_fields.models import Field
from custom_fields.queries import every_field_of

STEPS = {"up": -1, "down": 1}


@require_GET
def fields(request):
    """The fields of one sort of record, and those that were deleted recently."""
    require(may_configure(request.user))
    of, url = asked_of(request), reverse("custom_fields:list")
    context = {
        "of": of,
        "tabs": [(f"{url}?of={each}", each.label, each) for each in Field.Of],
        "groups": in_groups(every_field_of(of)),
        "deleted": Field.everything.deleted().filter(of=of).order_by("-deleted_at", "-pk"),
    }
    return page(request, "custom_fields/list.html", context)


@require_http_methods(["GET", "POST"])
def add_field(request):
    require(may_configure(request.user))
    field = Field(of=asked_of(request))
    form = AddFieldForm(posted(request), instance=field)
    if form.is_valid():
        field.kind = form.cleaned_data["kind"]
        with refusals_on(form):
            services.add_field(field, options=form.cleaned_data["lines"], by=request.user)
            toast(request, _("“%(field)s” is added.") % {"field": field})
            return redirect_after(request, list_of(field))
    return page(request, "custom_fields/add.html", {"form": form, "field": field})


@require_http_methods(["GET", "POST"])
def change_field(request, pk):
    field = wanted(request, pk)
    if field.is_calculated:
        return redirect("custom_fields:calculated", pk)
    form = ChangeFieldForm(posted(request), instance=field)
    if form.is_valid():
        with refusals_on(form):
            services.change_field(wanted(request, pk), form.cleaned_data, by=request.user)
            toast(request, _("“%(field)s” is saved.") % {"field": field})
            return redirect_after(request, list_of(field))
    return field_page(request, wanted(request, pk), form, OptionForm())


def field_page(request, field, form, option_form, *, status=None):
    """A field with its options; either of its two forms may have been sent."""
    context = {
        "field": field,
        "form": form,
        "option_form": option_form,
        "options": field.choices_in_use,
        "may_sort": field.behaviour.sort_expression(field) is not None,
        "archived": [each for each in field.choices if each.archived_at],
    }
    return page(request, "custom_fields/field.html", context, status=status)


@require_POST
def move_field(request, pk):
    field = wanted(request, pk)
    services.move_field(field, step(request), by=request.user)
    return redirect_after(request, list_of(field))


@require_http_methods(["GET", "POST"])
def delete_field(request, pk):
    """Ask first, with the number of records that say something in it."""
    field = wanted(request, pk)
    if request.method == "POST":
        operation = services.delete_field(field, by=request.user)
        toast(request, _("“%(field)s” is deleted.") % {"field": field}, undo=operation)
        return redirect_after(request, list_of(field))
    context = {
        "field": field,
        "holders": services.holders(field),
        "naming": services.naming(field),
        "back": list_of(field),
    }
    return page(request, "custom_fields/delete.html", context, parts=["delete"])


@require_POST
def restore_field(request, pk):
    require(may_configure(request.user))
    field = get_object_or_404(Field.everything.deleted(), pk=pk)
    operation = services.restore_field(field, by=request.user)
    toast(request, _("“%(field)s” is back.") % {"field": field}, undo=operation)
    return redirect_after(request, list_of(field))


@require_POST
def set_sortable(request, pk):
    """On or off, as the button says; the index is built or dropped meanwhile."""
    field, is_sortable = wanted(request, pk), request.POST.get("sortable") == "1"
    job = services.set_sortable(field, is_sortable, by=request.user)
    if job:
        words = (
            _("Lists can soon be sorted by “%(field)s”.")
            if is_sortable
            else _("Lists are no longer sorted by “%(field)s”.")
        )
        toast(request, words % {"field": field}, link=(job.get_absolute_url(), _("See how far")))
    return redirect_after(request, "custom_fields:field", pk)


def wanted(request, pk):
    require(may_configure(request.user))
    return get_object_or_404(Field, pk=pk)


def asked_of(request):
    """The sort of record in ``?of=``; leads and deals for none."""
    asked = request.GET.get("of")
    return Field.Of(asked) if asked in Field.Of.values else Field.Of.OPPORTUNITY


def list_of(field):
    return f"{reverse('custom_fields:list')}?of={field.of}"


def in_groups(found):
    """``found`` under the headings of their groups."""
    groups = {}
    for field in found:
        groups.setdefault(field.group, []).append(field)
    return list(groups.items())


def step(request):
    """-1 or 1, from the button that was pressed."""
    if request.POST.get("direction") not in STEPS:
        raise Missing(_("There is no such direction."))
    return STEPS[request.POST["direction"]]
