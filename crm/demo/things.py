"""What the team of the demo does and says about a record: activities and notes."""

import datetime

from django.utils import timezone

from activities.models import Activity, Note
from activities.services import pin, plan, write_note
from crm.demo import words

OFFICE_HOURS = [datetime.time(9), datetime.time(10, 30), datetime.time(14), datetime.time(16, 15)]


class Talk:
    """The words for one record: each is used once before any comes again."""

    def __init__(self, diary, cast, customer):
        self.diary, self.cast = diary, cast
        self.owner, self.language = customer.owner, customer.language
        self.place = diary.random.randrange(8)

    def say(self, record):
        """Write a note about ``record``."""
        write_note(Note(text=self.next_of(words.NOTES), **{record.kind: record}), by=self.owner)

    def remind(self, record):
        """Write down what everybody should know first."""
        note = Note(text=words.PINNED[self.language], **{record.kind: record})
        pin(write_note(note, by=self.owner), True, by=self.owner)

    def plan(self, record, *, next_in):
        """Plan an activity about ``record``, so many days from today; late ones are negative."""
        kind, subject = self.next_of(words.TO_DO)
        due_time = self.diary.random.choice(OFFICE_HOURS) if kind in ("Call", "Meeting") else None
        activity = Activity(
            type=self.cast.types[kind],
            subject=subject,
            due_on=self.diary.day(next_in),
            due_time=due_time,
            minutes=60 if kind in ("Meeting", "Lunch") else None,
            **{record.kind: record},
        )
        plan(activity, by=self.owner)

    def do(self, record):
        """Note what was done about ``record`` just now."""
        kind, subject = self.next_of(words.DONE)
        activity = Activity(
            type=self.cast.types[kind],
            subject=subject,
            due_on=timezone.localdate(),
            **{record.kind: record},
        )
        plan(activity, is_done=True, by=self.owner)

    def next_of(self, texts):
        self.place += 1
        return texts[self.language][self.place % len(texts[self.language])]
