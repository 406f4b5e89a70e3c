"""What the values of a row say together."""

import pytest
from django.utils import timezone

from imports.judging.agreeing import agree, begin_activity
from imports.known import Known
from tests.factories import ActivityTypeFactory, PipelineFactory, StageFactory

WON, LOST = "2026-03-01T11:00:00+00:00", "2026-04-01T11:00:00+00:00"


@pytest.fixture
def together(alice):
    """``together(status="won")``: what is kept of a deal, and what contradicts itself."""

    def said(**deal):
        says = {"deal": deal}
        problems = list(agree(says, Known(alice)))
        return says["deal"], [field for field, _reason in problems]

    return said


def test_a_stage_is_that_of_the_pipeline_beside_it(together, stages):
    other = StageFactory(pipeline=PipelineFactory(name="Partners"), name="OFFER")
    named = {"stage": stages[1].pk, "pipeline": other.pipeline_id}
    assert together(**named) == ({"stage": other.pk}, [])
    assert together(pipeline=other.pipeline_id) == ({"stage": other.pk}, [])
    assert together(stage=other.pk) == ({"stage": other.pk}, [])
    named["stage"] = stages[0].pk
    assert together(**named)[1] == ["deal.stage"]
    assert together(pipeline=PipelineFactory().pk)[1] == ["deal.pipeline"]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ({"status": "won", "closed_at": WON}, {"status": "won", "won_at": WON}),
        ({"status": "lost", "closed_at": LOST}, {"status": "lost", "lost_at": LOST}),
        ({"status": "open", "closed_at": WON}, {"status": "open"}),
        ({"status": "won", "won_at": WON, "closed_at": LOST}, {"status": "won", "won_at": WON}),
        ({"status": "won", "won_at": WON, "lost_at": LOST}, {"status": "won", "won_at": WON}),
        ({"won_at": WON}, {"status": "won", "won_at": WON}),
        ({"lost_reason": 3}, {"status": "lost", "lost_reason": 3}),
        ({"status": "won", "lost_reason": 3, "lost_comment": "No"}, {"status": "won"}),
        ({"closed_at": WON}, {}),
        ({"title": "Desks"}, {"title": "Desks"}),
    ],
)
def test_how_a_deal_ended_and_when_go_together(together, said, kept):
    assert together(**said) == (kept, [])


def test_a_discount_leaves_something(alice):
    says = {"line": {"discount": "120", "cycles": 3}}
    assert [field for field, _ in agree(says, Known(alice))] == ["line.discount"]
    assert "cycles" not in says["line"]
    says = {
        "line": {"discount": "120", "discount_kind": "amount", "frequency": "monthly", "cycles": 3}
    }
    assert list(agree(says, Known(alice))) == []
    assert says["line"]["cycles"] == 3


def test_an_activity_without_a_subject_is_called_by_its_type(alice):
    call = ActivityTypeFactory(name="Call")
    says = {"activity": {"type": call.pk}}
    assert list(agree(says, Known(alice))) == []
    assert says["activity"]["subject"] == "Call"


def test_a_new_activity_has_a_type_and_a_day(alice):
    ActivityTypeFactory(name="Call", position=0, archived_at=timezone.now())
    meeting = ActivityTypeFactory(name="Meeting", position=1)
    activity = {"done_at": "2026-03-01T23:30:00+00:00"}
    begin_activity(activity, Known(alice))
    assert activity["type"] == meeting.pk
    assert activity["subject"] == "Meeting"
    assert activity["due_on"] == "2026-03-02"  # in Paris
    begin_activity(planned := {"subject": "Call Amy"}, Known(alice))
    assert planned["due_on"] == timezone.now().astimezone(Known(alice).zone).date().isoformat()
