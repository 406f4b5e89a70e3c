"""Recently deleted: the deals that people deleted, for 30 days, and the way back."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from deals.table import TABLE
from opportunities.pages import deleted as pages


def kept(number):
    return ngettext(
        "%(count)s deleted deal. It is kept for 30 days.",
        "%(count)s deleted deals. They are kept for 30 days.",
        number,
    )


def back(number):
    return ngettext("%(count)d deal is back.", "%(count)d deals are back.", number)


DELETED = pages.Deleted(
    TABLE,
    title=_("Recently deleted deals"),
    waiting=_("Deleted deals wait here for 30 days and can be restored."),
    kept=kept,
    back=back,
)


@require_GET
def deleted(request):
    return pages.deleted(request, DELETED)


@require_POST
def bring_back(request):
    return pages.bring_back(request, DELETED)
