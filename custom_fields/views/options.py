"""The options of a field that is a choice."""

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.policies import may_configure, require
from core.web import page, posted, redirect_after, refusals_on, toast
from custom_fields import services
from custom_fields.forms import ChangeFieldForm, OptionForm
from custom_fields.models import Option
from custom_fields.views.fields import field_page, step, wanted


@require_POST
def add_option(request, pk):
    field = wanted(request, pk)
    option = Option(field=field)
    form = OptionForm(request.POST, instance=option)
    if form.is_valid():
        with refusals_on(form):
            added = services.add_option(field, form.cleaned_data["name"], by=request.user)
            toast(request, _("“%(option)s” is added.") % {"option": added})
            return redirect_after(request, "custom_fields:field", pk)
    return field_page(request, field, ChangeFieldForm(instance=field), form, status=422)


@require_http_methods(["GET", "POST"])
def rename_option(request, pk):
    option = found(request, pk)
    form = OptionForm(posted(request), instance=option)
    if form.is_valid():
        with refusals_on(form):
            services.rename_option(option, form.cleaned_data["name"], by=request.user)
            toast(request, _("“%(option)s” is saved.") % {"option": option})
            return redirect_after(request, "custom_fields:field", option.field_id)
    context = {"form": form, "option": found(request, pk)}
    return page(request, "custom_fields/option.html", context)


@require_POST
def move_option(request, pk):
    option = found(request, pk)
    services.move_option(option, step(request), by=request.user)
    return redirect_after(request, "custom_fields:field", option.field_id)


@require_POST
def archive_option(request, pk):
    option = found(request, pk)
    services.archive_option(option, by=request.user)
    toast(request, _("“%(option)s” is archived.") % {"option": option})
    return redirect_after(request, "custom_fields:field", option.field_id)


@require_POST
def restore_option(request, pk):
    option = found(request, pk)
    services.restore_option(option, by=request.user)
    toast(request, _("“%(option)s” can be chosen again.") % {"option": option})
    return redirect_after(request, "custom_fields:field", option.field_id)


@require_POST
def remove_option(request, pk):
    option = found(request, pk)
    services.remove_option(option, by=request.user)
    toast(request, _("“%(option)s” is removed.") % {"option": option})
    return redirect_after(request, "custom_fields:field", option.field_id)


def found(request, pk):
    """The option ``pk`` of a field that is not deleted."""
    require(may_configure(request.user))
    options = Option.objects.filter(field__deleted_at=None).select_related("field")
    return get_object_or_404(options, pk=pk)
