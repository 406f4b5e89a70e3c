"""Who follows a record: oneself with one click, colleagues out of a dialog."""

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policies import may_write, require
from core.lookups import number_in
from core.web import page, posted, redirect_after, refusals_on, safe_next, toast
from opportunities import following
from opportunities.forms import FollowerForm


def followers(request, model, pk):
    """All followers; POST adds a colleague, or says why not."""
    record = visible(request, model, pk)
    require(may_write(request.user))
    form = FollowerForm(posted(request))
    if form.is_valid():
        user = form.cleaned_data["user"]
        with refusals_on(form):
            operation = following.follow(record, user, by=request.user)
            return told(request, record, operation, _("%(name)s follows this now."), user)
    context = {
        "form": form,
        "record": record,
        "followers": record.followers.order_by("name", "pk"),
        "next": safe_next(request, record),
    }
    return page(request, "opportunities/followers.html", context, parts=["followers"])


def follow(request, model, pk):
    record = visible(request, model, pk)
    operation = following.follow(record, request.user, by=request.user)
    return told(request, record, operation, _("You follow this now."))


def unfollow(request, model, pk):
    """Oneself, or the one whose id is ``user``."""
    record, oneself = visible(request, model, pk), request.user
    asked = request.POST.get("user")
    user = get_object_or_404(User, pk=number_in(asked)) if asked else oneself
    operation = following.unfollow(record, user, by=oneself)
    if user == oneself:
        return told(request, record, operation, _("You no longer follow this."))
    return told(request, record, operation, _("%(name)s no longer follows this."), user)


def visible(request, model, pk):
    return get_object_or_404(model.objects.visible_to(request.user), pk=pk)


def told(request, record, operation, text, user=None):
    if operation:
        toast(request, text % {"name": user}, undo=operation)
    return redirect_after(request, safe_next(request, record))
