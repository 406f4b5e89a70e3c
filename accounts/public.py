"""What strangers may reach: signing in and out."""

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView, LogoutView
from django.utils.decorators import method_decorator


@method_decorator(login_not_required, name="dispatch")
class SignIn(LoginView):
    """Sign in with e-mail and password, and return to where one was."""

    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True


sign_in = SignIn.as_view()
sign_out = login_not_required(LogoutView.as_view())
