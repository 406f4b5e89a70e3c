"""Recently deleted: the records that people deleted, for 30 days, and the way back."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise

from core.web import page, safe_next, toast
from lists.counting import capped_count
from lists.keyset import Walk, paginate
from lists.selection import selected
from opportunities import services
from opportunities.listing import Listing
from opportunities.pages.table import tabs

LAST_FIRST = (Walk(Q(), ("-deleted_at", "-id")),)


@dataclass(frozen=True)
class Deleted:
    """The deleted records of a ``listing``, and what is said of them: the ``title`` of the page,
    what is ``waiting`` there one day, how many are ``kept``, and how many are ``back``.
    """

    listing: Listing
    title: str | Promise
    waiting: str | Promise
    kept: Callable[[int], str]
    back: Callable[[int], str]

    @property
    def app(self) -> str:
        """Where the addresses are."""
        return self.listing.model._meta.app_label

    def seen_by(self, user):
        return self.listing.model.everything.visible_to(user).recently_deleted()


def deleted(request, of: Deleted):
    records, model = of.seen_by(request.user), of.listing.model
    found = paginate(
        records,
        LAST_FIRST,
        after=request.GET.get("after"),
        before=request.GET.get("before"),
        load=lambda rows: rows.for_table().select_related("deleted_by"),
    )
    count, shown = capped_count(records), [record.pk for record in found.rows]
    own = model.everything.deletable_by(request.user).filter(pk__among=shown)
    context = {
        "app": of.app,
        "title": of.title,
        "list_title": of.listing.title,
        "tabs": tabs(of.listing, None),
        "records": found,
        "restorable": set(own.values_list("pk", flat=True)),
        "told": of.kept(count.number) % {"count": count},
        "called": model._meta.verbose_name,
        "waiting": of.waiting,
        "bring_back_url": reverse(f"{of.app}:bring_back"),
    }
    return page(request, "opportunities/deleted.html", context, parts=["results"])


def bring_back(request, of: Deleted):
    records = of.seen_by(request.user)
    chosen = selected(request.POST, records.none(), within=records)
    operation = services.bring_back(chosen, by=request.user)
    if operation:
        number = operation.events.count()
        toast(request, of.back(number) % {"count": number}, undo=operation)
    return redirect(safe_next(request, f"{of.app}:deleted"))
