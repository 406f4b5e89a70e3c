"""Measure side by side, interleaved, and print medians and ratios."""

import statistics
import time
from collections.abc import Callable

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
