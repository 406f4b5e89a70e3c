"""Recently deleted: the projects that people deleted, for 30 days, and the way back."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from opportunities.pages import deleted as pages
from projects.table import TABLE


def kept(number):
    return ngettext(
        "%(count)s deleted project. It is kept for 30 days.",
        "%(count)s deleted projects. They are kept for 30 days.",
        number,
    )


def back(number):
    return ngettext("%(count)d project is back.", "%(count)d projects are back.", number)


DELETED = pages.Deleted(
    TABLE,
    title=_("Recently deleted projects"),
    waiting=_("Deleted projects wait here for 30 days and can be restored."),
    kept=kept,
    back=back,
)


@require_GET
def deleted(request):
    return pages.deleted(request, DELETED)


@require_POST
def bring_back(request):
    return pages.bring_back(request, DELETED)
