"""Who follows a project."""

from django.views.decorators.http import require_http_methods, require_POST

from opportunities.pages import following
from projects.models import Project


@require_http_methods(["GET", "POST"])
def followers(request, pk):
    return following.followers(request, Project, pk)


@require_POST
def follow(request, pk):
    return following.follow(request, Project, pk)


@require_POST
def unfollow(request, pk):
    return following.unfollow(request, Project, pk)
