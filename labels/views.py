"""Settings: labels, channels, product categories, lost reasons and activity types, lists that are
kept alike.
"""

from dataclasses import dataclass

from django.db.models.functions import Lower
from django.forms import ModelForm
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.policies import may_configure, require
from core.web import page, place_asked, posted, redirect_after, refusals_on, toast
from labels import services
from labels.forms import ActivityTypeForm, CategoryForm, ChannelForm, LabelForm, LostReasonForm


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
    def is_in_order(self):
        return services.is_in_order(self.model)

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
    "product-categories": WordList(
        CategoryForm,
        gettext_lazy("Product categories"),
        gettext_lazy("What kinds of products you sell: hardware, licences, training."),
        "package",
        gettext_lazy("Add category"),
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
    order = "position" if of.is_in_order else Lower("name")
    every = list(of.model.objects.order_by(order, "pk"))
    in_use = [word for word in every if not of.is_archived_from or word.archived_at is None]
    archived = [word for word in every if word not in in_use]
    for word in in_use:
        word.is_last = word == in_use[-1]
    context = {"kind": kind, "list": of, "words": [*in_use, *archived]}
    return page(request, "labels/words.html", context)


@require_http_methods(["GET", "POST"])
def add_word(request, kind):
    return edit(request, kind, LISTS[kind].model())


@require_http_methods(["GET", "POST"])
def change_word(request, kind, pk):
    return edit(request, kind, found(request, kind, pk))


@require_POST
def move_word(request, kind, pk):
    """Up or down by a button, or to where it was dragged: then the page shows it already."""
    word = found(request, kind, pk, is_in_order=True)
    services.move_word(word, **place_asked(request), by=request.user)
    return (
        HttpResponse(status=204) if request.htmx else redirect_after(request, "labels:words", kind)
    )


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


def found(request, kind, pk, *, is_in_order=False, **state):
    """The word ``pk``; with ``state`` only where the list knows it: labels are never archived, and
    not every list ``is_in_order``.
    """
    require(may_configure(request.user))
    of = LISTS[kind]
    if (state and not of.is_archived_from) or (is_in_order and not of.is_in_order):
        raise Http404
    return get_object_or_404(LISTS[kind].model, pk=pk, **state)
