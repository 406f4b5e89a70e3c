"""Planning the same for many leads or deals, as one of the acts on their list."""

import datetime
from dataclasses import replace

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from activities.models import ActivityType
from activities.services import plan_many
from deals.table import TABLE
from leads.inbox import INBOX
from opportunities.acts import Act, Acts


class Plan(Act):
    """The act of planning: besides records a job keeps the subject, the day and the token."""

    def pack(self, arguments):
        words = {"subject": arguments["subject"], "due_on": arguments["due_on"].isoformat()}
        records = {name: arguments[name] for name in self.takes if arguments.get(name)}
        return words | super().pack(records) | {"token": str(arguments["token"])}

    def unpack(self, packed):
        records = {name: packed[name] for name in self.takes if name in packed}
        return super().unpack(records) | {
            "subject": packed["subject"],
            "due_on": datetime.date.fromisoformat(packed["due_on"]),
            "token": packed["token"],
        }

    def sentence(self, number, arguments):
        return self.done(number) % {"count": number}


def planned(number):
    return ngettext("%(count)d activity planned.", "%(count)d activities planned.", number)


def to_plan_for_leads(number):
    return ngettext(
        "Plan an activity for %(count)d lead", "Plan an activity for %(count)d leads", number
    )


def to_plan_for_deals(number):
    return ngettext(
        "Plan an activity for %(count)d deal", "Plan an activity for %(count)d deals", number
    )


TAKES = {"activity_type": ActivityType, "assignee": User}
PLAN = Plan("plan", _("Plan an activity"), plan_many, planned, TAKES)
PLANNING = {
    "leads": Acts(of=INBOX, acts=(replace(PLAN, asks=to_plan_for_leads),)),
    "deals": Acts(of=TABLE, acts=(replace(PLAN, asks=to_plan_for_deals),)),
}
