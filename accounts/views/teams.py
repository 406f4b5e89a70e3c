"""Settings: teams. Add, rename, remove."""

from django.db.models import Count
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import services
from accounts.forms import TeamForm
from accounts.models import Team
from accounts.policies import may_administer, require
from core.web import page, posted, redirect_after, refusals_on, toast


@require_GET
def teams(request):
    require(may_administer(request.user))
    every = Team.objects.annotate(size=Count("members")).order_by("name")
    return page(request, "accounts/teams.html", {"teams": every})


@require_http_methods(["GET", "POST"])
def add_team(request):
    return edit(request, Team())


@require_http_methods(["GET", "POST"])
def change_team(request, pk):
    require(may_administer(request.user))
    return edit(request, get_object_or_404(Team, pk=pk))


@require_POST
def remove_team(request, pk):
    require(may_administer(request.user))
    team = get_object_or_404(Team, pk=pk)
    services.remove_team(team, by=request.user)
    toast(request, _("The team “%(team)s” is removed.") % {"team": team})
    return redirect_after(request, "accounts:teams")


def edit(request, team):
    require(may_administer(request.user))
    name = team.name
    form = TeamForm(posted(request), instance=team)
    if form.is_valid():
        with refusals_on(form):
            services.save_team(team, by=request.user)
            toast(request, _("The team “%(team)s” is saved.") % {"team": team})
            return redirect_after(request, "accounts:teams")
    return page(request, "accounts/team.html", {"form": form, "team": team, "name": name})
