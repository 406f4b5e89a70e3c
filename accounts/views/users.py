"""Settings: who works here. Invite, change, deactivate with a hand-over, reactivate."""

import logging

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import services
from accounts.forms import HandOverForm, InvitationForm, UserForm
from accounts.letters import send_invitation
from accounts.models import User
from accounts.policies import may_administer, require
from core.web import page, posted, redirect_after, refusals_on, toast

log = logging.getLogger(__name__)


@require_GET
def users(request):
    """Everybody, those who left at the end."""
    require(may_administer(request.user))
    everybody = User.objects.select_related("team").order_by("-is_active", "name", "pk")
    return page(request, "accounts/users.html", {"users": everybody})


@require_http_methods(["GET", "POST"])
def add_user(request):
    require(may_administer(request.user))
    form = InvitationForm(posted(request))
    if form.is_valid():
        with refusals_on(form):
            added = services.add_user(
                User(**form.cleaned_data, currency=request.user.currency), by=request.user
            )
            invite(request, added)
            return redirect_after(request, "accounts:users")
    return page(request, "accounts/user_add.html", {"form": form})


@require_http_methods(["GET", "POST"])
def change_user(request, pk):
    require(may_administer(request.user))
    member = get_object_or_404(User, pk=pk)
    form = UserForm(posted(request), instance=member)
    if form.is_valid():
        with refusals_on(form):
            services.change_user(member, form.cleaned_data, by=request.user)
            toast(request, _("%(name)s is saved.") % {"name": form.cleaned_data["name"]})
            return redirect_after(request, "accounts:users")
    member = User.objects.get(pk=pk)  # as they are, not as typed
    return page(request, "accounts/user.html", {"form": form, "member": member})


@require_POST
def send_again(request, pk):
    """Send the invitation once more, to somebody who never signed in."""
    require(may_administer(request.user))
    invite(request, get_object_or_404(User, pk=pk, is_active=True, last_login=None))
    return redirect_after(request, "accounts:users")


@require_http_methods(["GET", "POST"])
def deactivate_user(request, pk):
    require(may_administer(request.user))
    leaver = get_object_or_404(User, pk=pk, is_active=True)
    owned = services.owned_count(leaver)
    form = HandOverForm(posted(request), leaver=leaver, is_needed=owned > 0)
    if form.is_valid():
        with refusals_on(form):
            heir = form.cleaned_data["heir"]
            handed_over = services.deactivate_user(leaver, heir=heir, by=request.user)
            toast(request, farewell(leaver, heir, handed_over))
            return redirect_after(request, "accounts:users")
    context = {"form": form, "leaver": leaver, "owned": owned}
    return page(request, "accounts/deactivate.html", context)


@require_POST
def reactivate_user(request, pk):
    require(may_administer(request.user))
    member = get_object_or_404(User, pk=pk)
    services.reactivate_user(member, by=request.user)
    toast(request, _("%(name)s can sign in again.") % {"name": member})
    return redirect_after(request, "accounts:users")


def invite(request, member):
    """Send the letter, after the account is safe: a mail server that fails loses no account."""
    origin = f"{request.scheme}://{request.get_host()}"
    try:
        send_invitation(member, origin=origin, by=request.user)
    except OSError:
        log.exception("An invitation could not be sent.")
        text = _("The invitation to %(email)s could not be sent. Send it again later.")
        toast(request, text % {"email": member.email}, level="error")
    else:
        toast(request, _("An invitation is on its way to %(email)s.") % {"email": member.email})


def farewell(leaver, heir, count):
    if not count:
        return _("%(name)s can no longer sign in.") % {"name": leaver}
    return ngettext(
        "%(name)s can no longer sign in. %(count)d record now belongs to %(heir)s.",
        "%(name)s can no longer sign in. %(count)d records now belong to %(heir)s.",
        count,
    ) % {"name": leaver, "count": count, "heir": heir}
