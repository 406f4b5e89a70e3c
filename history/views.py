"""Take back an act, from a toast or from a record's timeline."""

from urllib.parse import urlsplit

from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRefresh

from accounts.policies import may_write, require
from core.web import safe_next, toast
from history.models import Operation
from history.services import undo


@require_POST
def undo_operation(request, pk):
    """One's own acts; an admin takes back anybody's. Others' are as good as missing."""
    operation = Operation.objects.filter(pk=pk).first()
    if operation is None or not (operation.by_id == request.user.pk or request.user.is_admin):
        raise Http404
    require(may_write(request.user))
    undo(operation, by=request.user)
    toast(request, _("Undone."))
    if request.htmx:
        return HttpResponseClientRefresh()
    return HttpResponseRedirect(safe_next(request, came_from(request)))


def came_from(request):
    """The page of this host on which the button stood; home when the browser does not say."""
    try:
        referrer = urlsplit(request.headers.get("Referer", ""))
    except ValueError:  # no browser sends such an address
        return reverse("home")
    if referrer.netloc != request.get_host() or not referrer.path.startswith("/"):
        return reverse("home")
    # Two slashes at the start would be another host.
    path = "/" + referrer.path.lstrip("/")
    return f"{path}?{referrer.query}" if referrer.query else path
