"""One pipeline with all that is set of it on one page: stages, figures, what its deals need."""

from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import Stale
from core.web import page, place_asked, posted, redirect_after, refusals_on, toast
from history.models import Event
from pipelines import services
from pipelines.forms import RequirementForm, SettingsForms
from pipelines.models import Pipeline, Requirement, Stage
from pipelines.views.pipelines import wanted

TOLD = 10  # the latest changes that the page shows


@require_http_methods(["GET", "POST"])
def pipeline(request, pk):
    """What was changed on the page is saved together; what others changed meanwhile is told."""
    shown, status = wanted(request, Pipeline, pk), None
    forms = forms_of(posted(request), shown)
    if request.method == "POST" and forms.are_valid():
        try:
            with refusals_on(forms.pipeline, but=Stale):
                save(forms, shown, by=request.user)
                toast(request, _("“%(name)s” is saved.") % {"name": shown})
                return redirect_after(request, "pipelines:pipeline", pk)
        except Stale as stale:
            forms = forms_of(request.POST, wanted(request, Pipeline, pk))
            forms.tell_what_changed_meanwhile()
            status = stale.status
    if request.method == "POST":
        status = status or 422
    return pipeline_page(request, shown, forms, RequirementForm(pipeline=shown), status=status)


def forms_of(data, shown):
    stages = shown.stages.filter(archived_at=None).in_order()
    return SettingsForms(data, pipeline=shown, stages=stages)


@transaction.atomic
def save(forms, shown, *, by):
    form = forms.pipeline
    services.change_pipeline(shown, form.changes(), seen=form.cleaned_data["seen"], by=by)
    for form in forms.stages:
        if form.is_bound:
            seen = form.cleaned_data["seen"]
            services.change_stage(form.stage, form.changes(), seen=seen, by=by)
    if forms.added.has_changed():
        services.add_stage(Stage(pipeline=shown, **forms.added.cleaned_data), by=by)
    shown.name = forms.pipeline.cleaned_data["name"]


def pipeline_page(request, shown, forms, requirement_form, *, status=None):
    """The page; any of its forms may have been sent."""
    saved = Pipeline.objects.get(pk=shown.pk)
    stages = list(saved.stages.in_order())
    subjects = [("pipeline", saved.pk), *(("stage", stage.pk) for stage in stages)]
    events = Event.objects.about(subjects).select_related("operation__by", "operation__undone_by")
    context = {
        "pipeline": saved,
        "forms": forms,
        "archived": [each for each in stages if each.archived_at],
        "events": events.order_by("-pk")[:TOLD],
        **required_context(saved, requirement_form),
    }
    return page(request, "pipelines/pipeline.html", context, parts=["required"], status=status)


def required_context(of, requirement_form):
    required = of.requirements.standing().select_related("field", "stage")
    order = ("moment", "stage__position", "stage", "field__position", "field")
    return {"required": required.order_by(*order), "requirement_form": requirement_form}


@require_POST
def require_field(request, pk):
    of = wanted(request, Pipeline, pk)
    form = RequirementForm(request.POST, pipeline=of)
    if form.is_valid():
        field, (moment, stage) = form.cleaned_data["field"], form.cleaned_data["when"]
        with refusals_on(form):
            services.require_field(field, pipeline=of, moment=moment, stage=stage, by=request.user)
            toast(request, _("“%(field)s” is required.") % {"field": field})
            return requirements_changed(request, of)
    return pipeline_page(request, of, forms_of(None, of), form, status=422)


@require_POST
def drop_requirement(request, pk):
    requirement = wanted(request, Requirement, pk)
    services.drop_requirement(requirement, by=request.user)
    toast(request, _("“%(field)s” is no longer required.") % {"field": requirement.field})
    return requirements_changed(request, requirement.pipeline)


def requirements_changed(request, of):
    """With htmx only this part is drawn anew: what was typed beside it stays."""
    if not request.htmx:
        return redirect_after(request, "pipelines:pipeline", of.pk)
    return pipeline_page(request, of, forms_of(None, of), RequirementForm(pipeline=of))


@require_POST
def move_stage(request, pk):
    """Up or down by a button, or to where it was dragged: then the page shows it already."""
    moved = wanted(request, Stage, pk)
    services.move_stage(moved, **place_asked(request), by=request.user)
    if request.htmx:
        return HttpResponse(status=204)
    return redirect_after(request, "pipelines:pipeline", moved.pipeline_id)
