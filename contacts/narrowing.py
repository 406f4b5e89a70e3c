"""What the address of a list of contacts asks for: words, owners, labels, and what one act touched,
each with its chip.
"""

from dataclasses import dataclass

from django.utils.functional import cached_property

from accounts.models import User
from contacts.queries import matching
from history.queries import Told, acts_told
from labels.models import Label
from lists.filtering import GONE

MOST_LETTERS = 200


@dataclass(frozen=True)
class Choice:
    """One filter of a list: the values one may add, and those that are on."""

    name: str
    available: list
    chosen: list


class ContactFilter:
    """The filters in ``query``; what names no owner or label there is narrows nothing, and an act
    that is none touched nothing.
    """

    def __init__(self, query, model, user):
        self.query = query
        self.model = model
        self.user = user
        self.text = query.get("q", "").strip()[:MOST_LETTERS]

    @cached_property
    def owners(self):
        return self.choice("owner", User.objects.filter(is_active=True).order_by("name", "pk"))

    @cached_property
    def labels(self):
        return self.choice("label", Label.objects.order_by("name", "pk"))

    @cached_property
    def acts(self):
        """Nobody adds one but by a link that leads here."""
        told = acts_told(self.asked_acts, self.model.objects.visible_to(self.user), self.user)
        known = {act.pk for act in told}
        gone = [Told(each, GONE) for each in self.asked_acts if each not in known]
        return Choice("act", [], told + gone)

    @property
    def asked_acts(self):
        return [each for each in self.query.getlist("act") if each]

    def choice(self, name, values):
        asked = set(self.query.getlist(name))
        chosen, available = [], []
        for value in values:
            (chosen if str(value.pk) in asked else available).append(value)
        return Choice(name, available, chosen)

    @property
    def choices(self):
        return self.owners, self.labels, self.acts

    @property
    def is_on(self):
        return bool(self.text or any(choice.chosen for choice in self.choices))

    def matching(self):
        """The contacts that fit; a question to the database that was not yet asked."""
        return matching(
            self.model,
            self.user,
            text=self.text,
            owners=self.owners.chosen,
            labels=self.labels.chosen,
            acts=self.asked_acts,
        )

    def chips(self):
        """What is on, as pairs of words and the address without it."""
        chips = [
            (value, without(self.query, choice.name, str(value.pk)))
            for choice in self.choices
            for value in choice.chosen
        ]
        if self.text:
            chips.insert(0, (f"“{self.text}”", without(self.query, "q", None)))
        return chips


def without(query, name, value):
    """The address of the list without one ``value`` of ``name``, from its first page on."""
    query = query.copy()
    for cursor in ("after", "before", "peek"):
        query.pop(cursor, None)
    kept = [each for each in query.getlist(name) if value is not None and each != value]
    query.setlist(name, kept)
    return f"?{query.urlencode()}"
