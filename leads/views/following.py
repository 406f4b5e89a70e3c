"""Who follows a lead."""

from django.views.decorators.http import require_http_methods, require_POST

from leads.models import Lead
from opportunities.pages import following


@require_http_methods(["GET", "POST"])
def followers(request, pk):
    return following.followers(request, Lead, pk)


@require_POST
def follow(request, pk):
    return following.follow(request, Lead, pk)


@require_POST
def unfollow(request, pk):
    return following.unfollow(request, Lead, pk)
