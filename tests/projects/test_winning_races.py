"""A win is undone while somebody works on what it started."""

import threading

import pytest
from django.db import transaction

from accounts.models import User
from deals.services import win_deals
from history.services import undo
from pipelines.models import Pipeline
from projects.models import Project, ProjectQuerySet
from projects.services import change_project
from tests.factories import DealFactory, PhaseFactory, StageFactory, UserFactory
from tests.racing import meanwhile, wait_until_it_waits

pytestmark = pytest.mark.django_db(transaction=True)


def undone_while_it_is_changed():
    """Undo a win while the project it started is being changed; whether that is still there."""
    alice = UserFactory()
    PhaseFactory()
    deal = DealFactory(owner=alice, stage=StageFactory())
    Pipeline.objects.update(won_starts_project=True)
    won = win_deals([deal], by=alice)
    begun = threading.Event()
    thread, answers = meanwhile(lambda: undo(won, by=User.objects.get(pk=alice.pk)), once=begun)
    with transaction.atomic():
        change_project(Project.objects.get(), {"title": "In spring"}, by=alice)
        begun.set()
        wait_until_it_waits(thread)
    thread.join(timeout=30)
    [answer] = answers
    assert answer == won, answer
    return Project.objects.exists()


def test_what_is_changed_meanwhile_stays():
    assert undone_while_it_is_changed()


def test_without_its_lock_the_change_is_set_aside_with_it(monkeypatch):
    """The control arm: whoever looks first and waits afterwards takes the change along."""
    monkeypatch.setattr(ProjectQuerySet, "select_for_update", lambda rows, **_how: rows)
    assert not undone_while_it_is_changed()
