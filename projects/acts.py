"""What can be done to many projects at a time, and what is said of it."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from labels.models import Label
from opportunities import services as opportunities
from opportunities.acts import Act, Acts, ShareOut
from opportunities.exporting import export_of
from opportunities.setting import SetFields
from projects import services
from projects.models import Phase
from projects.table import TABLE


def archived(number):
    return ngettext("%(count)d project archived.", "%(count)d projects archived.", number)


def restored(number):
    return ngettext("%(count)d project restored.", "%(count)d projects restored.", number)


def assigned(number):
    return ngettext(
        "%(count)d project assigned to %(name)s.",
        "%(count)d projects assigned to %(name)s.",
        number,
    )


def shared_out(number):
    return ngettext(
        "%(count)d project shared out among %(name)s.",
        "%(count)d projects shared out among %(name)s.",
        number,
    )


def to_share_out(number):
    return ngettext("Share out %(count)d project", "Share out %(count)d projects", number)


def labelled(number):
    return ngettext(
        "%(count)d project labelled “%(name)s”.", "%(count)d projects labelled “%(name)s”.", number
    )


def unlabelled(number):
    return ngettext(
        "Label “%(name)s” taken off %(count)d project.",
        "Label “%(name)s” taken off %(count)d projects.",
        number,
    )


def changed(number):
    return ngettext("%(count)d project changed.", "%(count)d projects changed.", number)


def to_set(number):
    return ngettext("Set a field of %(count)d project", "Set a field of %(count)d projects", number)


def moved(number):
    return ngettext(
        "%(count)d project moved to %(name)s.", "%(count)d projects moved to %(name)s.", number
    )


def to_move(number):
    return ngettext("Move %(count)d project", "Move %(count)d projects", number)


def finished(number):
    return ngettext("%(count)d project done.", "%(count)d projects done.", number)


def cancelled(number):
    return ngettext("%(count)d project cancelled.", "%(count)d projects cancelled.", number)


def reopened(number):
    return ngettext("%(count)d project open again.", "%(count)d projects open again.", number)


def deleted(number):
    return ngettext("%(count)d project deleted.", "%(count)d projects deleted.", number)


def to_export(number):
    return ngettext("Export %(count)d project", "Export %(count)d projects", number)


def exported(number):
    return ngettext("%(count)d project exported.", "%(count)d projects exported.", number)


PROJECTS = Acts(
    of=TABLE,
    acts=(
        Act("archive", _("Archive projects"), opportunities.archive, archived),
        Act("restore", _("Restore projects"), opportunities.restore, restored),
        Act("assign", _("Assign projects"), opportunities.assign, assigned, {"to": User}),
        ShareOut(
            "share_out",
            _("Share out projects"),
            opportunities.share_out,
            shared_out,
            asks=to_share_out,
        ),
        Act("label", _("Label projects"), opportunities.add_label, labelled, {"label": Label}),
        Act(
            "unlabel",
            _("Take a label off projects"),
            opportunities.remove_label,
            unlabelled,
            {"label": Label},
        ),
        SetFields(
            "set", _("Set a field of projects"), services.change_projects, changed, asks=to_set
        ),
        Act("move", _("Move projects"), services.move_projects, moved, {"to": Phase}, to_move),
        Act("finish", _("Mark projects as done"), services.finish_projects, finished),
        Act("cancel", _("Cancel projects"), services.cancel_projects, cancelled),
        Act("reopen", _("Reopen projects"), services.reopen_projects, reopened),
        Act("delete", _("Delete projects"), opportunities.delete, deleted),
    ),
)
EXPORT = export_of(PROJECTS, asks=to_export, done=exported)
