"""Two change what is sold in a deal at once: the value is what all of its lines come to."""

import threading
from decimal import Decimal

import pytest

from accounts.models import User
from accounts.policies import refuse_some
from crm.invariants import breaches
from deals.models import Deal, LineItem
from deals.services import add_line, set_terms, type_value, valuing
from history.models import Operation
from tests.factories import DealFactory, PipelineFactory, StageFactory, UserFactory
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice():
    return UserFactory()


@pytest.fixture
def stage():
    return StageFactory(pipeline=PipelineFactory(is_default=True))


@pytest.fixture
def deal(alice, stage):
    return with_a_desk(alice, stage)


def with_a_desk(alice, stage):
    """A deal with one line, whose value follows."""
    deal = DealFactory(owner=alice, stage=stage, value=5, currency="EUR")
    selling(deal, "Desk", alice)()
    return deal


def act(service, *arguments, by, **more):
    return lambda: service(*arguments, by=User.objects.get(pk=by.pk), **more)


def selling(deal, name, by):
    """``name`` is sold in ``deal`` too, for 100 before a tax of 25 percent."""
    values = {"name": name, "price": Decimal(100), "tax": Decimal(25)}
    return act(add_line, deal, values, by=by)


def without_lock(monkeypatch):
    """Both look at the deal and its lines before either writes, as if nobody had locked it."""
    both_looked = threading.Barrier(2)

    def look(deal, *, by):
        asked = Deal.everything.filter(pk=deal.pk)
        refuse_some(asked, {deal.pk}, by=by, may="changeable_by")
        found = asked.get(), list(LineItem.objects.filter(deal=deal).in_order())
        both_looked.wait(timeout=10)
        return found

    monkeypatch.setattr(valuing, "lock_with_lines", look)
    monkeypatch.setattr("deals.services.items.lock_with_lines", look)


def worth(deal):
    deal = Deal.objects.get(pk=deal.pk)
    return deal.value, deal.currency


def broken():
    """The promises that do not hold now."""
    return {breach.invariant.name for breach in breaches()}


def both_added(deal, alice):
    answers = at_once(selling(deal, "Chair", alice), selling(deal, "Lamp", alice))
    assert [type(each) for each in answers] == [Operation, Operation], answers


def added_beside_other_terms(deal, alice):
    to_yen = {"currency": "JPY", "tax_is_included": True}
    answers = at_once(selling(deal, "Chair", alice), act(set_terms, deal, **to_yen, by=alice))
    assert [type(each) for each in answers] == [Operation, Operation], answers


def test_of_two_lines_at_once_both_count(deal, alice):
    for round_number in range(1, 6):
        both_added(deal, alice)
        assert worth(deal) == (100 + round_number * 200, "EUR")
    places = LineItem.objects.values_list("position", flat=True)
    assert sorted(places) == list(range(11))
    assert broken() == set()


def test_without_the_lock_one_of_them_does_not_count(deal, alice, monkeypatch):
    """The control arm: what the lock prevents does happen."""
    without_lock(monkeypatch)

    both_added(deal, alice)

    assert LineItem.objects.filter(deal=deal).count() == 3
    assert worth(deal) == (200, "EUR")
    assert broken() == {"value_of_lines"}


def test_a_line_beside_other_terms_counts_on_them(alice, stage):
    for _round in range(5):
        deal = with_a_desk(alice, stage)
        added_beside_other_terms(deal, alice)
        assert worth(deal) == (160, "JPY")
    assert broken() == set()


def test_without_the_lock_it_counts_on_the_former_ones(deal, alice, monkeypatch):
    """The control arm: whoever writes last has not seen what the other wrote."""
    without_lock(monkeypatch)

    added_beside_other_terms(deal, alice)

    assert worth(deal)[0] in (80, 200)
    assert broken() == {"value_of_lines"}


def test_a_value_typed_beside_a_line_stands(alice, stage):
    for _round in range(5):
        deal = with_a_desk(alice, stage)
        at_once(
            selling(deal, "Chair", alice),
            act(type_value, deal, Decimal(7), "USD", by=alice),
        )
        assert worth(deal) == (7, "USD")
        assert LineItem.objects.filter(deal=deal).count() == 2
    assert broken() == set()
