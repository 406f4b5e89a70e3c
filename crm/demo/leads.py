"""The leads of the demo: heard of, looked at, talked about, some put away."""

from decimal import Decimal
from itertools import cycle

from accounts.models import Visibility
from crm.demo.diary import newborn
from crm.demo.sales import LEADS, LeadStory
from crm.demo.things import Talk
from leads.models import Lead
from leads.services import mark_seen, open_lead
from opportunities import services as opportunities

SHARING = (Visibility.EVERYONE,) * 5 + (Visibility.TEAM,) * 3 + (Visibility.OWNER,)


class Turn:
    """Whose turn it is among the people of each customer."""

    def __init__(self, customers):
        self.customers = {name: cycle(several) for name, several in customers.items()}
        self.met = {}

    def customer(self, name):
        return next(self.customers[name])

    def person(self, customer):
        number = self.met.get(id(customer), 0)
        self.met[id(customer)] = number + 1
        return customer.people[number % len(customer.people)]


def tell_leads(diary, cast, customers):
    """Write what happened to each lead into the diary."""
    turn = Turn(customers)
    for told in LEADS:
        customer = turn.customer(told.company)
        tell_lead(diary, cast, told, customer, turn.person(customer))


def tell_lead(diary, cast, told: LeadStory, customer, person):
    owner, story, talk = customer.owner, diary.story(), Talk(diary, cast, customer)
    draw = diary.random
    lead = story.record = Lead(
        title=told.title,
        value=told.value and Decimal(told.value),
        currency=told.currency if told.value else "",
        origin=told.origin,
        channel=draw.choice(cast.channels) if draw.random() < 0.7 else None,
        visibility=draw.choice(SHARING),
    )
    cast.sayings.about_sale(lead, diary.today)
    story.then(
        told.heard, lambda: open_lead(linked(lead, customer, person), labels=labels, by=owner)
    )
    labels = cast.labelled(told.labels)
    if told.unseen:
        return
    story.then(told.heard, lambda: mark_seen([lead], by=owner))
    if told.heard > 5:
        story.then(told.heard - draw.randint(1, 3), lambda: talk.say(lead))
    if told.heard > 10:
        story.then(told.heard - draw.randint(4, 8), lambda: talk.do(lead))
    if told.next_in is not None:
        planned = max(0, min(told.heard, -told.next_in) + 1)
        story.then(min(planned, told.heard), lambda: talk.plan(lead, next_in=told.next_in))
    if told.archived:
        story.then(
            told.heard - draw.randint(15, 30), lambda: opportunities.archive([lead], by=owner)
        )


def linked(record, customer, person):
    """``record``, made now, with its customer, who has a number by now."""
    record.person, record.organization = person, customer.organization
    record.owner = customer.owner
    return newborn(record)
