"""What can be done to many deals at a time, and what is said of it."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from deals.models import Deal
from deals.table import FILTERS, matching
from labels.models import Label
from opportunities import services as opportunities
from opportunities.acts import Act, Acts


def archived(number):
    return ngettext("%(count)d deal archived.", "%(count)d deals archived.", number)


def restored(number):
    return ngettext("%(count)d deal restored.", "%(count)d deals restored.", number)


def assigned(number):
    return ngettext(
        "%(count)d deal assigned to %(name)s.", "%(count)d deals assigned to %(name)s.", number
    )


def labelled(number):
    return ngettext(
        "%(count)d deal labelled “%(name)s”.", "%(count)d deals labelled “%(name)s”.", number
    )


def unlabelled(number):
    return ngettext(
        "Label “%(name)s” taken off %(count)d deal.",
        "Label “%(name)s” taken off %(count)d deals.",
        number,
    )


def deleted(number):
    return ngettext("%(count)d deal deleted.", "%(count)d deals deleted.", number)


DEALS = Acts(
    model=Deal,
    matching=matching,
    filters=FILTERS,
    home="deals:list",
    acts=(
        Act("archive", _("Archive deals"), opportunities.archive, archived),
        Act("restore", _("Restore deals"), opportunities.restore, restored),
        Act("assign", _("Assign deals"), opportunities.assign, assigned, {"to": User}),
        Act("label", _("Label deals"), opportunities.add_label, labelled, {"label": Label}),
        Act(
            "unlabel",
            _("Take a label off deals"),
            opportunities.remove_label,
            unlabelled,
            {"label": Label},
        ),
        Act("delete", _("Delete deals"), opportunities.delete, deleted),
    ),
)
