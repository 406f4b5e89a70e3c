"""Two send at once: the limit of all files holds, and what is sent twice is there once."""

import threading
import uuid

import pytest

from accounts.models import User
from deals.models import DealFile
from files import services
from files.models import File
from files.services import StorageFull, attach, remove
from history.models import Operation
from tests.factories import DealFactory, DealFileFactory, UserFactory
from tests.files.making import upload
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice():
    return UserFactory()


def adding(deal, alice, **more):
    def act():
        by = User.objects.get(pk=alice.pk)
        return attach(DealFile, deal, [upload(content=b"x" * 60)], by=by, **more)

    return act


@pytest.mark.parametrize("is_locked", [True, False])
def test_two_do_not_both_take_the_last_room(alice, settings, monkeypatch, is_locked):
    """Of two deals, so that the lock of the deal does not help. The second is the control arm."""
    settings.FILES_TOTAL = 100
    if not is_locked:
        both_looked, real = threading.Barrier(2), services.refuse_full

        def look(size):
            monkeypatch.setattr(services, "QUOTA", uuid.uuid4().int % 2**31)
            real(size)
            both_looked.wait(timeout=10)

        monkeypatch.setattr(services, "refuse_full", look)
    deals = [DealFactory(owner=alice) for _each in range(2)]

    answers = at_once(*(adding(deal, alice) for deal in deals))

    full = [each for each in answers if isinstance(each, StorageFull)]
    assert len(full) == (1 if is_locked else 0)
    assert File.objects.count() == (1 if is_locked else 2)


def test_sent_twice_at_once_it_is_there_once(alice):
    deal, token = DealFactory(owner=alice), uuid.uuid4()
    answers = at_once(*[adding(deal, alice, token=token)] * 2)
    assert all(isinstance(each, Operation) for each in answers), answers
    assert answers[0] == answers[1]
    assert DealFile.objects.count() == 1


def test_a_file_is_deleted_once(alice):
    attachment = DealFileFactory(deal__owner=alice)
    act = lambda: remove(attachment, by=User.objects.get(pk=alice.pk))
    answers = at_once(act, act)
    assert [type(each).__name__ for each in answers].count("Operation") == 1
    assert [type(each).__name__ for each in answers].count("Missing") == 1
