"""Users follow leads and deals that they may see; whoever may change a record may add others."""

import pytest

from accounts.models import User
from conversion.services import convert_leads
from core.errors import Missing, NotAllowed
from deals.models import Deal
from history.models import Event, Operation
from history.services import undo
from history.templatetags.history import sentence
from opportunities.following import CannotSee, follow, unfollow
from tests.factories import DealFactory, LeadFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[LeadFactory, DealFactory], ids=["lead", "deal"])
def record(request, alice):
    return request.param(owner=alice, visibility="team", title="Pilot")


def test_whoever_follows_is_named_in_the_history(record, alice, bob):
    follow(record, bob, by=alice)
    assert follow(record, bob, by=alice) is None

    assert list(record.followers.all()) == [bob]
    event = Event.objects.get()
    assert event.verb == f"{record.kind}.followed"
    assert sentence(event) == "Follower added: Bob Petit"


def test_following_ends_once(record, bob):
    follow(record, bob, by=bob)
    unfollow(record, bob, by=bob)

    assert unfollow(record, bob, by=bob) is None
    assert not record.followers.exists()
    assert Operation.objects.count() == 2


def test_nobody_follows_what_they_may_not_see(record, alice, charlie):
    someone = UserFactory(role="")
    gone = UserFactory(is_active=False, role=User.Role.ADMIN)
    for user in (charlie, someone, gone):
        with pytest.raises(CannotSee, match=user.name):
            follow(record, user, by=alice)
    assert not record.followers.exists()


def test_strangers_and_readers_change_nothing(record, charlie, reader):  # F2
    for act in (follow, unfollow):
        with pytest.raises(Missing):
            act(record, charlie, by=charlie)
        with pytest.raises(NotAllowed):
            act(record, reader, by=reader)
    assert not Operation.objects.exists()


def test_a_reader_may_be_told_by_others(record, alice, reader):
    follow(record, reader, by=alice)
    assert list(record.followers.all()) == [reader]


def test_both_ways_are_undone(record, alice, bob):
    undo(follow(record, bob, by=alice), by=alice)
    assert not record.followers.exists()
    follow(record, bob, by=alice)
    removed = unfollow(record, bob, by=alice)
    undo(removed, by=alice)
    assert list(record.followers.all()) == [bob]


def test_followers_go_on_following_the_deal(alice, bob, stages):  # D11
    lead = LeadFactory(owner=alice)
    follow(lead, bob, by=alice)
    convert_leads([lead], into=stages[0], by=alice)
    assert list(Deal.objects.get().followers.all()) == [bob]
