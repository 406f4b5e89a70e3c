"""What can be done to many deals at a time, and what is said of it."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from deals import services
from deals.table import TABLE
from labels.models import Label
from opportunities import services as opportunities
from opportunities.acts import Act, Acts, ShareOut
from opportunities.exporting import Export
from opportunities.setting import SetFields


def archived(number):
    return ngettext("%(count)d deal archived.", "%(count)d deals archived.", number)


def restored(number):
    return ngettext("%(count)d deal restored.", "%(count)d deals restored.", number)


def assigned(number):
    return ngettext(
        "%(count)d deal assigned to %(name)s.", "%(count)d deals assigned to %(name)s.", number
    )


def shared_out(number):
    return ngettext(
        "%(count)d deal shared out among %(name)s.",
        "%(count)d deals shared out among %(name)s.",
        number,
    )


def to_share_out(number):
    return ngettext("Share out %(count)d deal", "Share out %(count)d deals", number)


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


def changed(number):
    return ngettext("%(count)d deal changed.", "%(count)d deals changed.", number)


def to_set(number):
    return ngettext("Set a field of %(count)d deal", "Set a field of %(count)d deals", number)


def deleted(number):
    return ngettext("%(count)d deal deleted.", "%(count)d deals deleted.", number)


def exported(number):
    return ngettext("%(count)d deal exported.", "%(count)d deals exported.", number)


DEALS = Acts(
    of=TABLE,
    acts=(
        Act("archive", _("Archive deals"), opportunities.archive, archived),
        Act("restore", _("Restore deals"), opportunities.restore, restored),
        Act("assign", _("Assign deals"), opportunities.assign, assigned, {"to": User}),
        ShareOut(
            "share_out",
            _("Share out deals"),
            opportunities.share_out,
            shared_out,
            asks=to_share_out,
        ),
        Act("label", _("Label deals"), opportunities.add_label, labelled, {"label": Label}),
        Act(
            "unlabel",
            _("Take a label off deals"),
            opportunities.remove_label,
            unlabelled,
            {"label": Label},
        ),
        SetFields("set", _("Set a field of deals"), services.change_deals, changed, asks=to_set),
        Act("delete", _("Delete deals"), opportunities.delete, deleted),
    ),
)
EXPORT = Export(DEALS, _("Export deals"), exported)
