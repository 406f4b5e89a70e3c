"""Start a project, and change one."""

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Visibility
from accounts.policies import may_write, require
from contacts.models import Organization, Person
from core.errors import Stale
from core.lookups import number_in
from core.web import page, posted, redirect_after, refusals_on, safe_next, toast
from deals.models import Deal
from projects.forms import AddProjectForm, ChangeProjectForm
from projects.models import Project
from projects.services import change_project, start_project


@require_http_methods(["GET", "POST"])
def create(request):
    """A new project; ``?deal=``, ``?person=`` and ``?organization=`` say whom it is for,
    ``?phase=`` where it starts.
    """
    require(may_write(request.user))
    initial = {
        "owner": request.user,
        "visibility": Visibility.EVERYONE,
        **asked_links(request),
        "phase": asked(request, "phase"),
    }
    form = AddProjectForm(posted(request), user=request.user, initial=initial)
    if form.is_valid():
        with refusals_on(form):
            project = started(request, form, **form.links())
            return redirect_after(request, project)
    context = {"form": form, "next": safe_next(request, "projects:board")}
    return page(request, "projects/create.html", context, parts=["project"])


def started(request, form, **links):
    """Start the project that ``form`` describes, and say so."""
    given = form.cleaned_data
    project = start_project(
        form.draft(), **links, labels=given["labels"], token=given["token"], by=request.user
    )
    toast(request, _("“%(project)s” is started.") % {"project": project})
    return project


def asked_links(request):
    """The visible records that the address names."""
    models = {"deal": Deal, "person": Person, "organization": Organization}
    return {
        kind: model.objects.visible_to(request.user).filter(pk=asked(request, kind)).first()
        for kind, model in models.items()
        if asked(request, kind) is not None
    }


def asked(request, name):
    return number_in(request.GET.get(name, ""))


@require_http_methods(["GET", "POST"])
def edit(request, pk):
    visible = Project.objects.visible_to(request.user).select_related("owner")
    project = get_object_or_404(visible, pk=pk)
    require(may_write(request.user))
    form, status = ChangeProjectForm(posted(request), record=project, user=request.user), None
    if form.is_valid():
        seen = form.cleaned_data["seen"]
        try:
            with refusals_on(form, but=Stale):
                operation = change_project(project, form.changes(), seen=seen, by=request.user)
                return saved(request, project, operation)
        except Stale as stale:
            project = get_object_or_404(visible, pk=pk)
            form = ChangeProjectForm(request.POST, record=project, user=request.user)
            form.tell_what_changed_meanwhile()
            status = stale.status
    context = {"form": form, "project": project, "next": project.get_absolute_url()}
    return page(request, "projects/edit.html", context, parts=["project"], status=status)


def saved(request, project, operation):
    if operation:
        toast(request, _("“%(project)s” is saved.") % {"project": project}, undo=operation)
    return redirect_after(request, project)
