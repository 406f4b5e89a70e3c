"""A file that is imported again adds nothing a second time."""

import pytest

from activities.models import Note
from imports.models import Trace
from tests.imports.checks import checked
from tests.imports.runs import ran

pytestmark = pytest.mark.django_db

PEOPLE = ["person.name", "person.email", "note.text"]
AMY = 'Name,E-mail,Note\nAmy,amy@x.example,"Said\nso."\nAmy,AMY@x.example,"Said\nso."\n'


def outcome(one, kind):
    """What the check of ``one`` foretold of records of ``kind``, and what its run did."""
    foretold = one.counts["records"][kind]
    one = ran(one)
    done = Trace.objects.filter(of=one, kind=kind).values_list("record_id", "what").distinct()
    done = [what for _number, what in done]
    return {what: (foretold[what], done.count(what)) for what in ("created", "linked")}


def test_a_note_that_stands_at_its_record_is_not_written_once_more(alice):
    first = checked(alice, AMY, PEOPLE, kind="person")
    assert outcome(first, "note")["created"] == (1, 1)
    again = checked(alice, AMY + "Amy,amy@x.example,New\n", PEOPLE, kind="person")
    assert outcome(again, "note") == {"created": (1, 1), "linked": (1, 1)}
    assert sorted(Note.objects.values_list("text", flat=True)) == ["New", "Said\nso."]


def test_records_that_nothing_is_recognised_in_have_notes_of_their_own(alice):
    text = "Title,Company,Note\nDesks,Acme,Said\nDesks,Acme,Said\n"
    fields = ["lead.title", "organization.name", "note.text"]
    assert outcome(checked(alice, text, fields), "note")["created"] == (2, 2)
