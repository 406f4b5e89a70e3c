"""What one act touched, in every list: ``act=7`` in the address, and a chip that names the act."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from accounts.models import Visibility
from activities.models import Activity
from activities.services.planning import plan
from history.models import Operation
from history.services import begin, record
from tests.factories import (
    ActivityTypeFactory,
    DealFactory,
    LeadFactory,
    OrganizationFactory,
    PersonFactory,
    ProductFactory,
    ProjectFactory,
)
from tests.web import assert_part_of_page

LISTS = {
    "/leads/": LeadFactory,
    "/deals/list/": DealFactory,
    "/projects/list/": ProjectFactory,
    "/people/": PersonFactory,
    "/organizations/": OrganizationFactory,
    "/products/": ProductFactory,
}
MOMENT = datetime(2026, 11, 26, 10, 40, tzinfo=UTC)
CHIP = "Import of 26 Nov 2026, 11:40"


def act_on(records, *, by, verb="import.run"):
    operation, _new = begin(verb, by=by)
    Operation.objects.filter(pk=operation.pk).update(at=MOMENT)
    record(operation, records)
    return operation


def made_by(factory, owner):
    owned = {} if factory is ProductFactory else {"owner": owner}
    return factory(**owned), factory(**owned)


@pytest.mark.parametrize("url", LISTS)
def test_a_list_shows_what_one_act_touched_and_names_the_act(url, alice, bob, signed_in):
    theirs, other = made_by(LISTS[url], alice)
    act = act_on([theirs], by=alice)
    # A record of another kind with the same number was not touched in this list.
    act_on([other], by=alice)

    html = signed_in(bob).get(url, {"act": act.pk}).text

    assert f"From: {CHIP}" in html or f"{CHIP} <a" in html
    assert str(theirs) in html
    assert str(other) not in html
    assert_part_of_page(signed_in(bob), url, "results", act=act.pk)


@pytest.mark.parametrize("url", [url for url in LISTS if url != "/products/"])
def test_an_act_on_what_one_does_not_see_is_as_good_as_none(url, alice, charlie, signed_in):
    theirs, other = made_by(LISTS[url], alice)
    type(theirs).objects.filter(pk=theirs.pk).update(visibility=Visibility.OWNER)
    act = act_on([theirs], by=alice)

    html = signed_in(charlie).get(url, {"act": act.pk}).text

    assert str(other) not in html  # nothing is found, rather than everything
    assert CHIP not in html
    assert "no longer there" in html


@pytest.mark.parametrize("url", [*LISTS, "/activities/"])
@pytest.mark.parametrize("asked", ["x", "-1", "9" * 30, "\0"])
def test_what_is_no_act_touched_nothing(url, asked, alice, signed_in):
    assert signed_in(alice).get(url, {"act": asked}).status_code == 200


def test_the_filters_offer_the_act_while_it_is_on(alice, signed_in):
    act = act_on([LeadFactory(owner=alice)], by=alice)
    client = signed_in(alice)

    ticked = f'<input type="checkbox" name="act" value="{act.pk}" checked>'
    assert ticked in client.get("/leads/", {"act": act.pk}).text
    assert 'name="act"' not in client.get("/leads/").text


def test_the_author_of_an_act_is_told_of_it_when_nothing_of_it_is_left(alice, bob, signed_in):
    lead = LeadFactory(owner=alice)
    act = act_on([lead], by=alice)
    lead.delete()

    assert CHIP in signed_in(alice).get("/leads/", {"act": act.pk}).text
    assert CHIP not in signed_in(bob).get("/leads/", {"act": act.pk}).text


def test_activities_are_found_by_the_act_that_planned_them(alice, charlie, signed_in):
    lead, kind = LeadFactory(owner=alice, visibility=Visibility.TEAM), ActivityTypeFactory()
    first, second = (
        plan(Activity(lead=lead, subject=subject, type=kind, due_on=timezone.localdate()), by=alice)
        for subject in ("Ring them up", "Write to them")
    )
    act = Operation.objects.get(events__changes__activity__1__id=first.pk)
    client = signed_in(alice)

    html = client.get("/activities/", {"act": act.pk}).text

    assert "Ring them up" in html
    assert "Write to them" not in html
    assert "From: Act of" in html
    assert f'<input type="hidden" name="act" value="{act.pk}">' in html
    assert "Act of" not in signed_in(charlie).get("/activities/", {"act": act.pk}).text
    assert second.pk  # the other one is there, but by another act


def test_the_words_are_in_the_readers_language(alice, signed_in):
    act = act_on([LeadFactory(owner=alice)], by=alice)
    alice.language = "fr"
    alice.save()

    html = signed_in(alice).get("/leads/", {"act": act.pk}).text
    assert "Import du 26 nov. 2026, 11:40" in html


@pytest.mark.parametrize("number", [1, 5])
def test_the_filter_costs_two_statements(alice, signed_in, django_assert_num_queries, number):
    leads = [LeadFactory(owner=alice) for _each in range(number)]
    act = act_on(leads, by=alice)
    client = signed_in(alice)
    client.get("/leads/")

    # As without it, and: the acts by their names, the leads by their numbers.
    with django_assert_num_queries(LEADS + 2):
        client.get("/leads/", {"act": act.pk})


LEADS = 12
