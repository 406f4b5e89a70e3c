"""Operations: one act, one token, one answer."""

import uuid

import pytest

from history.models import Operation
from history.services import TokenUsed, begin, changed
from labels.models import Label


def test_a_token_finds_the_first_operation_of_its_user(alice, bob):
    token = uuid.uuid4()

    first, is_new = begin("lead.created", by=alice, token=token)
    again, is_new_again = begin("lead.created", by=alice, token=token)
    other, is_new_for_bob = begin("lead.created", by=bob, token=token)

    assert (is_new, is_new_again, is_new_for_bob) == (True, False, True)
    assert again == first
    assert other != first


def test_a_token_belongs_to_one_act(alice):
    token = uuid.uuid4()
    begin("lead.created", by=alice, token=token)

    with pytest.raises(TokenUsed):
        begin("lead.converted", by=alice, token=token)


def test_without_a_token_every_act_is_new(alice):
    assert begin("lead.archived", by=alice)[1]
    assert begin("lead.archived", by=alice)[1]
    assert Operation.objects.count() == 2


def test_names_are_frozen_as_they_were_shown(db):
    label = Label.objects.create(name="Hot")

    change = changed(None, label)
    label.name = "Cold"

    assert change == [None, {"id": label.pk, "name": "Hot"}]
