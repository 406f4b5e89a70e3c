"""What the views of one project's acts share: which project it is, and what is answered."""

from django.shortcuts import get_object_or_404

from accounts.policies import may_write, require
from core.web import redirect_after, safe_next, toast
from projects.models import Project


def visible(request, pk):
    """The project, for those who may write."""
    project = get_object_or_404(Project.objects.visible_to(request.user), pk=pk)
    require(may_write(request.user))
    return project


def answered(request, record, operation, text, *, level="success"):
    """Say what was done, if anything was, and go where one came from, else to ``record``."""
    if operation:
        toast(request, text, undo=operation, level=level)
    return redirect_after(request, safe_next(request, record))
