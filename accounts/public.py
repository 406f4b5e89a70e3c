"""What strangers may reach: signing in and out, and choosing a password by a letter's link."""

import logging

from django.conf import settings
from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import check_for_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from accounts.forms import ForgottenForm, SignInForm
from accounts.services import change_profile
from core.web import page, posted, toast

log = logging.getLogger(__name__)

# Django's own views take PUT for POST, and answer some things whatever the method.
READ_OR_SENT = require_http_methods(["GET", "HEAD", "POST"])


@method_decorator([login_not_required, READ_OR_SENT], name="dispatch")
class SignIn(auth.LoginView):
    """Sign in with e-mail and password, and return to where one was.

    A language chosen beside the form becomes the user's own.
    """

    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form):
        response = super().form_valid(form)
        chosen = self.request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        if chosen in dict(settings.LANGUAGES) and check_for_language(chosen):
            change_profile(form.get_user(), {"language": chosen})
            response.delete_cookie(
                settings.LANGUAGE_COOKIE_NAME, samesite=settings.LANGUAGE_COOKIE_SAMESITE
            )
        return response

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)


sign_in = SignIn.as_view()
sign_out = login_not_required(auth.LogoutView.as_view())


def locked_out(request, credentials=None, *_arguments, **_keywords):
    """The answer of axes to somebody who guessed too often."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    return render(request, "accounts/locked_out.html", {"minutes": minutes}, status=429)


@login_not_required
@require_http_methods(["GET", "POST"])
def forgotten(request):
    """Ask for a letter with a link; the answer is the same for every address."""
    form = ForgottenForm(posted(request))
    if form.is_valid():
        try:
            form.send(f"{request.scheme}://{request.get_host()}")
        except OSError:  # of the mail server: to say so would tell who has an account
            log.exception("A letter with a password link could not be sent.")
        return redirect("accounts:forgotten_sent")
    return page(request, "accounts/forgotten.html", {"form": form})


@login_not_required
@require_GET
def forgotten_sent(request):
    return render(request, "accounts/forgotten_sent.html")


@method_decorator(
    [login_not_required, READ_OR_SENT, sensitive_post_parameters(), never_cache], name="dispatch"
)
class ChoosePassword(auth.PasswordResetConfirmView):
    """Choose a password with the link of a letter, which works once."""

    template_name = "accounts/choose_password.html"
    success_url = reverse_lazy("accounts:sign_in")

    def form_valid(self, form):
        toast(self.request, _("Your password is set. Sign in with it."))
        return super().form_valid(form)

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)


choose_password = ChoosePassword.as_view()
