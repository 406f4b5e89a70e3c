"""Who follows a deal."""

from django.views.decorators.http import require_http_methods, require_POST

from deals.models import Deal
from opportunities.pages import following


@require_http_methods(["GET", "POST"])
def followers(request, pk):
    return following.followers(request, Deal, pk)


@require_POST
def follow(request, pk):
    return following.follow(request, Deal, pk)


@require_POST
def unfollow(request, pk):
    return following.unfollow(request, Deal, pk)
