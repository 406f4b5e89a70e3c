"""A project's page: how far it is, what it is linked to, what is to do and what happened."""

from django.db.models import Exists, OuterRef
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.days import today_of
from core.web import aimed_at, page
from custom_fields.queries import with_facts
from files.queries import files_of, with_files
from opportunities.following import followers_of, with_followers
from opportunities.labelled import with_labels
from projects.detail import links_of, path_of, with_links
from projects.models import Project, ProjectFile
from projects.views.panel import panel_of


@require_GET
def detail(request, pk):
    project = shown_to(request.user, pk)
    if project is None:
        raise Http404
    if aimed_at(request) == "drawer":
        return render(request, "projects/_panel.html", panel_of(request, project))
    context = {
        "project": project,
        "path": path_of(project),
        "is_overdue": project.is_overdue(today_of(request.user)),
        "followers": followers_of(project),
        "subjects": [(project.kind, project.pk)],
    }
    return page(request, "projects/detail.html", context)


def shown_to(user, pk):
    """The project with all that its page shows of it, and what ``user`` may do with it."""
    same = {"pk": OuterRef("pk")}
    projects = Project.objects.visible_to(user).annotate(
        may_change=Exists(Project.objects.changeable_by(user).filter(**same)),
        may_delete=Exists(Project.objects.deletable_by(user).filter(**same)),
    )
    projects = with_facts(projects.for_page().filter(pk=pk), user)
    projects = with_links(with_labels(with_followers(projects)), user)
    project = with_files(projects, ProjectFile).first()
    if project is not None:
        project.links = links_of(project)
        project.files = files_of(project, ProjectFile)
    return project
