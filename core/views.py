"""The gallery: every atom of the interface, to look at and to test. Never in production."""

from datetime import timedelta
from types import SimpleNamespace

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.errors import Refused, Stale
from core.forms import CurrencyField, DayField, LineField, MoneyAmountField, OnceMixin, TextField
from core.templatetags.ui import HUES
from core.web import page, redirect_after, refusals_on, toast

NAMES = ["Ada Moreau", "Bob Petit", "Chloé Martin", "Camille Roy", "Noé Lavoie"]


class SampleForm(OnceMixin, forms.Form):
    """One field of every kind."""

    title = LineField(label="Title", max_length=80, help_text="What it is about.")
    amount = MoneyAmountField(label="Amount", required=False)
    currency = CurrencyField(label="Currency", initial="EUR")
    on = DayField(label="Day", required=False)
    kind = forms.ChoiceField(
        label="Kind", choices=[("a", "Call"), ("b", "Meeting")], widget=forms.RadioSelect
    )
    text = TextField(label="Text", required=False)
    agreed = forms.BooleanField(label="Tell the others", required=False)


@require_http_methods(["GET", "POST"])
def gallery(request):
    form = SampleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            if form.cleaned_data["title"] == "refuse":
                raise Refused("The sample does not like this title.")
            toast(request, "Sample saved.", undo=request.path, link=(request.path, "Open"))
            return redirect_after(request, "core:gallery")
    return page(request, "core/gallery.html", context(form), parts=["sample", "rows"])


@require_GET
def panel(request, number):
    """One row beside the list."""
    row = rows()[number % len(NAMES)]
    return page(
        request, "core/gallery.html", {**context(SampleForm()), "peek": row}, parts=["panel"]
    )


@require_POST
def move(request):
    """Takes any card, but the column named so refuses it."""
    if request.POST.get("to") == "refuses":
        raise Stale("Someone moved this card meanwhile.")
    toast(request, "Card moved.", undo=request.path)
    return HttpResponse(status=204)


@require_GET
def options(request):
    wanted = request.GET.get("q", "").lower()
    found = [
        {"pk": pk, "name": name, "detail": "Sample"}
        for pk, name in enumerate(NAMES)
        if wanted in name.lower()
    ]
    return render(request, "ui/options.html", {"options": found})


def rows():
    today = timezone.localdate()
    steps = [today - timedelta(days=2), today, today + timedelta(days=10), None, today]
    return [
        SimpleNamespace(pk=pk, name=name, due=due, value=[0, 1200, 23500, 4800, 1234.5][pk])
        for pk, (name, due) in enumerate(zip(NAMES, steps, strict=True))
    ]


def context(form):
    return {
        "form": form,
        "hues": sorted(HUES),
        "rows": rows(),
        "now": timezone.now().replace(second=0, microsecond=0),
        "note": "Asked for a **quote** with on-site training:\n\n- ten people\n- two days",
        "segments": [("late", 2), ("today", 1), ("planned", 3), ("none", 1)],
        "columns": [
            {"name": _("Open"), "key": "open", "cards": rows()[:3]},
            {"name": _("Closed"), "key": "closed", "cards": rows()[3:]},
            {"name": _("Refuses"), "key": "refuses", "cards": []},
        ],
    }
