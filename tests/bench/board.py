"""A pipeline of a hundred thousand open deals beside one of a hundred: board, list, forecast and
moves, for a user who sees everything and for one who sees few.

Both pipelines stand in the same tables: what differs is how much there is to look at.
"""

from dataclasses import dataclass

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.days import today_of
from accounts.models import User
from deals import forecast
from deals.board import heads_of, stages_of
from deals.models import Deal
from deals.orders import ORDERS
from deals.services import move_deals
from lists.boards import CARDS, with_spots
from lists.keyset import paginate
from lists.orders import MANUAL
from pipelines.models import Pipeline
from tests.bench.measuring import Slowest, Table, clocked, side_by_side, told

LARGE, SMALL = 100_000, 100
SIZES = {"large": LARGE, "small": SMALL}
OTHERS = 20_000
MANY = 50  # deals that move at once
MOST_SECONDS = 0.05  # that one statement may take
MOST_FOR_HEADS = 0.1
GOAL = 2
MOVE_GOAL = 1.2
BOUNDS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
TABLES = ("deals_deal", "deals_deal_labels", "deals_stagevisit", "activities_activity")


@dataclass
class Reader:
    """Somebody who is signed in."""

    title: str
    user: User

    def __post_init__(self):
        self.client = Client(SERVER_NAME="localhost")
        self.client.force_login(self.user)

    def asks(self, url):
        def ask():
            answer = self.client.get(
                url, headers={"HX-Request": "true"} if "/stage/" in url else {}
            )
            assert answer.status_code == 200, answer.status_code

        return ask


def bench():
    """Print what pages and moves cost in the large pipeline beside the small one."""
    pipelines = fill()
    tidy()
    for reader in readers(pipelines["large"]):
        pages(reader, pipelines)
        parts(reader, pipelines)
    admin = next(iter(readers(pipelines["large"])))
    moves(admin, pipelines)


def fill():
    """Both pipelines with as many open deals as they should have, beside others, many of them
    closed. Of the large one a rep sees only their own deals, a few percent; of the small one all,
    so that both show as many cards.
    """
    if not Deal.objects.closed().exists():
        call_command("generate", deals=OTHERS)
    found = {}
    for size, number in SIZES.items():
        name = size.capitalize()
        missing = number - Deal.objects.on_board().filter(stage__pipeline__name=name).count()
        if missing > 0:
            seen = {"shared": 0, "private": 100} if size == "large" else {"shared": 100}
            call_command("generate", deals=missing, pipeline=name, **seen)
        found[size] = Pipeline.objects.get(name=name)
    return found


def tidy():
    """As the database keeps its tables by itself in time."""
    with connection.cursor() as cursor:
        for name in TABLES:
            cursor.execute(f"vacuum analyze {name}")


def readers(pipeline):
    """An admin, who sees everything, and the rep who sees nearest to a twentieth of it."""
    admin = User.objects.filter(role=User.Role.ADMIN, is_active=True).first()
    yield Reader(
        "who sees everything",
        admin or User.objects.create_superuser("admin@bench.example", name="Ada Bench"),
    )
    deals = Deal.objects.on_board().filter(stage__pipeline=pipeline)
    seen = {
        rep: deals.visible_to(rep).count() / deals.count()
        for rep in User.objects.filter(role=User.Role.REP, is_active=True)
    }
    rep = min(seen, key=lambda each: abs(seen[each] - 0.05))
    yield Reader(f"who sees {seen[rep]:.1%} of it", rep)


# --- Pages -------------------------------------------------------------------------------------


def addresses(pipeline):
    """Every page of a pipeline, and the further cards of its fullest column."""
    stage = pipeline.stages.active().in_order().first()
    found = {f"board, {name}": f"/deals/pipeline/{pipeline.pk}/?order={name}" for name in ORDERS}
    if cursor := cursor_of(stage):
        found["board, more cards"] = f"/deals/stage/{stage.pk}/?after={cursor}"
    listed = f"/deals/list/?pipeline={pipeline.pk}"
    found |= {
        "list": listed,
        "list, sorted by value": f"{listed}&sort=-value",
        "list, sorted by title": f"{listed}&sort=title",
        "list, sorted by expected close": f"{listed}&sort=close",
        "list, rotting": f"{listed}&idle=rotten",
        "forecast": f"/deals/forecast/?pipeline={pipeline.pk}",
        "forecast, a year later": f"/deals/forecast/?pipeline={pipeline.pk}&from=2028-01",
        "forecast, all pipelines": "/deals/forecast/?pipeline=all",
    }
    return found


def cursor_of(stage):
    """Where the first twenty cards of a column end."""
    deals = Deal.objects.on_board().filter(stage=stage)
    return paginate(deals, ORDERS[MANUAL].walks(None), per_page=CARDS).next


def pages(reader, pipelines):
    """Whole requests, side by side; how many statements, and the slowest of them."""
    urls = {size: addresses(pipeline) for size, pipeline in pipelines.items()}
    names = list(urls["small"])
    acts = {(name, size): reader.asks(urls[size][name]) for name in names for size in SIZES}
    for act in acts.values():
        act()  # whatever is loaded once
    seconds = side_by_side(acts, rounds=9)
    title = f"Pages, {reader.title}: {LARGE:,} open deals beside {SMALL:,}"
    table = Table(title)
    for name in names:
        large, small = (seconds[name, size] for size in SIZES)
        table.row(f"{name}, {statements(acts[name, 'large'])} statements", large, small, GOAL)
    head = f"slowest statement (at most {told(MOST_SECONDS)})"
    print(f"\n{head:<52}{'in the page':>12}{'analyzed':>12}")
    for name in names:
        slowest = Slowest.of(acts[name, "large"])
        sign = "" if slowest.seconds <= MOST_SECONDS else "  missed"
        times = f"{told(slowest.seconds):>12}{told(slowest.analyzed):>12}"
        print(f"{name:<52}{times}{sign}  {slowest.plan}")


def statements(act):
    """How many statements an act takes, not counting where its transactions begin and end."""
    with CaptureQueriesContext(connection) as captured:
        act()
    return sum(not each["sql"].startswith(BOUNDS) for each in captured)


# --- Parts of a board --------------------------------------------------------------------------


def parts(reader, pipelines):
    """The heads of the board and of the forecast, and the cards in each order, by themselves."""
    acts = {}
    for size, pipeline in pipelines.items():
        deals = Deal.objects.visible_to(reader.user)
        stages = list(pipeline.stages.active().in_order())
        mine, today = deals.filter(stage__in=stages), today_of(reader.user)
        shown = forecast.buckets(today, today)
        acts["heads of the board", size] = heads(stages, deals, today)
        acts["heads of the forecast", size] = outlooks(shown, mine, stages)
        acts["cards of the forecast", size] = expected(shown, mine)
        for name, order in ORDERS.items():
            acts[f"cards of the board, {name}", size] = cards(pipeline, deals, order.walks(today))
    seconds = side_by_side(acts, rounds=9)
    table = Table(f"Parts, {reader.title}: {LARGE:,} open deals beside what they may take")
    for name, size in acts:
        if size == "large":
            most = MOST_FOR_HEADS if name.startswith("heads") else MOST_SECONDS
            table.row(name, seconds[name, size], most, 1)


def heads(stages, deals, today):
    return lambda: bool(heads_of(stages, deals.on_board(), today)) and None


def outlooks(shown, deals, stages):
    return lambda: bool(forecast.outlooks_of(shown, deals, stages)) and None


def expected(shown, deals):
    load = lambda cards: cards.only("pk", "status", "expected_close_on", "won_at")
    return lambda: bool(forecast.cards_of(shown, deals, {}, load)) and None


def cards(pipeline, deals, walks):
    stages, on_board = stages_of(pipeline), deals.on_board()
    return lambda: bool(with_spots(stages, on_board, walks, CARDS, key="stage")) and None


# --- Moves -------------------------------------------------------------------------------------


def moves(reader, pipelines):
    """One card by the service and by a drag, and many at once, to the next stage and on."""
    walkers = {size: Walker(reader, pipeline) for size, pipeline in pipelines.items()}
    acts = {
        (name, size): getattr(walker, name)
        for size, walker in walkers.items()
        for name in ("one", "drag", "many")
    }
    for act in acts.values():
        clocked(act)
    seconds = side_by_side(acts, rounds=9)
    table = Table(f"Moves: among {LARGE:,} open deals beside {SMALL:,}")
    rows = (
        ("one", "one card", MOVE_GOAL),
        ("drag", "one card, whole request", GOAL),  # it sums the columns anew
        ("many", f"{MANY} at once", MOVE_GOAL),
    )
    for name, title, goal in rows:
        number = statements(walkers["large"].prepared(name))
        large, small = (seconds[name, size] for size in SIZES)
        table.row(f"{title}, {number} statements", large, small, goal)


class Walker:
    """Moves deals of a pipeline from stage to stage, over and over again."""

    def __init__(self, reader, pipeline):
        self.reader = reader
        self.pipeline = pipeline
        self.stages = list(pipeline.stages.active().in_order())

    def taken(self):
        """The topmost card of the fullest column, the next stage, and a card somewhere in it."""
        on_board = Deal.objects.on_board()
        here = max(self.stages, key=lambda stage: on_board.filter(stage=stage).count())
        to = self.stages[(self.stages.index(here) + 1) % len(self.stages)]
        beside = list(on_board.filter(stage=to).order_by("position", "pk")[:10])[-1]
        return on_board.filter(stage=here).order_by("position", "pk")[0], to, beside

    def one(self):
        deal, to, beside = self.taken()
        left = {deal.pk: deal.stage_id}
        return lambda: move_deals([deal], to=to, left=left, after=beside, by=self.reader.user)

    def many(self):
        _deal, to, _beside = self.taken()
        elsewhere = Deal.objects.on_board().filter(stage__in=self.stages).exclude(stage=to)
        deals = list(elsewhere.order_by("pk")[:MANY])
        return lambda: move_deals(deals, to=to, by=self.reader.user)

    def drag(self):
        deal, to, beside = self.taken()
        sent = {
            "drag": "1",
            "board": self.pipeline.pk,
            "stage": to.pk,
            "left": deal.stage_id,
            "after": beside.pk,
            "before": "",
        }
        board = f"http://localhost/deals/pipeline/{self.pipeline.pk}/"
        headers = {"HX-Request": "true", "HX-Current-URL": board}

        def run():
            answer = self.reader.client.post(f"/deals/{deal.pk}/move/", sent, headers=headers)
            assert answer.status_code == 200, answer.text[:500]

        return run

    def prepared(self, name):
        return getattr(self, name)()
