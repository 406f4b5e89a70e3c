"""A selection is what was ticked, or all that match; nothing hidden or broken gets into it."""

import pytest
from django.http import QueryDict

from core.errors import Missing
from leads.models import Lead
from lists.selection import NothingSelected, has_grown, selected, selection_fields
from tests.factories import LeadFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def leads(alice):
    return [LeadFactory(owner=alice, title=title) for title in ("Anvil", "Bolt", "Chisel")]


def rows(query, matching=None, **within):
    matching = Lead.objects.all() if matching is None else matching
    return set(selected(QueryDict(query), matching, **within))


def test_ticked_rows_are_selected_once_each(leads):
    anvil, bolt, _chisel = leads

    assert rows(f"ids={anvil.pk}&ids={bolt.pk}&ids={anvil.pk}") == {anvil, bolt}


def test_all_that_match_are_selected_but_those_taken_out(leads):
    anvil, bolt, chisel = leads
    matching = Lead.objects.exclude(pk=chisel.pk)

    assert rows("all=1", matching) == {anvil, bolt}
    assert rows(f"all=1&except={anvil.pk}&except={anvil.pk}", matching) == {bolt}
    assert rows(f"all=1&ids={chisel.pk}", matching) == {anvil, bolt}


def test_a_ticked_row_may_leave_the_filter(leads):
    anvil, *_rest = leads

    with pytest.raises(Missing):
        rows(f"ids={anvil.pk}", Lead.objects.none())
    assert rows(f"ids={anvil.pk}", Lead.objects.none(), within=Lead.objects.all()) == {anvil}


@pytest.mark.parametrize(
    "broken", ["x", "", "-1", "1.5", "٣", "9" * 19, "9" * 30, "1 or 1=1", "1%00", "0"]
)
def test_a_broken_id_is_as_missing(leads, broken):
    with pytest.raises(Missing):
        rows(f"ids={leads[0].pk}&ids={broken}")


def test_one_missing_id_spoils_the_whole(leads, alice, charlie):
    hidden = LeadFactory(owner=charlie, visibility="owner")
    visible = Lead.objects.visible_to(alice)

    with pytest.raises(Missing):
        rows(f"ids={leads[0].pk}&ids={hidden.pk}", visible)
    with pytest.raises(Missing):
        rows(f"ids={leads[0].pk}&ids={hidden.pk + 1}", visible)


@pytest.mark.parametrize("query", ["", "all=0", "all=yes", "except=1"])
def test_an_empty_selection_is_refused(leads, query):
    with pytest.raises(NothingSelected):
        rows(query)


def test_only_all_that_match_can_grow():
    assert has_grown(QueryDict("all=1&count=3"), 4)
    assert not has_grown(QueryDict("all=1&count=3"), 3)
    assert not has_grown(QueryDict("count=3"), 4)
    for broken in ("", "&count=x", "&count=-4", "&count=999999999999"):
        assert has_grown(QueryDict(f"all=1{broken}"), 1)


def test_a_selection_can_be_sent_once_more():
    assert selection_fields(QueryDict("ids=1&ids=2&owner=3"), "owner") == [
        ("ids", "1"),
        ("ids", "2"),
    ]
    assert selection_fields(QueryDict("all=1&except=2&owner=3&owner=4&ids=9"), "owner") == [
        ("all", "1"),
        ("except", "2"),
        ("owner", "3"),
        ("owner", "4"),
    ]
