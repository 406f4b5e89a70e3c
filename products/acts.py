"""What can be done to many products at a time, and what is said of it.

All of it is a few statements however many there are, and done while one waits.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import F, QuerySet
from django.http import QueryDict
from django.utils.translation import ngettext

from accounts.models import User
from history.models import Operation
from lists.selection import in_order, selected
from products import services
from products.catalogue import CATALOGUE, Catalogue
from products.models import Category, Product


@dataclass(frozen=True)
class Act:
    """What ``service(products, by=…)`` does, and the sentence for a number of products."""

    service: Callable[..., Operation | None]
    done: Callable[[int], str]

    def sentence(self, number: int, arguments: dict) -> str:
        name = next((str(value) for value in arguments.values()), "")
        return self.done(number) % {"count": number, "name": name}


@dataclass(frozen=True)
class Acts:
    """All acts on the products of the list, which knows what its address asks for."""

    of: Catalogue
    acts: dict[str, Act]

    @property
    def filters(self) -> tuple[str, ...]:
        return self.of.filters

    @property
    def home(self) -> str:
        return self.of.home

    def __getitem__(self, name: str) -> Act:
        return self.acts[name]

    def chosen(self, query: QueryDict, user: User) -> QuerySet:
        """The products that ``query`` selects, each with its name as its ``title``."""
        visible = Product.objects.visible_to(user)
        found = selected(query, self.of.matching(query, user), within=visible)
        return in_order(query, found.annotate(title=F("name")))


def activate(products, *, by: User) -> Operation | None:
    return services.set_fields(products, {"is_active": True}, by=by)


def deactivate(products, *, by: User) -> Operation | None:
    return services.set_fields(products, {"is_active": False}, by=by)


def categorize(products, *, category: Category, by: User) -> Operation | None:
    return services.set_fields(products, {"category": category}, by=by)


def uncategorize(products, *, by: User) -> Operation | None:
    return services.set_fields(products, {"category": None}, by=by)


def activated(number):
    return ngettext(
        "%(count)d product is offered again.", "%(count)d products are offered again.", number
    )


def deactivated(number):
    return ngettext(
        "%(count)d product is no longer offered.",
        "%(count)d products are no longer offered.",
        number,
    )


def categorized(number):
    return ngettext(
        "%(count)d product put into “%(name)s”.",
        "%(count)d products put into “%(name)s”.",
        number,
    )


def uncategorized(number):
    return ngettext(
        "%(count)d product is in no category.", "%(count)d products are in no category.", number
    )


def deleted(number):
    return ngettext("%(count)d product deleted.", "%(count)d products deleted.", number)


PRODUCTS = Acts(
    of=CATALOGUE,
    acts={
        "activate": Act(activate, activated),
        "deactivate": Act(deactivate, deactivated),
        "categorize": Act(categorize, categorized),
        "uncategorize": Act(uncategorize, uncategorized),
        "delete": Act(services.delete, deleted),
    },
)
