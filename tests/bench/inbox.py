"""The inbox among a million leads and among ten thousand (H6): whole requests, signed in, side by
side, for a user who sees everything and for one who sees few.

The ten thousand are a copy of the table in a schema of its own, with the same indexes: the search
path decides which of the two the same code reads.
"""

from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection
from django.http import QueryDict
from django.test import Client

from accounts.models import User
from labels.models import Label
from leads.inbox import VIEWS, matching, order_of
from leads.models import Lead
from lists.keyset import paginate
from tests.bench.measuring import Slowest, Table, side_by_side, told

FEW = 10_000
GOAL = 2
DEEP_GOAL = 1.5
MOST_SECONDS = 0.05  # that one statement may take
CLICKS = {"many": 499, "few": 99}
LINKED = ("leads_lead", "leads_lead_labels")


@dataclass
class Reader:
    """Somebody who is signed in, and the addresses that are asked for them, by size."""

    title: str
    user: User

    def __post_init__(self):
        self.client = Client()
        self.client.force_login(self.user)
        self.addresses = {
            **{f"view {view}": f"/leads/?view={view}" for view in VIEWS if view != "inbox"},
            "words": f"/leads/?q={self.word()}",
            "label and owner": f"/leads/?label={self.label()}&owner={self.own()}",
            "added in the last 30 days": "/leads/?created=last-30-days",
            "sorted by value": "/leads/?sort=-value",
            "sorted by title": "/leads/?sort=title",
        }

    def seen(self):
        return matching(QueryDict(), self.user)

    def word(self):
        """A word out of a title that is among the few too, so that both pages show a row."""
        with among("few"):
            title = self.seen().order_by("pk").values_list("plain", flat=True)[0]
        return max(title.split(), key=len)

    def label(self):
        return Label.objects.earliest("pk").pk

    def own(self):
        return self.seen().values_list("owner", flat=True)[0]

    def deep(self, size):
        """The address one arrives at after so many clicks on Next."""
        with among(size):
            leads, walks = self.seen(), order_of("inbox", self.user)
            cursor = None
            for _click in range(CLICKS[size]):
                cursor = paginate(leads, walks, after=cursor).next or cursor
        return f"/leads/?after={cursor}"

    def rows(self, size, url):
        """How many rows the page shows: among few leads there are less for who sees few of them."""
        with among(size):
            return self.client.get(url, headers={"host": "localhost"}).text.count("data-peek=")

    def asks(self, size, url):
        def ask():
            with among(size):
                answer = self.client.get(url, headers={"host": "localhost"})
                assert answer.status_code == 200
            return None

        return ask


def bench():
    """Print what pages cost among all leads beside among few, and their slowest statement."""
    copy_few()
    tidy()
    try:
        for reader in readers():
            measure(reader)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("drop schema few cascade")


def readers():
    """An admin, who sees everything, and the rep who sees least."""
    admin = User.objects.filter(role=User.Role.ADMIN, is_active=True).first()
    admin = admin or User.objects.create_superuser("admin@bench.example", name="Ada Bench")
    reps = User.objects.filter(role=User.Role.REP, is_active=True)
    rep = min(reps, key=lambda each: Lead.objects.visible_to(each).count())
    whole, seen = Lead.objects.count(), Lead.objects.visible_to(rep).count()
    yield Reader("who sees everything", admin)
    yield Reader(f"who sees {seen:,} ({100 * seen / whole:.1f} %)", rep)


def measure(reader):
    pages = {"first page": dict.fromkeys(CLICKS, "/leads/")}
    pages |= {name: dict.fromkeys(CLICKS, url) for name, url in reader.addresses.items()}
    pages["deep page"] = {size: reader.deep(size) for size in CLICKS}
    acts = {
        (name, size): reader.asks(size, urls[size]) for name, urls in pages.items() for size in urls
    }
    for act in acts.values():
        act()  # whatever is loaded once
    seconds = side_by_side(acts, rounds=9)
    table = Table(f"The inbox, {reader.title}: {Lead.objects.count():,} leads beside {FEW:,}")
    for name in pages:
        shown = " beside ".join(str(reader.rows(size, pages[name][size])) for size in CLICKS)
        table.row(f"{name}, {shown} rows", seconds[name, "many"], seconds[name, "few"], GOAL)
    deep, first = (seconds[name, "many"] for name in ("deep page", "first page"))
    table.row("deep page beside the first", deep, first, DEEP_GOAL)
    head = f"slowest statement (at most {told(MOST_SECONDS)})"
    print(f"\n{head:<52}{'in the page':>12}{'analyzed':>12}")
    for name in pages:
        slowest = Slowest.of(acts[name, "many"])
        sign = "" if slowest.seconds <= MOST_SECONDS else "  missed"
        times = f"{told(slowest.seconds):>12}{told(slowest.analyzed):>12}"
        print(f"{name:<52}{times}{sign}  {slowest.plan}")


def copy_few():
    """The leads and their labels once more, but only few of them, in a schema of their own."""
    with connection.cursor() as cursor:
        cursor.execute("drop schema if exists few cascade")
        cursor.execute("create schema few")
        for name in LINKED:
            cursor.execute(f"create table few.{name} (like public.{name} including all)")
        columns = ", ".join(
            f'"{field.column}"' for field in Lead._meta.concrete_fields if not field.generated
        )
        cursor.execute(
            f"insert into few.leads_lead ({columns})"
            f" select {columns} from public.leads_lead order by md5(id::text) limit {FEW}"
        )
        cursor.execute(
            "insert into few.leads_lead_labels select * from public.leads_lead_labels"
            " where lead_id in (select id from few.leads_lead)"
        )


def tidy():
    """As the database keeps its tables by itself in time: what other benches wrote is just over."""
    with connection.cursor() as cursor:
        for schema in ("public", "few"):
            for name in LINKED:
                cursor.execute(f"vacuum analyze {schema}.{name}")


@contextmanager
def among(size):
    """Let whatever reads the leads meanwhile read all of them, or few."""
    path = "few, public" if size == "few" else "public"
    with connection.cursor() as cursor:
        cursor.execute(f"set search_path to {path}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("set search_path to public")
