"""A deal is copied: what the copy says, and what stays with the deal it was made from."""

import uuid
from datetime import date

import pytest
from django.utils import timezone

from accounts.models import User
from activities.models import Activity, Note
from core.errors import Missing, NotAllowed
from crm.invariants import breaches
from deals.models import Deal, Participant
from deals.services import StageArchived, copy_deal, win_deals
from history.models import Event, Operation
from history.services import AlreadyDone, undo
from history.templatetags.history import sentence
from opportunities.following import follow
from opportunities.services import archive, delete
from tests.factories import (
    ActivityFactory,
    ChannelFactory,
    DealFactory,
    FieldFactory,
    LabelFactory,
    NoteFactory,
    ParticipantFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def deal(alice, stages):
    return DealFactory(
        owner=alice,
        stage=stages[1],
        title="Pilot",
        visibility="team",
        value="1234.56",
        currency="USD",
        probability=35,
        expected_close_on=date(2027, 3, 1),
        channel=ChannelFactory(),
        campaign="Spring",
        origin="web_form",
        origin_id="w1",
        labels=[LabelFactory(), LabelFactory()],
    )


def test_the_copy_says_what_the_deal_says(deal, alice, bob):
    field = FieldFactory(kind="option", options=["Small", "Former"])
    gone = FieldFactory(kind="text", deleted_at=timezone.now())
    option = field.options.get(name="Former")
    field.options.update(archived_at=timezone.now())
    Deal.objects.update(custom={str(field.pk): option.pk, str(gone.pk): "kept"})
    buyer = ParticipantFactory(deal=deal, role="Buyer")

    copy = Deal.objects.get(pk=copy_deal(deal, by=bob).pk)

    deal.refresh_from_db()
    assert copy.title == "Pilot (copy)"
    same = "person organization value currency probability expected_close_on channel campaign"
    for name in (*same.split(), "visibility", "stage", "custom"):
        assert getattr(copy, name) == getattr(deal, name), name
    assert set(copy.labels.all()) == set(deal.labels.all())
    people = Participant.objects.filter(deal=copy).values_list("person", "role")
    assert list(people) == [(buyer.person_id, "Buyer")]
    assert (copy.owner, copy.created_by, copy.origin, copy.origin_id) == (bob, bob, "manual", "")
    assert breaches() == []


def test_its_story_begins_anew(deal, alice, bob):
    ActivityFactory(deal=deal)
    NoteFactory(deal=deal)
    follow(deal, bob, by=alice)
    win_deals([deal], by=alice)
    archive([deal], by=alice)

    copy = Deal.objects.get(pk=copy_deal(deal, by=alice).pk)

    assert (copy.is_open, copy.is_archived, copy.first_won_at) == (True, False, None)
    assert copy.next_activity_on is None
    assert not copy.followers.exists()
    assert not Activity.objects.filter(deal=copy).exists()
    assert not Note.objects.filter(deal=copy).exists()
    [event] = Event.objects.filter(subject_kind="deal", subject_id=copy.pk)
    assert sentence(event) == "Copied from: Pilot"
    assert copy.position < deal.position  # on top of its column


def test_a_long_title_stays_within_its_bounds(deal, alice):
    Deal.objects.update(title="x" * 200)
    assert len(copy_deal(deal, by=alice).title) == 200


def test_a_repeat_of_the_submission_is_one_copy(deal, alice):
    token = uuid.uuid4()
    copy = copy_deal(deal, token=token, by=alice)
    assert copy_deal(deal, token=token, by=alice) == copy
    delete([copy], by=alice)
    with pytest.raises(AlreadyDone):
        copy_deal(deal, token=token, by=alice)


def test_the_copy_is_deleted_by_undo(deal, bob):
    copy = copy_deal(deal, by=bob)
    undo(Operation.objects.latest("pk"), by=bob)
    assert not Deal.objects.filter(pk=copy.pk).exists()
    assert Deal.everything.recently_deleted().get() == copy


def test_only_who_may_change_a_deal_copies_it(deal, charlie, reader):  # F2
    for user, refusal in ((charlie, Missing), (reader, NotAllowed)):
        with pytest.raises(refusal):
            copy_deal(deal, by=user)
    assert Deal.objects.count() == 1
    assert not Operation.objects.exists()


def test_no_copy_stands_in_a_stage_out_of_use(deal, alice):
    deal.stage.archived_at = timezone.now()
    deal.stage.save()
    with pytest.raises(StageArchived):
        copy_deal(deal, by=alice)


def test_a_deal_of_somebody_who_left_is_copied_too(deal, alice, bob):
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert copy_deal(deal, by=bob).owner == bob
