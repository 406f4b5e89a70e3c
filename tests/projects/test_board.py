"""The board of projects: columns with counts, cards in order, moves by drag and by menu."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from django.utils.http import urlencode

from activities.models import ActivityType
from history.models import Event
from lists import boards
from opportunities import services as opportunities
from projects.models import Phase, Project
from projects.orders import ORDERS
from tests.factories import (
    ActivityFactory,
    DealFactory,
    LabelFactory,
    OrganizationFactory,
    ProjectFactory,
)
from tests.web import htmx, text


@pytest.fixture
def project(alice, phases):
    return ProjectFactory(phase=phases[0], owner=alice, title="Roof", visibility="team")


def column(response, phase):
    return next(each for each in response.context["columns"] if each.place == phase)


def titles_of(client, phase, query=""):
    """The cards of a column from the first to the last, as one scrolls down."""
    shown = column(client.get(f"/projects/?{query}"), phase)
    titles, cursor = [card.title for card in shown.cards], shown.next
    while cursor:
        url = f"/projects/phase/{phase.pk}/?{query}&{urlencode({'after': cursor})}"
        more = client.get(url, headers=htmx())
        titles += [card.title for card in more.context["cards"]]
        cursor = more.context["next"]
    return titles


def drop(client, project, phase, *, left=None, on="/projects/", **more):
    """What the board at ``on`` sends when a card is dropped."""
    data = {
        "drag": "1",
        "board": "projects",
        "phase": phase.pk,
        "left": left.pk if left else project.phase_id,
        "after": "",
        "before": "",
    }
    data |= {name.rstrip("_"): value for name, value in more.items()}
    return client.post(f"/projects/{project.pk}/move/", data, headers=htmx(on=on))


# --- What is seen ------------------------------------------------------------------------------


def test_the_board_shows_the_phases_in_their_order(signed_in, alice, phases, project):
    Phase.objects.create(name="Gone", position=9, archived_at=timezone.now())
    first = ProjectFactory(phase=phases[0], owner=alice, title="First", position="1")
    response = signed_in(alice).get("/projects/")
    assert [each.place for each in response.context["columns"]] == phases
    assert column(response, phases[0]).cards == [first, project]


def test_heads_count_what_the_user_sees_and_what_is_overdue(signed_in, alice, charlie, phases):
    today = timezone.localdate()
    for days in (-3, 0, 4):
        ends_on = today + timedelta(days=days)
        ProjectFactory(phase=phases[0], owner=alice, ends_on=ends_on)
    ProjectFactory(phase=phases[0], owner=alice)
    ProjectFactory(phase=phases[0], owner=alice, done=True, ends_on=today - timedelta(days=9))
    ProjectFactory(phase=phases[0], owner=charlie, visibility="owner")
    opportunities.archive([ProjectFactory(phase=phases[0], owner=alice)], by=alice)

    response = signed_in(alice).get("/projects/")

    head = column(response, phases[0]).head
    assert (head.count, head.overdue) == (4, 1)
    assert response.context["total"].count == 4
    assert "1 overdue" in text(response)
    assert "4 open projects" in text(response)


def test_heads_say_how_the_next_steps_stand(signed_in, alice, phases):
    today = timezone.localdate()
    for days in (-1, -2, 0, 3):
        ProjectFactory(phase=phases[0], owner=alice, next_activity_on=today + timedelta(days=days))
    ProjectFactory(phase=phases[0], owner=alice)
    client = signed_in(alice)
    response = client.get("/projects/")
    assert column(response, phases[0]).head.steps == {
        "late": 2,
        "today": 1,
        "planned": 1,
        "none": 1,
    }
    said = re.findall(r'<a href="([^"]+)" aria-label="([^"]+)"><title>', text(response))
    assert said == [
        ("/projects/?step=overdue", "2 late"),
        ("/projects/?step=today", "1 today"),
        ("/projects/?step=later", "1 planned"),
        ("/projects/?step=none", "1 without next step"),
    ]
    for (address, _words), number in zip(said, (2, 1, 1, 1), strict=True):
        narrowed = column(client.get(address), phases[0])
        assert len(narrowed.cards) == narrowed.head.count == number


def test_a_card_says_for_whom_it_is_until_when_and_what_is_next(signed_in, alice, phases):
    project = ProjectFactory(
        phase=phases[0],
        owner=alice,
        ends_on=timezone.localdate() - timedelta(days=1),
        organizations=[OrganizationFactory(name="Northwind")],
        labels=[LabelFactory(name="Urgent")],
    )
    ActivityFactory(project=project, type=ActivityType.objects.create(name="Visit"))
    Project.objects.update(next_activity_on=timezone.localdate())
    shown = text(signed_in(alice).get("/projects/"))
    for words in ("Northwind", "Urgent", "Visit · today", "Overdue", "yesterday"):
        assert words in shown, words


def test_the_fields_of_a_card_can_be_chosen(signed_in, alice, phases, project):
    client = signed_in(alice)
    shown = text(client.get("/projects/?cols=entered,visibility"))
    assert "In the phase since" in shown
    assert client.get("/lists/projects-board/columns/").status_code == 200
    client.post("/lists/projects-board/columns/", {"cols": ["visibility"]})
    assert "Visible to" in text(client.get("/projects/"))


def test_a_card_names_no_deal_that_its_reader_may_not_see(
    signed_in, alice, bob, charlie, phases, stages
):
    deals = [
        DealFactory(stage=stages[0], owner=alice, title="Seen by the team", visibility="team"),
        DealFactory(stage=stages[0], owner=alice, title="Hidden deal", visibility="owner"),
    ]
    ProjectFactory(phase=phases[0], owner=alice, visibility="everyone", deals=deals)
    for user, titles in ((alice, [True, True]), (bob, [True, False]), (charlie, [False, False])):
        for url in ("/projects/?cols=deals", "/projects/list/?cols=deals"):
            shown = text(signed_in(user).get(url))
            assert [deal.title in shown for deal in deals] == titles


def test_a_column_shows_twenty_cards_and_a_way_to_the_others(signed_in, alice, phases):
    for number in range(45):
        ProjectFactory(phase=phases[0], owner=alice, title=f"Project {number:02}")
    client = signed_in(alice)
    shown = column(client.get("/projects/"), phases[0])
    assert (len(shown.cards), shown.head.count) == (20, 45)
    titles = titles_of(client, phases[0])
    assert titles == [f"Project {number:02}" for number in range(45)]
    plain = client.get(f"/projects/phase/{phases[0].pk}/")
    assert (plain.status_code, plain.url) == (302, f"/projects/list/?phase={phases[0].pk}")


# --- Orders ------------------------------------------------------------------------------------


@pytest.fixture
def in_every_order(alice, phases):
    """Projects with days and moments that differ, tie and are missing, and the title of each where
    each order has it.
    """
    today, now = timezone.localdate(), timezone.now()
    days = [None, -3, 0, 5, -1, 2, None, 0, -3, 5]
    made = [
        ProjectFactory(
            phase=phases[0],
            owner=alice,
            title=f"{number}",
            next_activity_on=None if day is None else today + timedelta(days=day),
            ends_on=None if day is None else today - timedelta(days=day),
            phase_entered_at=now - timedelta(days=number % 4),
        )
        for number, day in enumerate(days)
    ]
    ProjectFactory(phase=phases[1], owner=alice, title="Elsewhere")
    newest_first = made[::-1]

    def sorted_by(key):
        return [each.title for each in sorted(newest_first, key=key)]

    def urgency(project):
        day = project.next_activity_on
        return (2 if day is None else 0 if day < today else 1 if day == today else 3, day or today)

    return {
        "manual": sorted_by(lambda project: project.position),
        "next": sorted_by(urgency),
        "end": sorted_by(lambda project: (project.ends_on is None, project.ends_on or today)),
        "age": sorted_by(lambda project: (project.phase_entered_at, project.pk)),
    }


@pytest.mark.parametrize("cards", [1, 3, 20])
@pytest.mark.parametrize("order", ["manual", "next", "end", "age"])
def test_every_order_goes_through_all_cards(
    signed_in, alice, phases, in_every_order, order, cards, monkeypatch
):
    monkeypatch.setattr(boards, "CARDS", cards)
    client = signed_in(alice)
    assert titles_of(client, phases[0], f"order={order}") == in_every_order[order]
    assert titles_of(client, phases[1], f"order={order}") == ["Elsewhere"]


def test_every_walk_of_every_order_is_a_range_of_its_index(alice, phases):
    today = timezone.localdate()
    Project.objects.bulk_create(
        Project(
            title="Project",
            owner=alice,
            phase=phase,
            position=f"5{number}i",
            next_activity_on=(number % 4 and today + timedelta(days=number % 9 - 4)) or None,
            ends_on=(number % 3 and today) or None,
        )
        for phase in phases
        for number in range(400)
    )
    cards = Project.objects.on_board().filter(phase=phases[0])
    with connection.cursor() as cursor:
        cursor.execute("analyze projects_project")
    for name, order in ORDERS.items():
        for walk in order.walks(today):
            plan = walk.of(cards).values("pk")[:20].explain()
            index = "projects_board" if name == "manual" else f"projects_board_{name}"
            assert f"using {index} on" in plan, plan
            assert "Sort" not in plan, plan


# --- Filters -----------------------------------------------------------------------------------


def test_filters_stand_in_the_address(signed_in, alice, bob, phases):
    hot = LabelFactory(name="Hot")
    today = timezone.localdate()
    mine = ProjectFactory(phase=phases[0], owner=alice, title="Fleet", labels=[hot])
    late = ProjectFactory(
        phase=phases[0], owner=bob, title="Licence", ends_on=today - timedelta(days=2)
    )
    client = signed_in(alice)
    for query, found in (
        ({"owner": alice.pk}, [mine]),
        ({"label": hot.pk}, [mine]),
        ({"q": "lic"}, [late]),
        ({"end": "overdue"}, [late]),
        ({"end": "none"}, [mine]),
        ({"end_to": str(today)}, [late]),
        ({"owner": [alice.pk, bob.pk]}, [mine, late]),
        ({"owner": "nonsense"}, []),
        ({"end_from": "nonsense"}, []),
        ({"q": "x" * 201}, []),
        ({"q": "a\0b"}, []),
    ):
        response = client.get("/projects/", query)
        assert response.status_code == 200
        assert column(response, phases[0]).cards == found, query


def test_the_part_is_what_the_page_shows_and_the_total_comes_along(signed_in, alice, project):
    client = signed_in(alice)
    part = text(client.get("/projects/", {"q": "roof"}, headers=htmx("board")))
    board, _oob, total = part.partition('<p id="board-total"')
    assert board
    assert board.strip() in text(client.get("/projects/", {"q": "roof"}))
    assert "1 open project" in total


def test_a_view_of_the_board_can_be_kept(signed_in, alice, phases, project):
    client = signed_in(alice)
    client.post(
        "/lists/projects-board/views/new/",
        {"name": "Roofs", "audience": "own", "query": "q=roof&order=end"},
    )
    shown = text(client.get("/projects/"))
    assert "Whole board" in shown
    assert "/projects/?q=roof&amp;order=end&amp;saved=" in shown


def test_a_board_without_phases_or_projects_says_so(signed_in, manager, alice):
    assert "There are no phases yet" in text(signed_in(alice).get("/projects/"))
    shown = text(signed_in(manager).get("/projects/"))
    assert "/settings/phases/new/" in shown
    Phase.objects.create(name="Start")
    assert "No open projects here yet" in text(signed_in(manager).get("/projects/"))


def test_charlie_sees_no_card_and_a_reader_no_way_to_move(signed_in, charlie, reader, project):
    assert "Roof" not in text(signed_in(charlie).get("/projects/"))
    shown = text(signed_in(reader).get("/projects/"))
    assert "Roof" in shown
    assert "data-move" not in shown


# --- Moves -------------------------------------------------------------------------------------


def test_a_drop_moves_the_card_and_redraws_both_columns(signed_in, alice, phases, project):
    below = ProjectFactory(phase=phases[1], owner=alice, title="Below")
    response = drop(signed_in(alice), project, phases[1], before=below.pk)
    assert response.status_code == 200
    assert [each.place for each in response.context["columns"]] == phases[:2]
    assert response.text.count('hx-swap-oob="true"') == 3  # two columns and the total
    assert "moved to Installation" in response.text
    assert "/undo/" in response.text
    there = Project.objects.filter(phase=phases[1]).order_by("position", "pk")
    assert list(there) == [project, below]


def test_a_card_dropped_far_below_is_still_shown(signed_in, alice, phases, project):
    many = ProjectFactory.create_batch(25, phase=phases[1], owner=alice)
    response = drop(signed_in(alice), project, phases[1], after=many[-1].pk)
    assert project in column(response, phases[1]).cards


def test_columns_that_were_opened_further_stay_so(signed_in, alice, phases, project):
    ProjectFactory.create_batch(45, phase=phases[0], owner=alice)
    client = signed_in(alice)
    shown = f"{phases[0].pk}:40 nonsense 1:x"
    response = drop(client, project, phases[1], shown=shown)
    assert [len(each.cards) for each in response.context["columns"]] == [40, 1]


def test_a_drop_that_comes_too_late_says_so_and_shows_the_card_where_it_is(
    signed_in, alice, phases, project
):
    Project.objects.update(phase=phases[2])
    response = drop(signed_in(alice), project, phases[1], left=phases[0])
    assert response.status_code == 409
    assert response.headers["HX-Reswap"] == "none"
    assert "now it is in “Handover”" in response.text
    assert [each.place for each in response.context["columns"]] == phases
    assert project in column(response, phases[2]).cards


def test_what_became_of_it_can_be_asked(signed_in, alice, charlie, phases, project):
    asked = {"column": [phases[0].pk, phases[2].pk, "nonsense"]}
    client = signed_in(alice)
    response = client.get("/projects/columns/", asked, headers=htmx(on="/projects/?q=roo"))
    assert [each.place for each in response.context["columns"]] == [phases[0], phases[2]]
    assert "Roof" in response.text
    other = client.get("/projects/columns/", asked, headers=htmx(on="/projects/?q=other"))
    assert "Roof" not in other.text
    hidden = signed_in(charlie).get("/projects/columns/", asked, headers=htmx(on="/projects/"))
    assert "Roof" not in hidden.text
    assert client.get("/projects/columns/", asked).status_code == 302


@pytest.mark.parametrize(
    ("act", "words"), [("done", "is done"), ("cancel", "is cancelled"), ("archive", "is archived")]
)
def test_a_card_leaves_the_board(signed_in, alice, phases, project, act, words):
    url = f"/projects/{project.pk}/{act}/"
    client = signed_in(alice)
    response = client.post(url, {"drag": "1", "board": "projects"}, headers=htmx(on="/projects/"))
    assert response.status_code == 200
    assert [each.place for each in response.context["columns"]] == phases[:1]
    assert words in response.text
    assert not Project.objects.on_board().exists()


def test_the_move_form_works_without_scripts_and_goes_back(signed_in, alice, phases, project):
    client = signed_in(alice)
    url = f"/projects/{project.pk}/move/"
    part = text(client.get(url, headers=htmx("dialog")))
    assert part in text(client.get(url))
    response = client.post(url, {"phase": phases[1].pk, "next": "/projects/?q=p"})
    assert (response.status_code, response.url) == (302, "/projects/?q=p")
    away = client.post(url, {"phase": phases[2].pk, "next": "https://evil.example/"})
    assert away.url == project.get_absolute_url()


@pytest.mark.parametrize(
    "wrong",
    [
        {"phase": ""},
        {"phase": "nonsense"},
        {"phase": "999999"},
        {"phase": "99999999999999999999999"},
        {"phase": "1\0"},
        {"left": "nonsense"},
        {"left": "99999999999999999999999"},
    ],
)
def test_a_move_to_nowhere_gets_a_message(signed_in, alice, phases, project, wrong):
    client = signed_in(alice)
    data = {"phase": phases[1].pk, "left": phases[0].pk} | wrong
    assert client.post(f"/projects/{project.pk}/move/", data).status_code == 422
    dragged = {f"{name}_": value for name, value in wrong.items()}
    assert drop(client, project, phases[1], **dragged).status_code == 422
    assert Project.objects.get().phase == phases[0]


@pytest.mark.parametrize("odd", ["nonsense", "999999", "99999999999999999999999", "1\0"])
def test_a_neighbour_that_is_none_does_not_matter(signed_in, alice, phases, project, odd):
    response = drop(signed_in(alice), project, phases[1], after=odd, before=odd)
    assert response.status_code in (200, 422)


def test_an_archived_phase_and_an_ended_project_refuse_the_drop(signed_in, alice, phases, project):
    client = signed_in(alice)
    Phase.objects.filter(pk=phases[1].pk).update(archived_at=timezone.now())
    assert drop(client, project, phases[1]).status_code == 422
    done = ProjectFactory(phase=phases[0], owner=alice, done=True)
    response = drop(client, done, phases[2])
    assert response.status_code == 422
    assert "Reopen first" in response.text


def test_nobody_else_moves_it(signed_in, charlie, reader, phases, project):
    for user, status in ((charlie, 404), (reader, 403)):
        client = signed_in(user)
        assert drop(client, project, phases[1]).status_code == status
        assert client.get(f"/projects/{project.pk}/move/").status_code == status
    assert Project.objects.get().phase == phases[0]
    assert not Event.objects.exists()


@pytest.mark.parametrize("number", [1, 5])
def test_the_board_costs_twelve_statements(
    signed_in, alice, phases, number, django_assert_num_queries
):
    label = LabelFactory()
    for phase in phases:
        for project in ProjectFactory.create_batch(
            number, phase=phase, owner=alice, labels=[label]
        ):
            ActivityFactory(project=project)
    client = signed_in(alice)
    # session, user, custom fields, choices of the filters, team, chosen fields, phases, heads,
    # cards, their labels, next activities, saved views
    with django_assert_num_queries(12):
        response = client.get("/projects/")
    assert response.status_code == 200


@pytest.mark.parametrize("number", [1, 5])
def test_a_drop_costs_eighteen_statements(
    signed_in, alice, phases, number, django_assert_num_queries
):
    label = LabelFactory()
    projects = [
        ProjectFactory.create_batch(number, phase=phase, owner=alice, labels=[label])
        for phase in phases
    ]
    client = signed_in(alice)
    # session, user, team, project; the eight of the move; chosen fields, phases, heads, cards,
    # their labels, next activities
    with django_assert_num_queries(18):
        response = drop(client, projects[0][0], phases[1], after=projects[1][-1].pk)
    assert response.status_code == 200
