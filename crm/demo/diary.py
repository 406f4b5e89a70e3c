"""The diary: acts of the past, each at its moment, played in the order in which they happened."""

import datetime
import random
from collections.abc import Callable
from contextlib import contextmanager

from django.utils import timezone

MINUTE = datetime.timedelta(minutes=1)
OPENS = datetime.time(8, 30)
OPEN_MINUTES = 9 * 60


class Diary:
    """Acts to be played, with one random generator so that each demo tells the same."""

    def __init__(self, *, seed: str):
        self.random = random.Random(seed)  # noqa: S311 (nothing here is a secret)
        self.now = timezone.now()
        self.today = timezone.localdate(self.now)
        self.acts = []

    def write(self, moment: datetime.datetime, act: Callable[[], None]) -> None:
        """Let ``act`` happen at ``moment``."""
        self.acts.append((moment, act))

    def story(self) -> "Story":
        """A thread of acts of which none happens before the one that was written earlier."""
        return Story(self)

    def day(self, from_today: int) -> datetime.date:
        """The day so many days from today; one on a weekend moves to the Friday before.

        Of what lies ahead, to the Monday after.
        """
        day = self.today + datetime.timedelta(days=from_today)
        weekend = max(0, day.weekday() - 4)
        if from_today < 0:
            return day - datetime.timedelta(days=weekend)
        if from_today > 0 and weekend:
            return day + datetime.timedelta(days=3 - weekend)
        return day

    def moment(self, days_ago: int) -> datetime.datetime:
        """Some minute of the office hours so many days ago, and never one to come."""
        opening = datetime.datetime.combine(
            self.day(-days_ago), OPENS, timezone.get_current_timezone()
        )
        return min(opening + self.random.randrange(OPEN_MINUTES) * MINUTE, self.now)

    def play(self) -> None:
        """Let everything happen that was written, in the order of its moments."""
        for moment, act in sorted(self.acts, key=lambda written: written[0]):
            with at(moment):
                act()


class Story:
    """What happened to one record, in order. ``record`` is what the acts are about."""

    def __init__(self, diary: Diary):
        self.diary = diary
        self.record = None
        self.last = None

    def then(self, days_ago: int, act: Callable[[], None]) -> None:
        """Let ``act`` happen so many days ago, at least some minutes after what came before."""
        moment = self.diary.moment(days_ago)
        if self.last is not None:
            moment = max(moment, min(self.last + 17 * MINUTE, self.diary.now))
        self.last = moment
        self.diary.write(moment, act)


def newborn(record):
    """``record`` as if it had been made at this moment of the diary, not when that was written."""
    record.created_at = timezone.now()
    return record


@contextmanager
def at(moment: datetime.datetime):
    """Let Django take ``moment`` for now, in the services and in the defaults of columns alike.

    Only the process that fills the demo sees it, and only in this block.
    """

    class Stopped(datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            return moment.astimezone(tz)

    real, timezone.datetime = timezone.datetime, Stopped
    try:
        yield
    finally:
        timezone.datetime = real
