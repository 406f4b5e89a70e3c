"""The deals of the demo: opened or converted from leads, moved stage by stage, won and lost."""

import datetime
from decimal import Decimal

from conversion.services import convert_leads
from crm.demo.leads import SHARING, Turn, linked
from crm.demo.papers import send_offer
from crm.demo.projects import tell_project
from crm.demo.sales import RENEWALS, SALES, DealStory
from crm.demo.things import Talk
from deals.lines import price_of, with_prices
from deals.models import Deal
from deals.services import (
    add_line,
    add_participant,
    lose_deals,
    move_deals,
    open_deal,
    win_deals,
)
from leads.models import Lead
from leads.services import open_lead
from opportunities.following import follow, may_see
from products.models import Product

OFFERED = 2  # the move with which a customer gets an offer
DECIDES = {"en": "Decision maker", "fr": "Décideur"}


def tell_deals(diary, cast, customers):
    """Write what happened to each deal of both pipelines into the diary."""
    turn = Turn(customers)
    for pipeline, stories in ((cast.sales, SALES), (cast.renewals, RENEWALS)):
        stages = list(pipeline.stages.in_order())
        for told in stories:
            customer = turn.customer(told.company)
            tell_deal(diary, cast, told, customer, turn.person(customer), stages)


def tell_deal(diary, cast, told: DealStory, customer, person, stages):
    story, talk, owner = diary.story(), Talk(diary, cast, customer), customer.owner
    days_ago = told.closed + sum(told.stays)
    if told.was_lead:
        begin_as_lead(diary, cast, told, customer, person, story, talk, days_ago, stages[0])
    else:
        story.record = Deal(stage=stages[0], **said(diary, told))
        cast.sayings.about_sale(story.record, diary.today)
        story.then(
            days_ago,
            lambda: open_deal(
                linked(story.record, customer, person), labels=cast.labelled(told.labels), by=owner
            ),
        )
    if diary.random.random() < 0.3:
        story.then(days_ago, lambda: talk.remind(story.record))
    for place, stage in enumerate(stages[1 : len(told.stays)]):
        days_ago -= told.stays[place]
        story.then(days_ago + 1, lambda: talk.do(story.record))
        if place % 2 == 0:
            story.then(days_ago, lambda: talk.say(story.record))
        story.then(
            days_ago,
            lambda stage=stage, place=place: go_on(cast, customer, story.record, stage, place),
        )
        if place == OFFERED:
            story.then(days_ago, lambda: send_offer(story.record, language=customer.language))
    if told.outcome:
        close(cast, told, story, owner)
    if told.outcome == "won":
        tell_project(diary, cast, told, story, talk, customer)
    if told.next_in is not None:
        since = min(told.stays[-1], max(0, 1 - told.next_in))
        story.then(since, lambda: talk.plan(story.record, next_in=told.next_in))


def go_on(cast, customer, deal, stage, place):
    """The deal moves on. The first time it is said what exactly is sold, somebody else of the
    customer joins, and Alice follows.
    """
    owner, alice = customer.owner, cast.users["alice"]
    move_deals([deal], to=stage, by=owner)
    if place > 0:
        return
    offer(deal, by=owner)
    others = [each for each in customer.people if each.pk not in (None, deal.person_id)]
    for person in others[:1]:
        add_participant(deal, person, role=DECIDES[customer.language], by=owner)
    if owner != alice and may_see(alice, deal):
        follow(deal, alice, by=alice)


def offer(deal, *, by):
    """Every third deal says what is sold: two products of the catalogue, for about its value."""
    if deal.pk % 3 or not deal.value:
        return
    products = Product.objects.active().filter(prices__currency=deal.currency).by_name()
    products = list(with_prices(products))
    chosen = [products[(deal.pk + step) % len(products)] for step in (0, 1)] if products else []
    for product in chosen:
        share = deal.value / 2 / max(price_of(product, deal.currency), 1)
        add_line(deal, {"quantity": Decimal(max(1, round(share)))}, product=product, by=by)


def begin_as_lead(diary, cast, told, customer, person, story, talk, days_ago, stage):
    """It was a lead for a while, then its owner converted it."""
    story.record = Lead(channel=diary.random.choice(cast.channels), **said(diary, told))
    cast.sayings.about_sale(story.record, diary.today)
    heard = days_ago + diary.random.randint(4, 14)
    labels = cast.labelled(told.labels)
    story.then(
        heard,
        lambda: open_lead(linked(story.record, customer, person), labels=labels, by=customer.owner),
    )
    story.then(heard - 1, lambda: talk.say(story.record))
    story.then(days_ago + 1, lambda: talk.do(story.record))

    def convert():
        conversion = convert_leads([story.record], into=stage, by=customer.owner)
        story.record = Deal.objects.get(pk=conversion.pairs.get().deal_number)

    story.then(days_ago, convert)


def close(cast, told, story, owner):
    def win():
        win_deals([story.record], by=owner)

    def lose():
        lose_deals([story.record], reason=cast.reasons[told.reason], comment=told.comment, by=owner)

    story.then(told.closed, win if told.outcome == "won" else lose)


def said(diary, told):
    """What is known of a sale from its first day, as a lead or as a deal."""
    value = Decimal(told.value) if told.value else None
    weeks = diary.random.randint(2, 10)
    close_in = -told.closed + weeks if told.outcome else 7 * weeks
    return {
        "title": told.title,
        "value": value,
        "currency": told.currency if value else "",
        "expected_close_on": diary.today + datetime.timedelta(days=close_in),
        "visibility": diary.random.choice(SHARING),
    }
