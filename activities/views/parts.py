"""What activities put on a record's page: composer, next steps and timeline.

The template tags draw these parts on the page; after a change the views draw them again.
"""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.policies import may_write
from activities.forms import PlanForm, WriteNoteForm, days_from
from activities.queries import SHOWN, next_steps, timeline
from activities.queries.timeline import Place
from activities.services.holding import MODELS
from activities.views.table import rows
from conversion.queries import lives_of
from core.lookups import number_in
from core.web import aimed_at, on_screen, redirect_after, safe_next

FILTERS = [("", _("All")), ("notes", _("Notes")), ("activities", _("Activities")),
           ("changes", _("Changes"))]  # fmt: skip


def composer(record, user, *, plan=None, note=None):
    """Context of the composer; ``plan`` and ``note`` are forms with errors, when there are any."""
    return {
        "record": record,
        "place": place_of(record),
        "may_write": may_write(user),
        "plan": plan or PlanForm(by=user),
        "note": note or WriteNoteForm(),
        "kind": "plan" if plan else "note",
        "days": days_from(timezone.localdate()),
    }


def steps(record, user):
    """Context of what is still to do about ``record``."""
    return {
        "record": record,
        "place": place_of(record),
        "may_write": may_write(user),
        "activities": next_steps(record.kind, record.pk, user),
    }


def happened(record, subjects, user, query):
    """Context of what happened to ``record``; ``query`` may hold ``only`` and ``before``."""
    only = query.get("only") if query.get("only") in SHOWN else ""
    before = Place.read(query.get("before"))
    return {
        "record": record,
        "place": place_of(record),
        "user": user,
        "may_write": may_write(user),
        "timeline": timeline(subjects, user, only=only, before=query.get("before")),
        "only": only,
        "filters": FILTERS,
        "is_older": before is not None,
        "last_day": before and timezone.localdate(before.at),
    }


def place_of(record):
    """The name under which forms send the record whose page they stand on: ``lead:12``."""
    return f"{record.kind}:{record.pk}"


def record_at(place, user):
    """The record that ``place`` names, if ``user`` may see it; else 404."""
    kind, _colon, text = (place or "").partition(":")
    number = number_in(text)
    if kind not in MODELS or number is None:
        raise Http404
    record = MODELS[kind].objects.visible_to(user).filter(pk=number).first()
    if record is None:
        raise Http404
    return record


def answer(request, item):
    """After a write: the parts of the page drawn again, or the page itself.

    ``on`` names the record whose page the form stands on; elsewhere one returns to ``next``.
    """
    if aimed_at(request) == "results":
        request.GET = on_screen(request)
        return render(request, "activities/list.html#results", rows(request, request.GET))
    place = request.POST.get("on")
    if request.htmx and place:
        return redrawn(request, record_at(place, request.user))
    subject = MODELS[item.subject_kind](pk=item.subject_id)
    return redirect_after(request, safe_next(request, subject.get_absolute_url()))


def redrawn(request, record):
    """The part that htmx aims at, and out of band the others that a write may have changed."""
    user, aim = request.user, aimed_at(request)
    contexts = {
        "next-steps": ("activities/_next_steps.html", steps(record, user)),
        "timeline": (
            "activities/_timeline.html",
            happened(record, lives_of(record), user, {}),
        ),
    }
    if aim == "composer":
        contexts["composer"] = ("activities/_composer.html", composer(record, user))
    html = [
        render_to_string(
            template, {**context, "out_of_band": name != aim, "takes_focus": name == aim}, request
        )
        for name, (template, context) in contexts.items()
    ]
    return HttpResponse("".join(html))
