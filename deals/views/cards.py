"""The cards of the board and of the forecast: what they take."""

from accounts.days import today_of
from accounts.policies import may_write
from activities.queries import next_activities
from deals.board import with_age
from deals.cards import SPEAK_FOR_THEMSELVES, card_columns, fetching
from lists.cards import lines_of
from opportunities.columns import with_custom_names


class Cards:
    """What cards show to a user at an address; ``of`` names the page that they stand on."""

    def __init__(self, query, user, fields=None, *, of):
        self.query = query
        self.user = user
        self.today = today_of(user)
        self.fields = card_columns(query, user, fields, of=of)

    def load(self, cards):
        """Fetch all that the cards show."""
        return fetching(cards, self.fields, self.user)

    def finish(self, cards):
        """Let each card know its age, its next activity, and whom its custom values name."""
        with_age(cards, self.today)
        with_custom_names(cards, self.fields)
        if any(field.kind == "step" for field in self.fields):
            due = next_activities("deal", [card.pk for card in cards])
            for card in cards:
                card.next_activity = due.get(card.pk)

    @property
    def context(self):
        """What every card takes."""
        return {
            "lines": lines_of(self.fields, plain=SPEAK_FOR_THEMSELVES),
            "today": self.today,
            "may_write": may_write(self.user),
            "query": self.query.urlencode(),
        }
