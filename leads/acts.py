"""What can be done to many leads at a time, and what is said of it."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from labels.models import Label
from leads import services
from leads.inbox import INBOX
from opportunities import services as opportunities
from opportunities.acts import Act, Acts, ShareOut
from opportunities.exporting import export_of
from opportunities.setting import SetFields, set_fields


def archived(number):
    return ngettext("%(count)d lead archived.", "%(count)d leads archived.", number)


def restored(number):
    return ngettext("%(count)d lead restored.", "%(count)d leads restored.", number)


def assigned(number):
    return ngettext(
        "%(count)d lead assigned to %(name)s.", "%(count)d leads assigned to %(name)s.", number
    )


def shared_out(number):
    return ngettext(
        "%(count)d lead shared out among %(name)s.",
        "%(count)d leads shared out among %(name)s.",
        number,
    )


def to_share_out(number):
    return ngettext("Share out %(count)d lead", "Share out %(count)d leads", number)


def labelled(number):
    return ngettext(
        "%(count)d lead labelled “%(name)s”.", "%(count)d leads labelled “%(name)s”.", number
    )


def unlabelled(number):
    return ngettext(
        "Label “%(name)s” taken off %(count)d lead.",
        "Label “%(name)s” taken off %(count)d leads.",
        number,
    )


def changed(number):
    return ngettext("%(count)d lead changed.", "%(count)d leads changed.", number)


def to_set(number):
    return ngettext("Set a field of %(count)d lead", "Set a field of %(count)d leads", number)


def marked_unseen(number):
    return ngettext("%(count)d lead marked unseen.", "%(count)d leads marked unseen.", number)


def deleted(number):
    return ngettext("%(count)d lead deleted.", "%(count)d leads deleted.", number)


def to_export(number):
    return ngettext("Export %(count)d lead", "Export %(count)d leads", number)


def exported(number):
    return ngettext("%(count)d lead exported.", "%(count)d leads exported.", number)


LEADS = Acts(
    of=INBOX,
    acts=(
        Act("archive", _("Archive leads"), opportunities.archive, archived),
        Act("restore", _("Restore leads"), opportunities.restore, restored),
        Act("assign", _("Assign leads"), opportunities.assign, assigned, {"to": User}),
        ShareOut(
            "share_out",
            _("Share out leads"),
            opportunities.share_out,
            shared_out,
            asks=to_share_out,
        ),
        Act("label", _("Label leads"), opportunities.add_label, labelled, {"label": Label}),
        Act(
            "unlabel",
            _("Take a label off leads"),
            opportunities.remove_label,
            unlabelled,
            {"label": Label},
        ),
        SetFields("set", _("Set a field of leads"), set_fields, changed, asks=to_set),
        Act("mark_unseen", _("Mark leads as unseen"), services.mark_unseen, marked_unseen),
        Act("delete", _("Delete leads"), opportunities.delete, deleted),
    ),
)
EXPORT = export_of(LEADS, asks=to_export, done=exported)
