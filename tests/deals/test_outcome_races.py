"""Two who close at once, and a reason that goes while a deal is lost for it."""

import threading
from functools import partial

import pytest

from deals.models import Deal
from deals.services import ReasonNeeded, lose_deals, win_deals
from history.models import Event
from labels.services import WordInUse, remove_word
from tests.factories import DealFactory, LostReasonFactory, UserFactory
from tests.racing import at_once, meanwhile, wait_until_it_waits

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def admin():
    return UserFactory(role="admin")


def test_a_deal_that_two_close_at_once_ends_once(admin):
    for _round in range(5):
        deal = DealFactory(owner=admin)
        at_once(
            partial(win_deals, [deal], by=admin),
            partial(win_deals, [deal], by=admin),
            partial(lose_deals, [deal], reason=None, by=admin),
        )
        told = Event.objects.filter(subject_kind="deal", subject_id=deal.pk)
        assert told.count() == 1
        deal.refresh_from_db()
        assert told.get().verb == f"deal.{deal.status}"


def test_a_reason_stays_while_a_deal_is_lost_for_it(admin, monkeypatch):
    deal, reason, held = DealFactory(owner=admin), LostReasonFactory(), threading.Event()
    thread, answers = meanwhile(partial(remove_word, reason, by=admin), once=held)
    clean = Deal._meta.get_field("lost_comment").clean

    def clean_and_wait(*arguments):
        held.set()
        wait_until_it_waits(thread)
        return clean(*arguments)

    monkeypatch.setattr(Deal._meta.get_field("lost_comment"), "clean", clean_and_wait)
    lose_deals([deal], reason=reason, by=admin)
    thread.join(timeout=30)

    assert isinstance(answers[0], WordInUse), answers
    deal.refresh_from_db()
    assert deal.lost_reason == reason


def test_whoever_comes_first_the_other_one_is_told(admin):
    for _round in range(5):
        deal, reason = DealFactory(owner=admin), LostReasonFactory()
        removed, lost = at_once(
            partial(remove_word, reason, by=admin),
            partial(lose_deals, [deal], reason=reason, by=admin),
        )
        deal.refresh_from_db()
        if isinstance(lost, ReasonNeeded):
            assert removed is None
            assert deal.is_open
        else:
            assert isinstance(removed, WordInUse), removed
            assert deal.lost_reason == reason
