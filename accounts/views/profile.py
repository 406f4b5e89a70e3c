"""One's own name, language, time zone, currency, theme, shortcuts and password."""

from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.forms import ProfileForm
from accounts.models import User
from accounts.services import change_profile
from core.web import page, posted, redirect_after, toast


@require_http_methods(["GET", "POST"])
def profile(request):
    # Not request.user: the form writes on it what is typed, and the page's frame shows that one.
    myself = User.objects.get(pk=request.user.pk)
    form = ProfileForm(posted(request), instance=myself)
    if form.is_valid():
        change_profile(request.user, form.cleaned_data)
        with translation.override(request.user.language):
            toast(request, _("Your profile is saved."))
        return redirect_after(request, "accounts:profile")
    return page(request, "accounts/profile.html", {"form": form})


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password(request):
    """Choose another password; other devices are signed out by it, this one is not."""
    form = PasswordChangeForm(request.user, posted(request))
    if form.is_valid():
        form.save()
        update_session_auth_hash(request, form.user)
        toast(request, _("Your password is changed."))
        return redirect("accounts:profile")
    return page(request, "accounts/password.html", {"form": form})
