"""Who follows a lead."""

from leads.models import Lead
from opportunities.pages import following


def followers(request, pk):
    return following.followers(request, Lead, pk)


def follow(request, pk):
    return following.follow(request, Lead, pk)


def unfollow(request, pk):
    return following.unfollow(request, Lead, pk)
