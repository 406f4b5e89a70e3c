"""What becomes of a deal's projects when it is merged, returned to the leads, or undone."""

import pytest

from activities.queries import timeline
from conversion.services import (
    DealsWentOn,
    HasProject,
    convert_leads,
    return_to_leads,
    undo_conversion,
)
from deals.models import Deal
from deals.services import copy_deal, merge_deals
from history.models import Event
from history.templatetags.history import sentence, what_changed
from leads.models import Lead
from opportunities import services as opportunities
from projects.models import Project
from projects.services import link, unlink
from tests.factories import DealFactory, LeadFactory, PersonFactory, ProjectFactory


@pytest.fixture
def deal(alice, stages):
    return DealFactory(owner=alice, title="Roof", stage=stages[0])


@pytest.fixture
def project(alice, deal):
    return ProjectFactory(owner=alice, title="Roll out", deals=[deal])


def test_projects_follow_from_the_deal_that_stays(alice, stages, deal, project):
    into, part = (DealFactory(owner=alice, stage=stages[0], person=deal.person) for _n in "12")
    project.deals.add(part)  # it follows from two of those that become one
    shared = ProjectFactory(owner=alice, deals=[into, part])

    merge_deals([deal, part], into=into, by=alice)

    assert list(project.deals.all()) == list(shared.deals.all()) == [into]


def test_a_project_tells_that_its_deal_is_part_of_another_one(alice, stages, deal, project):
    into, part = (
        DealFactory(owner=alice, stage=stages[0], person=deal.person, title=title)
        for title in ("Barn", "Attic")
    )
    project.deals.add(part)
    shared = ProjectFactory(owner=alice, deals=[into, part])
    other = ProjectFactory(owner=alice, deals=[into])

    operation = merge_deals([deal, part], into=into, by=alice)

    events = {event.subject_id: event for event in operation.events.about(lives(project, shared))}
    assert set(events) == {project.pk, shared.pk}
    assert not Event.objects.about(lives(other)).exists()
    told = timeline(lives(project), alice).entries[0].thing
    assert told == events[project.pk]
    assert sentence(told) == "Its deal is part of another one now: Barn"
    [change] = what_changed(told)
    assert (change.name, change.before, change.after) == ("Deal", "Roof, Attic", "Barn")


def test_what_is_told_of_a_hidden_deal_is_not_read(alice, bob, stages, deal, project):
    into = DealFactory(owner=alice, stage=stages[0], person=deal.person, visibility="owner")

    merge_deals([deal], into=into, by=alice)

    assert timeline(lives(project), alice).entries
    assert not timeline(lives(project), bob).entries


def lives(*projects):
    return [(project.kind, project.pk) for project in projects]


def test_a_copy_of_a_deal_has_no_project(alice, deal, project):
    copy = copy_deal(deal, by=alice)

    assert not copy.projects.exists()


def test_a_deal_with_a_project_does_not_return_to_the_leads(alice, deal, project):
    with pytest.raises(HasProject, match="Roof") as refused:
        return_to_leads([deal], by=alice)

    assert refused.value.records == [project]
    unlink(project, deal, by=alice)
    return_to_leads([deal], by=alice)
    assert not Deal.objects.exists()


def test_a_project_that_is_not_seen_holds_a_deal_without_being_named(alice, bob, deal, project):
    Project.objects.update(visibility="owner")

    with pytest.raises(HasProject) as refused:
        return_to_leads([deal], by=bob)

    assert refused.value.records == []


def test_a_deleted_project_holds_no_deal(alice, deal, project):
    opportunities.delete([project], by=alice)

    return_to_leads([deal], by=alice)

    assert not Deal.objects.exists()


def test_a_conversion_is_not_undone_once_the_deal_has_a_project(alice, project, stages):
    lead = LeadFactory(owner=alice, title="Barn", person=PersonFactory(owner=alice))
    conversion = convert_leads([lead], into=stages[0], by=alice)
    deal = Deal.objects.get(title="Barn")
    link(project, deal, by=alice)

    with pytest.raises(DealsWentOn, match=r"“Barn” \(has gained a project\)\.$"):
        undo_conversion(conversion, by=alice)


def test_nor_once_a_project_is_back_that_the_deal_had_before(alice, deal, project):
    opportunities.delete([project], by=alice)
    returned = return_to_leads([deal], by=alice)
    number = returned.events.get(subject_kind="lead").subject_id
    conversion = convert_leads([Lead.objects.get(pk=number)], into=deal.stage, by=alice)
    opportunities.bring_back([project], by=alice)

    with pytest.raises(DealsWentOn):
        undo_conversion(conversion, by=alice)


def test_a_deal_that_is_revived_has_its_projects_again(alice, deal, project):
    opportunities.delete([project], by=alice)
    returned = return_to_leads([deal], by=alice)
    number = returned.events.get(subject_kind="lead").subject_id
    convert_leads([Lead.objects.get(pk=number)], into=deal.stage, by=alice)
    opportunities.bring_back([project], by=alice)

    assert list(Project.objects.get().deals.all()) == [deal]
