"""Acts on many records, each under a name: what a request does at once, and a job does later."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import Missing
from history.models import Operation
from lists.selection import in_order, selected
from opportunities.listing import Listing
from opportunities.models import Opportunity


@dataclass(frozen=True)
class Act:
    """What ``service(records, by=…, tell=…)`` does, its title, and the sentence for a number of
    records that it was done to, which may hold ``%(name)s``.

    ``takes`` are the models of what the service is given besides, by the names of its arguments;
    ``asks`` is the question of its dialog, about a number of records.
    """

    name: str
    title: str
    service: Callable[..., Operation | int | None]
    done: Callable[[int], str]
    takes: Mapping[str, type[Model]] = field(default_factory=dict)
    asks: Callable[[int], str] | None = None

    def pack(self, arguments: Mapping[str, Any]) -> dict:
        """``arguments`` as a job keeps them: records by their ids."""
        return {name: value.pk for name, value in arguments.items()}

    def unpack(self, packed: Mapping[str, Any]) -> dict:
        """The arguments that were packed, as they are now; ``Missing`` when one is gone."""
        found = {
            name: self.takes[name].objects.filter(pk=number).first()
            for name, number in packed.items()
        }
        if None in found.values():
            raise Missing(_("What this was to be done with is no longer there."))
        return found

    def question(self, number: int) -> str:
        """What the dialog asks that comes before."""
        return self.asks(number) % {"count": number}

    def sentence(self, number: int, arguments: Mapping[str, Any]) -> str:
        """What was done, for a toast or the page of a job."""
        name = next((str(value) for value in arguments.values()), "")
        return self.done(number) % {"count": number, "name": name}


class ShareOut(Act):
    """The act of sharing out among several users, whom a job keeps by their ids."""

    def pack(self, arguments):
        return {"among": [user.pk for user in arguments["among"]], "anew": arguments["anew"]}

    def unpack(self, packed):
        found = User.objects.in_bulk(packed["among"])
        return {"among": [found[pk] for pk in packed["among"]], "anew": packed["anew"]}

    def sentence(self, number, arguments):
        names = ", ".join(str(user) for user in arguments["among"])
        return self.done(number) % {"count": number, "name": names}


@dataclass(frozen=True)
class Acts:
    """All acts on the records of a list, which knows what its address asks for."""

    of: Listing
    acts: tuple[Act, ...]

    @property
    def model(self) -> type[Opportunity]:
        return self.of.model

    @property
    def filters(self) -> tuple[str, ...]:
        return self.of.filters

    @property
    def home(self) -> str:
        """The name of the address of the list."""
        return self.of.home

    def __getitem__(self, name: str) -> Act:
        return next(act for act in self.acts if act.name == name)

    def chosen(self, query: QueryDict, user: User) -> QuerySet:
        """The records that ``query`` selects, found among all that ``user`` may see now."""
        visible = self.model.objects.visible_to(user)
        return in_order(query, selected(query, self.of.matching(query, user), within=visible))

    def job_of(self, act: Act) -> str:
        """The kind of the jobs that do ``act``."""
        return f"{self.model.kind}.{act.name}"


def size_of(result: Operation | int | None) -> int:
    """How many records an act changed, from what its service answers with."""
    if isinstance(result, Operation):
        return result.events.count()
    return result or 0
