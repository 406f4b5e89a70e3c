"""What is done every night: all of it, even when a part fails."""

import pytest

from jobs import registry, tasks


@pytest.fixture
def daily(monkeypatch):
    """A registry of its own, so that no real work is done."""
    monkeypatch.setattr(registry, "DAILY", {})
    monkeypatch.setattr(tasks, "DAILY", registry.DAILY)
    return registry.daily


def test_every_registered_work_is_done(daily):
    done = []
    daily("tests.one")(lambda: done.append("one"))
    daily("tests.two")(lambda: done.append("two"))

    tasks.run_daily(timestamp=0)

    assert done == ["one", "two"]


def test_what_fails_is_told_and_keeps_nothing_from_being_done(daily, caplog):
    done = []
    daily("tests.broken")(lambda: 1 / 0)
    daily("tests.sound")(lambda: done.append("sound"))

    tasks.run_daily(timestamp=0)

    assert done == ["sound"]
    assert "tests.broken" in caplog.text
