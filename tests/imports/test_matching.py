"""Which column goes into which field, for one import and under a name for the next."""

import pytest
from django.core.exceptions import ValidationError

from core.errors import Missing, NotAllowed
from custom_fields.models import Field
from imports import matching
from imports.holding import AlreadyRun
from imports.matching import (
    NoSuchColumn,
    NotMatched,
    TooManyMatchings,
    add_field_for,
    apply_matching,
    finish_matching,
    match,
    remove_matching,
    save_matching,
)
from imports.models import Import, SavedMatching
from tests.factories import ImportFactory, SavedMatchingFactory

pytestmark = pytest.mark.django_db
Stage = Import.Stage
TITLE, EMAIL = ({"field": name, "options": {}} for name in ("lead.title", "person.email"))
NOTHING = {"field": None, "options": {}}


def test_another_matching_is_to_be_checked_anew(alice):
    one = ImportFactory(by=alice, stage=Stage.CHECKED, counts={"rows": {"ready": 1}})
    one = match(one, [TITLE, NOTHING], by=alice)
    one.refresh_from_db()
    assert (one.columns, one.stage, one.counts) == ([TITLE, NOTHING], Stage.COLUMNS, {})


def test_the_same_matching_stays_checked(alice):
    one = ImportFactory(by=alice, stage=Stage.CHECKED)
    match(one, [TITLE, EMAIL], by=alice)
    assert finish_matching(one, by=alice).stage == Stage.CHECKED


def test_numbers_of_another_system_are_another_matching(alice):
    one = ImportFactory(by=alice, stage=Stage.CHECKED)
    assert match(one, one.columns, system="hubspot", by=alice).stage == Stage.COLUMNS


def test_a_matching_that_says_enough_can_be_checked(alice):
    one = ImportFactory(by=alice)
    assert finish_matching(one, by=alice).stage == Stage.CHECK


@pytest.mark.parametrize("columns", [[NOTHING, NOTHING], [TITLE, NOTHING], [TITLE, TITLE]])
def test_what_is_missing_or_said_twice_keeps_it(alice, columns):
    one = ImportFactory(by=alice, columns=columns)
    with pytest.raises(NotMatched) as refused:
        finish_matching(one, by=alice)
    assert refused.value.reasons
    one.refresh_from_db()
    assert one.stage == Stage.COLUMNS


def test_nobody_matches_what_was_run_or_is_not_theirs(alice, charlie):
    one = ImportFactory(by=alice, stage=Stage.DONE)
    with pytest.raises(AlreadyRun):
        match(one, [TITLE, NOTHING], by=alice)
    with pytest.raises(Missing):
        match(one, [TITLE, NOTHING], by=charlie)


# --- A field of its own -------------------------------------------------------------------------


def test_a_column_gets_a_field_of_its_own(admin):
    one = ImportFactory(by=admin, columns=[TITLE, NOTHING])
    field = Field(of="opportunity", kind="option", name="Team size")
    add_field_for(one, 1, field, record="lead", options=["10", "50"], by=admin)
    one.refresh_from_db()
    assert one.columns[1]["field"] == f"lead.custom_{field.pk}"
    assert [option.name for option in field.options.all()] == ["10", "50"]


def test_who_does_not_configure_adds_no_field(alice):
    one = ImportFactory(by=alice)
    field = Field(of="opportunity", kind="text", name="Team size")
    with pytest.raises(NotAllowed):
        add_field_for(one, 1, field, record="lead", options=[], by=alice)


def test_a_file_has_so_many_columns(admin):
    one = ImportFactory(by=admin)
    field = Field(of="opportunity", kind="text", name="Team size")
    with pytest.raises(NoSuchColumn):
        add_field_for(one, 2, field, record="lead", options=[], by=admin)
    assert not Field.objects.exists()


# --- Under a name -------------------------------------------------------------------------------


def test_a_matching_is_kept_and_used_for_the_next_file(alice):
    dates = {"field": "lead.expected_close_on", "options": {"dates": "dmy"}}
    one = ImportFactory(by=alice, content=b"Title,Due,Rest\n", columns=[TITLE, dates, NOTHING])
    kept = save_matching(one, name="Monthly", by=alice)
    assert [column["header"] for column in kept.columns] == ["Title", "Due"]
    other = ImportFactory(by=alice, content=b"Rest,DUE,Titl\xc3\xa9\n", columns=[TITLE] * 3)
    other = apply_matching(other, kept, by=alice)
    assert other.columns == [NOTHING, dates, TITLE]


def test_a_header_that_stands_twice_keeps_its_order(alice):
    one = ImportFactory(by=alice, content=b"E-mail,E-mail,Title\n", columns=[EMAIL, EMAIL, TITLE])
    kept = save_matching(one, name="Two", by=alice)
    other = ImportFactory(by=alice, content=b"E-mail,Title,E-mail,E-mail\n")
    assert apply_matching(other, kept, by=alice).columns == [EMAIL, TITLE, EMAIL, NOTHING]


def test_a_field_that_is_gone_is_left_out(alice):
    columns = [{"header": "Title", "field": "lead.custom_987", "options": {}}]
    kept = SavedMatchingFactory(owner=alice, columns=columns)
    assert apply_matching(ImportFactory(by=alice), kept, by=alice).columns == [NOTHING, NOTHING]


def test_the_same_name_is_written_over(alice):
    save_matching(ImportFactory(by=alice), name="Monthly", by=alice)
    save_matching(ImportFactory(by=alice, columns=[TITLE, NOTHING]), name="monthly", by=alice)
    assert len(SavedMatching.objects.get().columns) == 1


def test_what_cannot_be_kept(alice, monkeypatch):
    with pytest.raises(NotMatched):
        save_matching(ImportFactory(by=alice, columns=[NOTHING] * 2), name="None", by=alice)
    with pytest.raises(ValidationError):
        save_matching(ImportFactory(by=alice), name="", by=alice)
    monkeypatch.setattr(matching, "MOST_SAVED", 0)
    with pytest.raises(TooManyMatchings):
        save_matching(ImportFactory(by=alice), name="Monthly", by=alice)


def test_a_matching_is_removed_by_its_owner_or_for_all_by_an_admin(alice, bob, admin):
    kept = SavedMatchingFactory(owner=alice, is_shared=True)
    with pytest.raises(NotAllowed):
        remove_matching(kept, by=bob)
    remove_matching(kept, by=admin)
    assert not SavedMatching.objects.exists()
