"""Measure side by side, interleaved, and print medians and ratios."""

import re
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection

ROUNDS = 5


def side_by_side(acts: dict[str, Callable], *, rounds: int = ROUNDS) -> dict[str, float]:
    """Median seconds of each act; every round runs all of them, each time in another order."""
    seconds = {name: [] for name in acts}
    names = list(acts)
    for turn in range(rounds):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            seconds[name].append(clocked(acts[name]))
    return {name: statistics.median(each) for name, each in seconds.items()}


def clocked(act: Callable) -> float:
    """Seconds that ``act`` takes, or what it answers with when it only prepared the real act."""
    began = time.perf_counter()
    inner = act()
    if callable(inner):
        began = time.perf_counter()
        inner()
    return time.perf_counter() - began


class Table:
    """Rows of a result: what, ours, the floor, their ratio, the goal; printed as they come."""

    def __init__(self, title):
        print(f"\n{title}")
        print(f"{'what':<52}{'ours':>12}{'floor':>12}{'ratio':>8}{'goal':>8}")

    def row(self, what, ours, floor, goal):
        ratio = ours / floor
        sign = "" if ratio <= goal else "  missed"
        print(f"{what:<52}{told(ours):>12}{told(floor):>12}{ratio:>8.2f}{goal:>8.2f}{sign}")
        return ratio <= goal


def told(seconds):
    return f"{seconds * 1000:,.1f} ms" if seconds < 10 else f"{seconds:,.2f} s"


@dataclass
class Slowest:
    """The slowest statement of an act, how long it took in it, and what EXPLAIN ANALYZE says."""

    seconds: float = 0
    statement: tuple = ()
    analyzed: float = 0
    plan: str = ""

    @classmethod
    def of(cls, act: Callable, *, rounds: int = 3) -> "Slowest":
        """Of several rounds the one whose slowest statement was the fastest: noise only adds."""
        return min((cls.once(act) for _round in range(rounds)), key=lambda found: found.seconds)

    @classmethod
    def once(cls, act):
        found = cls()
        with connection.execute_wrapper(found.clock):
            act()
        found.explain()
        return found

    def clock(self, execute, sql, parameters, many, context):
        began = time.perf_counter()
        try:
            return execute(sql, parameters, many, context)
        finally:
            took = time.perf_counter() - began
            if took > self.seconds and sql.lstrip("( ").startswith("SELECT"):
                self.seconds, self.statement = took, (sql, parameters)

    def explain(self):
        """The execution time, and the nodes that read a table or an index."""
        sql, parameters = self.statement
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF) {sql}", parameters)
            lines = [line for (line,) in cursor.fetchall()]
        self.analyzed = float(lines[-1].split(":")[1].split()[0]) / 1000
        scans = [re.search(r"\w[\w ]* Scan.*? on \w+|Bitmap\w+", line) for line in lines]
        self.plan = ", ".join(dict.fromkeys(found[0] for found in scans if found))[:120]
