"""What can be done to many deals at a time, and what is said of it."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from core.frozen import frozen
from deals import services
from deals.models import LostReason
from deals.table import TABLE
from labels.models import Label
from opportunities import services as opportunities
from opportunities.acts import Act, Acts, ShareOut
from opportunities.exporting import export_of
from opportunities.setting import SetFields
from pipelines.models import Stage


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


def moved(number):
    return ngettext(
        "%(count)d deal moved to %(name)s.", "%(count)d deals moved to %(name)s.", number
    )


def to_move(number):
    return ngettext("Move %(count)d deal", "Move %(count)d deals", number)


def won(number):
    return ngettext("%(count)d deal won.", "%(count)d deals won.", number)


def to_win(number):
    return ngettext("Mark %(count)d deal as won", "Mark %(count)d deals as won", number)


def lost(number):
    return ngettext("%(count)d deal lost.", "%(count)d deals lost.", number)


def to_lose(number):
    return ngettext("Why was %(count)d deal lost?", "Why were %(count)d deals lost?", number)


def reopened(number):
    return ngettext("%(count)d deal open again.", "%(count)d deals open again.", number)


def deleted(number):
    return ngettext("%(count)d deal deleted.", "%(count)d deals deleted.", number)


def to_export(number):
    return ngettext("Export %(count)d deal", "Export %(count)d deals", number)


def exported(number):
    return ngettext("%(count)d deal exported.", "%(count)d deals exported.", number)


class Completing(Act):
    """An act that may fill in what the deals lack, with ``values`` that a job keeps as history
    does.
    """

    def pack(self, arguments):
        values = {name: frozen(value) for name, value in arguments["values"].items()}
        kept = {name: getattr(value, "pk", value) for name, value in arguments.items()}
        return kept | {"values": values}

    def unpack(self, packed):
        kept = {name: packed[name] for name in self.takes if packed.get(name) is not None}
        return packed | super().unpack(kept)


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
        Completing("move", _("Move deals"), services.move_deals, moved, {"to": Stage}, to_move),
        Completing("win", _("Mark deals as won"), services.win_deals, won, asks=to_win),
        Completing(
            "lose",
            _("Mark deals as lost"),
            services.lose_deals,
            lost,
            {"reason": LostReason},
            to_lose,
        ),
        Act("reopen", _("Reopen deals"), services.reopen_deals, reopened),
        Act("delete", _("Delete deals"), opportunities.delete, deleted),
    ),
)
EXPORT = export_of(DEALS, asks=to_export, done=exported)
