"""Projects start, change, end and are opened again, and what is refused on the way."""

import datetime
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from core.errors import Missing, NotAllowed, Stale
from history.models import Event, Operation
from history.services import undo
from opportunities import services as opportunities
from projects.models import Project
from projects.services import (
    AlreadyLinked,
    PhaseArchived,
    ProjectArchived,
    ProjectEnded,
    cancel_projects,
    change_project,
    finish_projects,
    link,
    reopen_projects,
    start_project,
    unlink,
)
from tests.factories import (
    DealFactory,
    LabelFactory,
    OrganizationFactory,
    PersonFactory,
    PhaseFactory,
    ProjectFactory,
    UserFactory,
)

TODAY = datetime.date(2026, 11, 26)


@pytest.fixture
def phase(db):
    return PhaseFactory(name="Preparation", position=0)


@pytest.fixture
def deal(alice):
    organization = OrganizationFactory(owner=alice)
    person = PersonFactory(owner=alice)
    return DealFactory(
        owner=alice, title="Roof", person=person, organization=organization, visibility="team"
    )


@pytest.fixture
def project(alice, phase):
    return ProjectFactory(owner=alice, title="Roll out", phase=phase, visibility="team")


def verbs_of(record):
    events = Event.objects.about([(record.kind, record.pk)]).order_by("pk")
    return list(events.values_list("verb", flat=True))


# --- Starting ----------------------------------------------------------------------------------


def test_a_project_starts_at_the_top_of_its_phase(alice, phase, project):
    label = LabelFactory()

    started = start_project(Project(title="New", phase=phase), labels=[label], by=alice)

    assert started.owner == started.created_by == alice
    assert list(Project.objects.order_by("position")) == [started, project]
    assert list(started.labels.all()) == [label]
    assert verbs_of(started) == ["project.created"]


def test_without_a_phase_it_starts_in_the_first(alice, phase):
    PhaseFactory(position=1)
    PhaseFactory(position=-0, archived_at=timezone.now(), name="Former")

    assert start_project(Project(title="New"), by=alice).phase == phase


def test_without_any_phase_nothing_starts(alice):
    with pytest.raises(PhaseArchived):
        start_project(Project(title="New"), by=alice)


def test_a_project_started_from_a_deal_is_for_its_contacts(alice, phase, deal):
    idle = timezone.now() - datetime.timedelta(days=9)
    type(deal).objects.filter(pk=deal.pk).update(idle_since=idle)

    started = start_project(Project(title="New", phase=phase), deals=[deal], by=alice)

    assert list(started.deals.all()) == [deal]
    assert list(started.people.all()) == [deal.person]
    assert list(started.organizations.all()) == [deal.organization]
    assert verbs_of(deal) == ["deal.project_started"]
    deal.refresh_from_db()
    assert deal.idle_since > idle  # it is news of the deal


def test_a_deal_of_others_names_its_contacts_to_whoever_sees_it(alice, bob, phase, deal):
    type(deal.person).objects.filter(pk=deal.person_id).update(visibility="owner")

    started = start_project(Project(title="New", phase=phase), deals=[deal], by=bob)

    assert list(started.people.all()) == [deal.person]


def test_a_repeated_submission_starts_one_project(alice, phase):
    token = uuid.uuid4()

    first = start_project(Project(title="New", phase=phase), token=token, by=alice)
    second = start_project(Project(title="New", phase=phase), token=token, by=alice)

    assert first == second
    assert Project.objects.count() == 1


def test_a_project_does_not_start_from_a_deal_that_is_not_seen(charlie, phase, deal):
    with pytest.raises(Missing):
        start_project(Project(title="New", phase=phase), deals=[deal], by=charlie)

    assert not Project.objects.exists()
    assert not Operation.objects.exists()


def test_contacts_that_are_not_seen_are_as_good_as_missing(alice, charlie, phase):
    person = PersonFactory(owner=alice, visibility="owner")

    with pytest.raises(Missing):
        start_project(Project(title="New", phase=phase), people=[person], by=charlie)


def test_readers_start_nothing(reader, phase):
    with pytest.raises(NotAllowed):
        start_project(Project(title="New", phase=phase), by=reader)


def test_a_project_does_not_start_in_a_phase_out_of_use(alice):
    former = PhaseFactory(archived_at=timezone.now())

    with pytest.raises(PhaseArchived):
        start_project(Project(title="New", phase=former), by=alice)


def test_a_project_has_a_title(alice, phase):
    with pytest.raises(ValidationError):
        start_project(Project(title="", phase=phase), by=alice)


def test_undo_of_a_start_sets_the_project_aside(alice, phase, deal):
    started = start_project(Project(title="New", phase=phase), deals=[deal], by=alice)

    undo(Operation.objects.get(verb="project.created"), by=alice)

    assert not Project.objects.exists()
    opportunities.bring_back([started], by=alice)
    assert list(Project.objects.get().deals.all()) == [deal]


# --- Changing ----------------------------------------------------------------------------------


def test_a_change_is_told_and_taken_back(alice, bob, project):
    operation = change_project(
        project, {"title": "Roll in", "ends_on": TODAY, "owner": bob}, by=alice
    )

    project.refresh_from_db()
    assert (project.title, project.ends_on, project.owner) == ("Roll in", TODAY, bob)
    undo(operation, by=alice)
    project.refresh_from_db()
    assert (project.title, project.ends_on, project.owner) == ("Roll out", None, alice)


def test_a_stale_change_tells_both_values(alice, project):
    change_project(project, {"title": "Roll in"}, by=alice)

    with pytest.raises(Stale) as refused:
        change_project(project, {"title": "Roll on"}, seen={"title": "Roll out"}, by=alice)

    assert (refused.value.seen, refused.value.found) == ("Roll out", "Roll in")


def test_a_project_cannot_end_before_it_starts(alice, project):
    change_project(project, {"starts_on": TODAY}, by=alice)

    with pytest.raises(ValidationError):
        change_project(project, {"ends_on": TODAY - datetime.timedelta(days=1)}, by=alice)


def test_undo_is_refused_where_the_former_days_do_not_fit_any_more(alice, project):
    change_project(project, {"starts_on": TODAY, "ends_on": TODAY}, by=alice)
    earlier = TODAY - datetime.timedelta(days=9)
    moved = change_project(project, {"starts_on": earlier}, by=alice)
    change_project(project, {"ends_on": earlier}, by=alice)

    with pytest.raises(Stale, match="Roll out"):
        undo(moved, by=alice)


def test_who_does_not_see_a_project_does_not_change_it(charlie, reader, project):
    with pytest.raises(Missing):
        change_project(project, {"title": "Mine"}, by=charlie)
    with pytest.raises(NotAllowed):
        change_project(project, {"title": "Mine"}, by=reader)


# --- The acts of many --------------------------------------------------------------------------


def test_projects_are_assigned_labelled_archived_and_deleted_like_deals(alice, bob, project):
    label = LabelFactory()
    acts = [
        opportunities.assign([project], to=bob, by=alice),
        opportunities.add_label([project], label, by=alice),
        opportunities.archive([project], by=alice),
    ]
    project.refresh_from_db()
    assert (project.owner, project.is_archived) == (bob, True)

    for operation in reversed(acts):
        undo(operation, by=alice)
    project.refresh_from_db()
    assert (project.owner, project.is_archived, project.labels.count()) == (alice, False, 0)

    deleted = opportunities.delete([project], by=alice)
    assert not Project.objects.exists()
    undo(deleted, by=alice)
    assert Project.objects.get() == project


def test_only_the_owner_deletes(bob, charlie, project):
    with pytest.raises(NotAllowed):
        opportunities.delete([project], by=bob)
    with pytest.raises(Missing):
        opportunities.delete([project], by=charlie)


# --- Ending ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("act", "status"), [(finish_projects, "done"), (cancel_projects, "cancelled")]
)
def test_projects_end_and_are_opened_again(alice, project, act, status):
    other = ProjectFactory(owner=alice)

    operation = act([project, other], by=alice)

    project.refresh_from_db()
    assert (project.status, project.ended_by) == (status, alice)
    assert act([project], by=alice) is None  # it keeps its moment
    undo(operation, by=alice)
    assert Project.objects.open().count() == 2

    act([project], by=alice)
    project.refresh_from_db()
    ended_at = project.ended_at
    reopened = reopen_projects([project], by=alice)
    assert Project.objects.open().count() == 2
    undo(reopened, by=alice)
    project.refresh_from_db()
    assert (project.status, project.ended_at, project.ended_by) == (status, ended_at, alice)


def test_what_was_cancelled_is_not_done(alice, project):
    cancel_projects([project], by=alice)

    with pytest.raises(ProjectEnded, match="Roll out"):
        finish_projects([project], by=alice)


def test_what_is_archived_neither_ends_nor_opens(alice, project):
    opportunities.archive([project], by=alice)

    for act in (finish_projects, cancel_projects, reopen_projects):
        with pytest.raises(ProjectArchived):
            act([project], by=alice)


def test_undo_of_an_end_is_refused_once_it_ended_anew(alice, project):
    operation = finish_projects([project], by=alice)
    reopen_projects([project], by=alice)
    finish_projects([project], by=alice)

    with pytest.raises(Stale):
        undo(operation, by=alice)


def test_others_do_not_end_a_project(charlie, reader, project):
    with pytest.raises(Missing):
        finish_projects([project], by=charlie)
    with pytest.raises(NotAllowed):
        finish_projects([project], by=reader)
    assert not Operation.objects.exists()


# --- Links -------------------------------------------------------------------------------------


def test_a_project_is_linked_to_a_deal_and_both_tell(alice, project, deal):
    operation = link(project, deal, by=alice)

    assert list(project.deals.all()) == [deal]
    assert verbs_of(project) == ["project.linked"]
    assert verbs_of(deal) == ["deal.project_linked"]

    undo(operation, by=alice)
    assert not project.deals.exists()
    assert verbs_of(deal) == ["deal.project_linked", "deal.project_unlinked"]


@pytest.mark.parametrize("factory", [DealFactory, PersonFactory, OrganizationFactory])
def test_a_link_is_taken_away_and_comes_back(alice, project, factory):
    record = factory(owner=alice)
    link(project, record, by=alice)

    operation = unlink(project, record, by=alice)

    links = {"deal": project.deals, "person": project.people}
    links = links.get(record.kind, project.organizations)
    assert not links.exists()
    undo(operation, by=alice)
    assert links.get() == record


def test_nothing_is_linked_twice(alice, project, deal):
    link(project, deal, by=alice)

    with pytest.raises(AlreadyLinked, match="Roof"):
        link(project, deal, by=alice)


def test_what_is_not_linked_cannot_be_unlinked(alice, project, deal):
    with pytest.raises(Missing):
        unlink(project, deal, by=alice)


def test_a_hidden_deal_or_contact_is_as_good_as_missing(alice, charlie, deal):
    theirs = ProjectFactory(owner=charlie)
    person = PersonFactory(owner=alice, visibility="owner")

    for hidden in (deal, person):
        with pytest.raises(Missing):
            link(theirs, hidden, by=charlie)


def test_a_contact_named_on_a_project_is_taken_off_by_whoever_sees_the_project(bob, project):
    person = PersonFactory(owner=UserFactory(), visibility="owner")
    project.people.add(person)

    unlink(project, person, by=bob)

    assert not project.people.exists()


def test_others_link_nothing(charlie, reader, project, deal):
    with pytest.raises(Missing):
        link(project, deal, by=charlie)
    with pytest.raises(NotAllowed):
        link(project, deal, by=reader)
    assert not Operation.objects.exists()
