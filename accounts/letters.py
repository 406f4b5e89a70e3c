"""Letters with a link to choose a password: an invitation, or because it was forgotten."""

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from accounts.models import User


def send_invitation(user: User, *, origin: str, by: User) -> None:
    """Tell ``user`` that ``by`` made an account for them."""
    send("invitation", user, origin=origin, by=by)


def send_password_link(user: User, *, origin: str) -> None:
    """Answer ``user``, who says that they forgot their password."""
    send("forgotten", user, origin=origin)


def send(letter, user, *, origin, **context):
    """Write in the language of ``user``; ``origin`` is where Carnet stands, ``https://host``."""
    place = [urlsafe_base64_encode(force_bytes(user.pk)), default_token_generator.make_token(user)]
    context |= {
        "user": user,
        "link": origin + reverse("accounts:choose_password", args=place),
        "days": settings.PASSWORD_RESET_TIMEOUT // 86_400,
    }
    with translation.override(user.language):
        subject = render_to_string(f"accounts/letters/{letter}_subject.txt", context)
        text = render_to_string(f"accounts/letters/{letter}.txt", context)
    EmailMessage(subject=" ".join(subject.split()), body=text, to=[user.email]).send()
