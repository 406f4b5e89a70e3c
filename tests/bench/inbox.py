"""The inbox among many leads and among a thousand (H6): whole requests, signed in, side by side.

The thousand are a copy of the table in a schema of its own, with the same indexes: the search path
decides which of the two the same code reads.
"""

from contextlib import contextmanager

from django.db import connection
from django.http import QueryDict
from django.test import Client

from accounts.models import User
from leads.inbox import matching, order_of
from leads.models import Lead
from lists.keyset import paginate
from tests.bench.measuring import Table, side_by_side

FEW = 1_000
GOAL = 1.5
NEXT = {"many": 499, "few": 9}


def bench():
    """Print what a page costs among all leads, beside what it costs among a thousand."""
    rep = User.objects.filter(is_active=True, role=User.Role.REP).order_by("pk").first()
    client = Client()
    client.force_login(rep)
    copy_few()
    try:
        measure(client, rep)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("drop schema few cascade")


def measure(client, rep):
    addresses = {
        "first page": dict.fromkeys(NEXT, "/leads/"),
        "filter by owner and source": dict.fromkeys(NEXT, f"/leads/?owner={rep.pk}&origin=manual"),
        "words that are rare": dict.fromkeys(NEXT, f"/leads/?q={rare_word(rep)}"),
        "sorted by value": dict.fromkeys(NEXT, "/leads/?sort=-value"),
        "deep page": {size: f"/leads/?after={cursor_after(size, rep)}" for size in NEXT},
    }

    def ask(size, url):
        def asked():
            with among(size):
                assert client.get(url, headers={"host": "localhost"}).status_code == 200

        return asked

    acts = {
        (name, size): ask(size, urls[size]) for name, urls in addresses.items() for size in NEXT
    }
    for act in acts.values():
        act()  # whatever is loaded once
    seconds = side_by_side(acts, rounds=9)
    table = Table(f"The inbox: {Lead.objects.count():,} leads beside {FEW:,}")
    for name in addresses:
        table.row(name, seconds[name, "many"], seconds[name, "few"], GOAL)
    deep, first = seconds["deep page", "many"], seconds["first page", "many"]
    table.row("deep page, beside the first page", deep, first, GOAL)


def rare_word(rep):
    """A word out of a title that is among the few too, so that both pages show a row."""
    with among("few"):
        found = matching(QueryDict(), rep).order_by("pk").values_list("plain", flat=True).first()
    return max(found.split(), key=len)


def copy_few():
    with connection.cursor() as cursor:
        cursor.execute("drop schema if exists few cascade")
        cursor.execute("create schema few")
        cursor.execute("create table few.leads_lead (like public.leads_lead including all)")
        columns = ", ".join(
            f'"{field.column}"' for field in Lead._meta.concrete_fields if not field.generated
        )
        cursor.execute(
            f"insert into few.leads_lead ({columns})"
            f" select {columns} from public.leads_lead order by md5(id::text) limit {FEW}"
        )
        cursor.execute("analyze few.leads_lead")


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


def cursor_after(size, rep):
    """The cursor one arrives with after so many clicks on Next."""
    with among(size):
        leads, walks = matching(QueryDict(), rep), order_of("inbox", rep)
        cursor = None
        for _click in range(NEXT[size]):
            cursor = paginate(leads, walks, after=cursor).next or cursor
    return cursor
