"""Many people move the same few cards at once, and what must be true of the board afterwards."""

import itertools
import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from django.db import connection

from accounts.days import today_of
from accounts.models import User
from core.errors import Stale
from crm.invariants import breaches
from deals.board import heads_of
from deals.models import Deal, StageVisit
from deals.services import move_deals
from history.models import Operation
from pipelines.models import Stage
from tests.factories import DealFactory, PipelineFactory, StageFactory, UserFactory

CARDS, THREADS = 50, 8


@dataclass
class Told:
    """What the movers were told: the moves that were made, as (deal, from, to), and the rest."""

    moves: list[tuple[int, int, int]] = field(default_factory=list)
    stale: int = 0
    errors: list[Exception] = field(default_factory=list)


def prepare(cards: int = CARDS) -> User:
    """A user with so many deals in the first of four stages, of different values."""
    user = UserFactory()
    pipeline = PipelineFactory(is_default=True)
    stages = [StageFactory(pipeline=pipeline, position=number) for number in range(4)]
    for number in range(cards):
        value = {"value": 100 + number, "currency": ("EUR", "USD")[number % 2]}
        DealFactory(stage=stages[0], owner=user, **value)
    return user


def jostle(user: User, *, seconds: float, threads: int = THREADS, seed: int = 20261126) -> Told:
    """Let so many threads move cards at random, each with a board of its own before its eyes."""
    told = [Told() for _thread in range(threads)]
    until = time.monotonic() + seconds

    def run(number):
        dice = random.Random(seed + number)
        stages = list(Stage.objects.in_order())
        try:
            while time.monotonic() < until:
                move(dice, stages, user, told[number])
        finally:
            connection.close()

    movers = [threading.Thread(target=run, args=[number]) for number in range(threads)]
    for mover in movers:
        mover.start()
    for mover in movers:
        mover.join(timeout=seconds + 60)
    return Told(
        [move for each in told for move in each.moves],
        sum(each.stale for each in told),
        [error for each in told for error in each.errors],
    )


def move(dice, stages, user, told):
    """Look at the board, take one card or up to three, and put them elsewhere."""
    board = list(Deal.objects.values_list("pk", "stage"))
    taken = dict(dice.sample(board, dice.choice((1, 1, 1, 2, 3))))
    to = dice.choice(stages)
    beside = Deal(pk=dice.choice(board)[0]) if len(taken) == 1 else None
    time.sleep(dice.uniform(0, 0.004))  # the hand is slower than the eye
    try:
        operation = move_deals(
            [Deal(pk=pk) for pk in taken], to=to, left=taken, after=beside, by=user
        )
    except Stale:
        told.stale += 1
    except Exception as error:
        told.errors.append(error)
    else:
        if operation:
            told.moves += [(pk, left, to.pk) for pk, left in moved_by(operation)]


def moved_by(operation):
    """Which deals an act moved, and which stage its history says that each left."""
    events = Operation.objects.get(pk=operation.pk).events.all()
    return [(event.subject_id, event.changes["stage"][0]["id"]) for event in events]


# --- Afterwards --------------------------------------------------------------------------------


def look(user: User, told: Told) -> None:
    """Everybody was told the truth, every move is a visit, and the columns are what is in them."""
    assert told.errors == []
    assert breaches() == []
    assert_no_move_was_lost(told)
    assert_every_card_has_a_place()
    assert_heads_are_the_sums(user)


def assert_no_move_was_lost(told):
    """The visits of a deal are a chain whose links are exactly the moves that were told."""
    for deal in Deal.objects.all():
        visits = visits_of(deal)
        for before, after in itertools.pairwise(visits):
            assert before.left_at == after.entered_at
        assert [visit.left_at for visit in visits].count(None) == 1
        assert visits[-1].stage_id == deal.stage_id
        assert visits[-1].entered_at == deal.stage_entered_at
    assert not lost(told), "moves that were told and are not there"
    assert not made() - Counter(told.moves), "moves that are there and nobody was told"


def lost(told) -> Counter:
    """Moves that somebody was told were made, and of which no visit knows."""
    return Counter(told.moves) - made()


def made() -> Counter:
    """The moves that visits know of, as (deal, from, to)."""
    return Counter(
        (deal.pk, before.stage_id, after.stage_id)
        for deal in Deal.objects.all()
        for before, after in itertools.pairwise(visits_of(deal))
    )


def visits_of(deal):
    return list(StageVisit.objects.filter(deal=deal).order_by("entered_at", "pk"))


def assert_every_card_has_a_place():
    places = Deal.objects.values_list("stage", "position")
    assert len(set(places)) == len(places)


def assert_heads_are_the_sums(user):
    on_board = Deal.objects.visible_to(user).on_board()
    for stage, head in heads_of(list(Stage.objects.all()), on_board, today_of(user)).items():
        deals = Deal.objects.filter(stage=stage)
        sums = Counter()
        for deal in deals:
            sums[deal.currency] += deal.value
        assert (head.count, head.sums) == (len(deals), dict(sums))
