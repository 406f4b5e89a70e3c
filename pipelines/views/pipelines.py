"""All pipelines: in order, one of them the default; adding and copying one."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.policies import may_configure, require
from core.web import page, place_asked, posted, redirect_after, refusals_on, toast
from pipelines import services
from pipelines.forms import PipelineForm
from pipelines.models import Pipeline


@require_GET
def pipelines(request):
    """All pipelines, those in use first."""
    require(may_configure(request.user))
    every = Pipeline.objects.in_order().prefetch_related("stages")
    in_use = [each for each in every if not each.archived_at]
    for each in in_use:
        each.number = sum(not stage.archived_at for stage in each.stages.all())
    context = {"pipelines": in_use, "archived": [each for each in every if each.archived_at]}
    return page(request, "pipelines/list.html", context)


@require_http_methods(["GET", "POST"])
def add_pipeline(request):
    require(may_configure(request.user))
    form = PipelineForm(posted(request))
    if form.is_valid():
        with refusals_on(form):
            added = services.add_pipeline(Pipeline(**form.cleaned_data), by=request.user)
            toast(request, _("“%(name)s” is added. Now add its stages.") % {"name": added})
            return redirect_after(request, "pipelines:pipeline", added.pk)
    return page(request, "pipelines/add.html", {"form": form})


@require_POST
def copy_pipeline(request, pk):
    copy = services.copy_pipeline(wanted(request, Pipeline, pk), by=request.user)
    toast(request, _("“%(name)s” is added. Give it a name of its own.") % {"name": copy})
    return redirect_after(request, "pipelines:pipeline", copy.pk)


@require_POST
def move_pipeline(request, pk):
    """Up or down by a button, or to where it was dragged: then the page shows it already."""
    moved = wanted(request, Pipeline, pk)
    services.move_pipeline(moved, **place_asked(request), by=request.user)
    return HttpResponse(status=204) if request.htmx else redirect_after(request, "pipelines:list")


@require_POST
def make_default(request, pk):
    chosen = wanted(request, Pipeline, pk)
    services.make_default(chosen, by=request.user)
    toast(request, _("“%(name)s” is now the default pipeline.") % {"name": chosen})
    return redirect_after(request, "pipelines:list")


def wanted(request, model, pk):
    require(may_configure(request.user))
    return get_object_or_404(model, pk=pk)
