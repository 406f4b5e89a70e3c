"""Settings: labels, channels, lost reasons and activity types, four lists that are kept alike."""

from dataclasses import dataclass

from django.db.models.functions import Lower
from django.forms import ModelForm
from django.shortcuts import get_object_or_404
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.policies import may_configure, require
from core.web import page, posted, redirect_after, refusals_on, toast
from labels import services
from labels.forms import ActivityTypeForm, ChannelForm, LabelForm, LostReasonForm


@dataclass(frozen=True)
class WordList:
    """One list of words: its form, and what its pages say."""

    form: type[ModelForm]
    title: Promise
    purpose: Promise
    icon: str
    add: Promise

    @property
    def model(self):
        return self.form._meta.model

    @property
    def is_archived_from(self):
        return any(field.name == "archived_at" for field in self.model._meta.fields)


LISTS = {
    "labels": WordList(
        LabelForm,
        gettext_lazy("Labels"),
        gettext_lazy("Coloured words for leads, deals, people and organizations."),
        "tag",
        gettext_lazy("Add label"),
    ),
    "channels": WordList(
        ChannelForm,
        gettext_lazy("Channels"),
        gettext_lazy("Where leads and deals come from: a trade show, a referral, the web site."),
        "megaphone",
        gettext_lazy("Add channel"),
    ),
    "lost-reasons": WordList(
        LostReasonForm,
        gettext_lazy("Lost reasons"),
        gettext_lazy("What people choose from when they mark a deal as lost."),
        "circle-x",
        gettext_lazy("Add lost reason"),
    ),
    "activity-types": WordList(
        ActivityTypeForm,
        gettext_lazy("Activity types"),
        gettext_lazy("What kinds of things your team plans and does."),
        "shapes",
        gettext_lazy("Add activity type"),
    ),
}


@require_GET
def words(request, kind):
    """One list, its archived words at the end."""
    require(may_configure(request.user))
    of = LISTS[kind]
    every = list(of.model.objects.order_by(Lower("name"), "pk"))
    if of.is_archived_from:
        every.sort(key=lambda word: word.archived_at is not None)
    return page(request, "labels/words.html", {"kind": kind, "list": of, "words": every})


@require_http_methods(["GET", "POST"])
def add_word(request, kind):
    return edit(request, kind, LISTS[kind].model())


@require_http_methods(["GET", "POST"])
def change_word(request, kind, pk):
    return edit(request, kind, found(request, kind, pk))


@require_POST
def archive_word(request, kind, pk):
    word = found(request, kind, pk, archived_at=None)
    services.archive_word(word, by=request.user)
    toast(request, _("“%(word)s” is archived.") % {"word": word})
    return redirect_after(request, "labels:words", kind)


@require_POST
def restore_word(request, kind, pk):
    word = found(request, kind, pk, archived_at__isnull=False)
    services.restore_word(word, by=request.user)
    toast(request, _("“%(word)s” can be chosen again.") % {"word": word})
    return redirect_after(request, "labels:words", kind)


@require_POST
def remove_word(request, kind, pk):
    word = found(request, kind, pk)
    services.remove_word(word, by=request.user)
    toast(request, _("“%(word)s” is removed.") % {"word": word})
    return redirect_after(request, "labels:words", kind)


def edit(request, kind, word):
    require(may_configure(request.user))
    of, name = LISTS[kind], word.name
    form = of.form(posted(request), instance=word)
    if form.is_valid():
        with refusals_on(form):
            services.save_word(word, by=request.user)
            toast(request, _("“%(word)s” is saved.") % {"word": word})
            return redirect_after(request, "labels:words", kind)
    context = {"kind": kind, "list": of, "form": form, "word": word, "name": name}
    return page(request, "labels/word.html", context)


def found(request, kind, pk, **state):
    """The word ``pk``; with ``state`` only where the list knows it: labels are never archived."""
    require(may_configure(request.user))
    if state and not LISTS[kind].is_archived_from:
        state = {"pk__in": []}
    return get_object_or_404(LISTS[kind].model, pk=pk, **state)
