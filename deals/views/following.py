"""Who follows a deal."""

from deals.models import Deal
from opportunities.pages import following


def followers(request, pk):
    return following.followers(request, Deal, pk)


def follow(request, pk):
    return following.follow(request, Deal, pk)


def unfollow(request, pk):
    return following.unfollow(request, Deal, pk)
