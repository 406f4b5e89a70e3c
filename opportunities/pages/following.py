"""Who follows a record: oneself with one click, colleagues out of a dialog."""

from django import forms
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from accounts.policies import may_write, require
from core.lookups import number_in
from core.web import page, posted, redirect_after, refusals_on, safe_next, toast
from opportunities import following


class FollowerForm(forms.Form):
    """A colleague who is to follow a record."""

    user = forms.ModelChoiceField(
        label=gettext_lazy("Colleague"), queryset=User.objects.none(), empty_label="—"
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        working = User.objects.filter(is_active=True).exclude(role="")
        self.fields["user"].queryset = working.order_by("name", "pk")


@require_http_methods(["GET", "POST"])
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
    context = {"form": form, "record": record, "followers": record.followers.order_by("name")}
    context["next"] = safe_next(request, record)
    return page(request, "opportunities/followers.html", context, parts=["followers"])


@require_POST
def follow(request, model, pk):
    record = visible(request, model, pk)
    operation = following.follow(record, request.user, by=request.user)
    return told(request, record, operation, _("You follow this now."))


@require_POST
def unfollow(request, model, pk):
    """Oneself, or the one whose id is ``user``."""
    record = visible(request, model, pk)
    user = request.user
    if asked := request.POST.get("user"):
        user = get_object_or_404(User, pk=number_in(asked))
    operation = following.unfollow(record, user, by=request.user)
    words = _("You no longer follow this.")
    if user != request.user:
        words = _("%(name)s no longer follows this.")
    return told(request, record, operation, words, user)


def visible(request, model, pk):
    return get_object_or_404(model.objects.visible_to(request.user), pk=pk)


def told(request, record, operation, text, user=None):
    if operation:
        toast(request, text % {"name": user}, undo=operation)
    return redirect_after(request, safe_next(request, record))
