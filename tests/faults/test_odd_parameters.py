"""Odd ids, texts and repetitions in every parameter of every address: never a failure of ours.

Each address is asked with what its row in the table of rights sends, and then with one parameter
made odd, by who may, by a reader and by somebody who sees nothing of it. Nothing of it stays.
``ODD_ADDRESSES`` narrows it to the addresses that match.
"""

import os
import random
import re

import pytest

from tests.house import world
from tests.house.access import ROWS, who_may
from tests.house.test_access import address, data_of
from tests.house.world import answer

pytestmark = [pytest.mark.faults, pytest.mark.django_db]

ODD = (
    *("", " ", "0", "-0", "-1", str(2**31), str(2**63), "9" * 25, "1e400", "1e-400", "NaN", "sNaN"),
    *("Infinity", "1,5", "1 234,5", "٣", "²", "text", "\x00", "a\x00b", "é" * 300, "x" * 5_000),
    *(
        "' OR 1=1 --",
        "%",
        "[]",
        "{}",
        "null",
        "2026-99-99",
        "0001-01-01",
        "9999-12-31",
        "..",
        "a.b",
    ),
    *(("1", "2"), ("text", "\x00", "-1")),
)
# What addresses read beside the fields of their forms.
ASKED = (
    "q view peek sort cols after before ids field board left next cancel saved order period by "
    "price_from price_to currency deal person organization phase like"
).split()
ROUNDS = 40


def test_no_address_fails():
    company, chance = world.build(), random.Random(1)
    where, failed = os.environ.get("ODD_ADDRESSES", ""), []
    for row in ROWS:
        if not re.search(where, row.path):
            continue
        url, sent = address(row.path, row.about, company), data_of(row, company, "team")
        for name, value in odd_ones(sent, chance):
            for persona in dict.fromkeys((who_may(row), "reader", "charlie")):
                is_htmx = chance.random() < 0.5
                odd = {**sent, name: value}
                got = answer(company.browser(persona), row.method, url, odd, htmx=is_htmx)
                if got.status >= 500:
                    failed.append(f"{persona} {row}: {name}={value!r:.60}: {got.status}")
    assert not failed, "\n".join(failed)


def odd_ones(sent, chance):
    """Some of all the ways in which one parameter can be odd."""
    ways = [(name, value) for name in (*sent, *ASKED) for value in ODD]
    return chance.sample(ways, min(ROUNDS, len(ways)))
