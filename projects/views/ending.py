"""A project is done, cancelled, or opened again."""

from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from projects import services
from projects.views.answering import answered, visible


@require_POST
def done(request, pk):
    project = visible(request, pk)
    operation = services.finish_projects([project], by=request.user)
    words = _("“%(project)s” is done.") % {"project": project}
    return answered(request, project, operation, words, level="celebration")


@require_POST
def cancel(request, pk):
    project = visible(request, pk)
    operation = services.cancel_projects([project], by=request.user)
    words = _("“%(project)s” is cancelled.") % {"project": project}
    return answered(request, project, operation, words)


@require_POST
def reopen(request, pk):
    project = visible(request, pk)
    operation = services.reopen_projects([project], by=request.user)
    words = _("“%(project)s” is open again.") % {"project": project}
    return answered(request, project, operation, words)
