"""Link a project to a deal, a person or an organization, and take a link away."""

from django.http import Http404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.web import page, posted, refusals_on, safe_next
from projects import services
from projects.forms import LinkForm
from projects.services.linking import MODELS
from projects.views.answering import answered, visible


@require_http_methods(["GET", "POST"])
def link(request, pk, kind):
    project, _model = visible(request, pk), model_of(kind)
    form = LinkForm(posted(request), kind=kind, user=request.user)
    if form.is_valid():
        record = form.cleaned_data["record"]
        with refusals_on(form):
            operation = services.link(project, record, by=request.user)
            words = _("Linked to “%(record)s”.") % {"record": record}
            return answered(request, project, operation, words)
    context = {
        "form": form,
        "project": project,
        "kind": kind,
        "next": safe_next(request, project),
    }
    return page(request, "projects/link.html", context, parts=["link"])


@require_POST
def unlink(request, pk, kind, linked):
    project, model = visible(request, pk), model_of(kind)
    operation = services.unlink(project, model(pk=linked), by=request.user)
    return answered(request, project, operation, _("The link is taken away."))


def model_of(kind):
    if kind not in MODELS:
        raise Http404
    return MODELS[kind]
