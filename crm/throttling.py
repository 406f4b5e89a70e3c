"""Who is guessing: the name and the address under which failed sign-ins are counted."""

from django.conf import settings


def typed_name(request, credentials=None) -> str:
    """The e-mail that was typed, in lower case, so that ``Alice@`` is not a fresh set of tries."""
    if credentials:
        name = credentials.get("username") or credentials.get("email") or ""
    else:
        name = request.POST.get("username", "") if request else ""
    return name.strip().lower()


def client_address(request) -> str:
    """The address of the browser.

    A proxy appends the address it saw to ``X-Forwarded-For``. Only as many entries from the right
    as there are proxies of our own can be believed; whatever stands before them anyone can write.
    """
    if settings.PROXIES:
        hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        if len(hops) >= settings.PROXIES and hops[-settings.PROXIES]:
            return hops[-settings.PROXIES]
    return request.META.get("REMOTE_ADDR", "")
