"""Where leads come from, and what became of them: came in, converted, won, and for how much.

A lead that was converted is counted as the deal that stands for it: the deal has its source and the
day it came in, also when the lead itself has long been purged, and is seen by whoever sees it now.
What was deleted is not counted, nor is what was merged into another lead.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db.models import Count, Exists, F, OuterRef, Q, Sum
from django.utils.translation import gettext as _

from accounts.models import User
from conversion.models import ConvertedLead
from deals.models import Deal
from leads.models import Lead


@dataclass
class Tally:
    """How many leads, how many of them are deals now, how many of those were won; the value that
    was won, by currency.
    """

    leads: int = 0
    converted: int = 0
    won: int = 0
    value: Counter = field(default_factory=Counter)

    def add(self, other: "Tally") -> None:
        self.leads += other.leads
        self.converted += other.converted
        self.won += other.won
        self.value.update(other.value)

    @property
    def amounts(self) -> list[tuple]:
        """(amount, currency), the largest first: amounts of several currencies are never added."""
        return [(amount, currency) for currency, amount in self.value.most_common()]


@dataclass
class Source(Tally):
    """The tally of one source; ``key`` is what a filter of the inbox calls it, if there is one."""

    key: str | int | None = None
    title: str = ""


@dataclass(frozen=True)
class Way:
    """One way to tell sources apart: by a column, with its name where it names a row."""

    key: str
    name: str
    title: Callable[[str | None], str]


WAYS = {
    "origin": Way("origin", "origin", lambda origin: Lead.Origin(origin).label),
    "channel": Way("channel_id", "channel__name", lambda name: name or _("No channel")),
}


def sources(by: str, span: Q, user: User) -> list[Source]:
    """The sources of what came in within ``span``, as ``user`` sees it, the richest in leads first.

    Two statements, whatever there is.
    """
    way, found = WAYS[by], {}

    def source_of(row):
        made = Source(key=row["source"], title=str(way.title(row["name"])))
        return found.setdefault(row["source"], made)

    for row in counted(Lead.objects.visible_to(user).filter(span), way):
        source_of(row).leads += row["number"]
    deals = that_were_leads(Deal.objects.visible_to(user).filter(span))
    for row in counted(deals, way, "status", "currency", amount=Sum("value")):
        source = source_of(row)
        source.leads += row["number"]
        source.converted += row["number"]
        if row["status"] == Deal.Status.WON:
            source.won += row["number"]
            if row["currency"]:
                source.value[row["currency"]] += row["amount"]
    return sorted(found.values(), key=lambda source: (-source.leads, source.title))


def counted(records, way, *names, **sums):
    """A row for each source, and for each of the further columns ``names``."""
    grouped = records.order_by().values(*names, source=F(way.key), name=F(way.name))
    return grouped.annotate(number=Count("pk"), **sums)


def that_were_leads(deals):
    """Keep the deals that stand for a lead."""
    return deals.filter(Exists(ConvertedLead.objects.standing().filter(deal_number=OuterRef("pk"))))


def total(tallies: list[Source]) -> Tally:
    """All of ``tallies`` together."""
    together = Tally()
    for each in tallies:
        together.add(each)
    return together
