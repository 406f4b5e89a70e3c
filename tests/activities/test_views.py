"""Composer, next steps, timeline and the list, as people with different rights meet them."""

from datetime import date, datetime, timedelta
from datetime import time as clock

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from activities import services
from activities.models import Activity, Note
from history.models import Event, Operation
from tests.factories import (
    ActivityFactory,
    ActivityTypeFactory,
    DealFactory,
    LeadFactory,
    NoteFactory,
    OrganizationFactory,
    PersonFactory,
)
from tests.web import assert_part_of_page, htmx, text

pytestmark = pytest.mark.django_db

EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>"


@pytest.fixture
def call():
    return ActivityTypeFactory(name="Call", icon="phone")


@pytest.fixture
def lead(alice):
    return LeadFactory(owner=alice, visibility="team", title="Fleet tracking")


def planned(lead, call, **more):
    return {
        "on": f"{lead.kind}:{lead.pk}",
        "type": call.pk,
        "when": "tomorrow",
        "assignee": lead.owner_id,
        "token": "5d3a1a9e-6d0b-4a3c-9d8e-0f4d4a4b0c11",
        **more,
    }


def written(record, words, **more):
    return {
        "on": f"{record.kind}:{record.pk}",
        "text": words,
        "token": "5d3a1a9e-6d0b-4a3c-9d8e-0f4d4a4b0c12",
        **more,
    }


# --- Plan --------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [LeadFactory, DealFactory, PersonFactory, OrganizationFactory])
def test_an_activity_is_planned_and_one_returns_to_the_record(make, alice, call, signed_in):
    record = make(owner=alice)

    response = signed_in(alice).post(reverse("activities:plan"), planned(record, call))

    assert response.status_code == 302
    assert response.url == record.get_absolute_url()
    activity = Activity.objects.get()
    assert (activity.subject, activity.about) == ("Call", record)
    assert activity.due_on == timezone.localdate() + timedelta(days=1)


@pytest.mark.parametrize(
    ("sent", "due"),
    [
        ({"when": "today"}, date(2026, 11, 25)),
        ({"when": "next_week"}, date(2026, 11, 30)),
        ({"when": "on", "due_on": "2027-02-03"}, date(2027, 2, 3)),
        ({"when": "next_week", "is_done": "on"}, date(2026, 11, 25)),
    ],
)
def test_chips_mean_days_where_one_is(sent, due, alice, lead, call, signed_in, time_machine):
    time_machine.move_to(datetime.fromisoformat("2026-11-24T23:30Z"), tick=False)  # in Paris: 25th
    browser = signed_in(alice)

    assert browser.post(reverse("activities:plan"), planned(lead, call, **sent)).status_code == 302

    activity = Activity.objects.get()
    assert (activity.due_on, activity.is_done) == (due, "is_done" in sent)


def test_htmx_gets_the_parts_that_changed(alice, lead, call, signed_in):
    response = signed_in(alice).post(
        reverse("activities:plan"),
        planned(lead, call, subject="Ring Inès"),
        headers=htmx("composer"),
    )

    html = text(response)
    assert response.status_code == 200
    assert html.startswith('<section id="next-steps"') or 'id="composer"' in html
    assert html.count('hx-swap-oob="true"') == 2
    assert "Ring Inès" in html


@pytest.mark.parametrize(
    "broken",
    [
        {"when": "on"},
        {"when": "on", "due_on": "2026-02-31"},
        {"when": "some day"},
        {"type": "999999"},
        {"type": "note"},
        {"minutes": "-3"},
        {"due_time": "25:00"},
        {"subject": "x" * 201},
        {"subject": "a\x00b"},
        {"text": "x" * 20_001},
        {"assignee": "0"},
        {"token": "x"},
    ],
)
def test_wrong_input_is_said_and_what_was_typed_stays(broken, alice, lead, call, signed_in):
    sent = {**planned(lead, call, text="Keep me"), **broken}
    browser = signed_in(alice)

    for headers in ({}, htmx("composer")):
        response = browser.post(reverse("activities:plan"), sent, headers=headers)
        assert response.status_code == 422
        assert broken.get("text") or "Keep me" in response.text
    assert not Activity.objects.exists()


@pytest.mark.parametrize("on", ["", "lead", "lead:", "lead:x", "lead:0", "user:1", "lead:1:2",
                                "lead:99999999999999999999", "\x00:1", "lead:٣"])  # fmt: skip
@pytest.mark.parametrize("name", ["plan", "write_note"])
def test_broken_subjects_are_not_found(name, on, alice, lead, call, signed_in):
    sent = {**planned(lead, call), "text": "Hello", "on": on}
    assert signed_in(alice).post(reverse(f"activities:{name}"), sent).status_code == 404


def test_an_assignee_who_cannot_see_is_refused_in_the_form(alice, charlie, lead, call, signed_in):
    response = signed_in(alice).post(
        reverse("activities:plan"), planned(lead, call, assignee=charlie.pk)
    )
    assert response.status_code == 422
    assert "Charlie Roux cannot see this record" in response.text


def test_a_double_click_plans_once(alice, lead, call, signed_in):
    browser = signed_in(alice)
    for _ in range(2):
        browser.post(reverse("activities:plan"), planned(lead, call))
        browser.post(reverse("activities:write_note"), written(lead, "Once"))
    assert (Activity.objects.count(), Note.objects.count()) == (1, 1)


# --- Change, do, remove ------------------------------------------------------------------------


def remembered(activity, **values):
    """What a browser sends: the fields, and beside each what stood there."""
    stood = {
        "type": activity.type_id,
        "subject": activity.subject,
        "due_on": activity.due_on.isoformat(),
        "due_time": "",
        "minutes": "",
        "assignee": activity.assignee_id,
        "text": activity.text,
    }
    return {**stood, **{f"initial-{name}": value for name, value in stood.items()}, **values}


def test_an_activity_is_changed_in_a_dialog(alice, lead, signed_in):
    activity = ActivityFactory(lead=lead, assignee=alice)
    url = reverse("activities:change", args=[activity.pk])
    browser = signed_in(alice)
    assert_part_of_page(browser, url, "change-activity")

    response = browser.post(
        url,
        remembered(activity, subject="Visit", due_time="14:30", on=f"lead:{lead.pk}"),
        headers=htmx("change-activity"),
    )

    assert response.status_code == 200
    assert 'id="next-steps"' in response.text
    assert 'id="timeline"' in response.text
    activity.refresh_from_db()
    assert (activity.subject, activity.due_time) == ("Visit", clock(14, 30))


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(alice, bob, lead, signed_in):
    activity = ActivityFactory(lead=lead, assignee=alice, subject="Old")
    sent = remembered(activity, subject="Mine")
    services.change(activity, {"subject": "Theirs"}, by=bob)

    response = signed_in(alice).post(reverse("activities:change", args=[activity.pk]), sent)

    assert response.status_code == 422
    assert "was changed meanwhile" in response.text
    activity.refresh_from_db()
    assert activity.subject == "Theirs"


def test_done_with_one_click_and_taken_back_from_the_toast(alice, lead, signed_in):
    activity = ActivityFactory(lead=lead, assignee=alice, subject="Call Inès")
    browser = signed_in(alice)

    response = browser.post(
        reverse("activities:complete", args=[activity.pk]),
        {"on": f"lead:{lead.pk}"},
        headers=htmx("next-steps"),
    )

    undo = reverse("history:undo", args=[Operation.objects.get().pk])
    assert undo in response.text
    activity.refresh_from_db()
    assert activity.is_done
    assert browser.post(undo, headers={"Referer": "http://testserver/leads/?view=mine"}).url == (
        "/leads/?view=mine"
    )
    activity.refresh_from_db()
    assert not activity.is_done


# --- Rights ------------------------------------------------------------------------------------


def routes(activity, note, call):
    record = activity.about
    return {
        "plan": ([], planned(record, call)),
        "change": ([activity.pk], remembered(activity, subject="New")),
        "complete": ([activity.pk], {}),
        "reopen": ([activity.pk], {}),
        "remove": ([activity.pk], {}),
        "write_note": ([], written(record, "Hello")),
        "change_note": ([note.pk], {"text": "New", "initial-text": note.text}),
        "remove_note": ([note.pk], {}),
        "pin_note": ([note.pk], {"pinned": "1"}),
    }


@pytest.mark.parametrize("headers", [{}, htmx("next-steps")], ids=["page", "htmx"])
@pytest.mark.parametrize(
    "name",
    ["plan", "change", "complete", "reopen", "remove", "write_note", "change_note", "remove_note",
     "pin_note"],
)  # fmt: skip
def test_who_may_not_writes_nothing(name, headers, alice, charlie, reader, lead, call, signed_in):
    activity = ActivityFactory(lead=lead, assignee=alice)
    note = NoteFactory(lead=lead, author=alice)
    arguments, sent = routes(activity, note, call)[name]
    url = reverse(f"activities:{name}", args=arguments)
    before = (list(Activity.objects.values()), list(Note.objects.values()))

    assert signed_in(charlie).post(url, sent, headers=headers).status_code == 404
    assert signed_in(reader).post(url, sent, headers=headers).status_code == 403
    assert Client().post(url, sent, headers=headers).status_code in (200, 302)  # to the sign-in

    assert (list(Activity.objects.values()), list(Note.objects.values())) == before
    assert not Event.objects.exists()


@pytest.mark.parametrize("name", ["change_note", "remove_note"])
def test_a_teammate_does_not_rewrite_ones_note(name, alice, bob, manager, lead, call, signed_in):
    note = NoteFactory(lead=lead, author=alice)
    url = reverse(f"activities:{name}", args=[note.pk])
    sent = {"text": "New", "initial-text": note.text}

    assert signed_in(bob).post(url, sent).status_code == 403
    assert signed_in(manager).post(url, sent).status_code == 302


def test_notes_are_as_private_as_the_record_by_any_address(alice, charlie, lead, signed_in):  # F7
    note = NoteFactory(lead=lead, author=alice, text="Secret margin")
    stranger = signed_in(charlie)
    for url in (
        reverse("activities:change_note", args=[note.pk]),
        reverse("activities:timeline", args=["lead", lead.pk]),
    ):
        for headers in ({}, htmx("timeline")):
            response = stranger.get(url, headers=headers)
            assert response.status_code == 404
            assert "Secret" not in response.text


def test_readers_see_all_and_are_offered_nothing(alice, reader, lead, signed_in):
    ActivityFactory(lead=lead, assignee=alice, subject="Call Inès")
    NoteFactory(lead=lead, author=alice, text="Budget")
    html = text(
        signed_in(reader).get(
            reverse("activities:timeline", args=["lead", lead.pk]), headers=htmx("timeline")
        )
    )
    assert "Budget" in html
    assert "<form" not in html


# --- Timeline ----------------------------------------------------------------------------------


def test_text_is_never_markup(alice, lead, call, signed_in):  # F9
    browser = signed_in(alice)
    browser.post(
        reverse("activities:write_note"), written(lead, f"{EVIL} [x](javascript:alert(1))")
    )
    ActivityFactory(lead=lead, assignee=alice, subject=EVIL[:200], text=EVIL)
    done = ActivityFactory(lead=lead, assignee=alice, subject=EVIL[:200], text=EVIL)
    ActivityFactory(lead=lead, assignee=alice, type=ActivityTypeFactory(name=EVIL[:40]))
    answers = [
        browser.post(
            reverse("activities:complete", args=[done.pk]),
            {"on": f"lead:{lead.pk}"},
            headers=htmx("next-steps"),
        ),
        browser.post(reverse("activities:plan"), planned(lead, call, subject=EVIL, minutes="x")),
        browser.get(reverse("activities:list")),
        browser.get(reverse("activities:change", args=[done.pk])),
    ]
    services.change(done, {"text": "New", "subject": "New"}, by=alice)
    services.change_note(Note.objects.get(), "New", by=alice)
    timeline = reverse("activities:timeline", args=["lead", lead.pk])
    answers.append(browser.get(timeline, headers=htmx("timeline")))

    for answer in answers:
        assert "alert(1)" in answer.text
        assert "<script>alert" not in answer.text
        assert "<img" not in answer.text.replace('<img src="/static', "")
        assert 'href="javascript:' not in answer.text


def test_older_entries_are_appended_without_repeating_the_day(alice, lead, signed_in):
    for number in range(30):
        NoteFactory(lead=lead, author=alice, text=f"Note {number:02}")
    browser = signed_in(alice)
    url = reverse("activities:timeline", args=["lead", lead.pk])
    first = browser.get(url, headers=htmx("timeline"))
    before = first.context["timeline"].older

    older = browser.get(url, {"before": before}, headers=htmx("older"))

    assert "Note 29" in first.text
    assert "Note 09" not in first.text
    assert "Note 09" in older.text
    assert "Note 29" not in older.text
    assert "timeline-day" in first.text
    assert "timeline-day" not in older.text
    assert "<section" not in older.text


@pytest.mark.parametrize("entries", [1, 5, 50])
def test_a_timeline_part_costs_eight_statements(
    entries, alice, lead, signed_in, django_assert_num_queries
):
    for _ in range(entries):
        NoteFactory(lead=lead)
        ActivityFactory(lead=lead, done_at=timezone.now(), done_by=alice)
    browser = signed_in(alice)
    # session, user, team members, the record, its lives, events, done activities, notes
    with django_assert_num_queries(8):
        browser.get(
            reverse("activities:timeline", args=["lead", lead.pk]), headers=htmx("timeline")
        )


# --- The list ----------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 5])
def test_the_list_costs_seven_statements(rows, alice, signed_in, django_assert_num_queries):
    for _ in range(rows):
        ActivityFactory(lead=LeadFactory(owner=alice), assignee=alice)
        ActivityFactory(person=PersonFactory(owner=alice), assignee=alice)
    browser = signed_in(alice)
    # session, user, the team's members for what may be seen, assignees, types, ids, rows
    with django_assert_num_queries(7):
        browser.get(reverse("activities:list"))


def test_the_list_is_mine_by_day_unless_asked_otherwise(alice, bob, charlie, lead, signed_in):
    today = timezone.localdate()
    for name, who, days in (
        ("Late", alice, -3), ("Now", alice, 0), ("Soon", alice, 4), ("Bobs", bob, 0),
    ):  # fmt: skip
        ActivityFactory(lead=lead, assignee=who, subject=name, due_on=today + timedelta(days=days))
    ActivityFactory(
        lead=lead, assignee=alice, subject="Finished", done_at=timezone.now(), done_by=alice
    )
    browser = signed_in(alice)

    def shown(who=browser, **query):
        return [each.subject for each in who.get("/activities/", query).context["activities"]]

    assert shown() == ["Late", "Now", "Soon"]
    assert shown(view="overdue") == ["Late"]
    assert shown(view="today") == ["Now"]
    assert shown(view="upcoming") == ["Soon"]
    assert shown(view="done") == ["Finished"]
    assert shown(assignee="all", view="today") == ["Now", "Bobs"]
    assert shown(assignee=bob.pk) == ["Bobs"]
    assert shown(type=Activity.objects.get(subject="Soon").type_id) == ["Soon"]
    assert shown(signed_in(charlie), assignee="all") == []
    assert_part_of_page(browser, "/activities/", "results")


@pytest.mark.parametrize(
    "query",
    ["view=x", "assignee=x", "assignee=٣", "type=99999999999999999999", "after=x", "before=%00"],
)
def test_broken_queries_show_a_page(query, alice, signed_in):
    assert signed_in(alice).get(f"/activities/?{query}").status_code == 200


def test_what_is_archived_or_gone_is_not_in_the_list(alice, signed_in):
    for fields in (
        {"archived_at": timezone.now(), "archived_by": alice},
        {"deleted_at": timezone.now()},
    ):
        ActivityFactory(lead=LeadFactory(owner=alice, **fields), assignee=alice)
    assert not signed_in(alice).get("/activities/").context["activities"]


def test_done_in_the_list_draws_the_list_again(alice, lead, signed_in):
    one = ActivityFactory(lead=lead, assignee=alice, subject="One")
    ActivityFactory(lead=lead, assignee=alice, subject="Two")
    browser = signed_in(alice)

    response = browser.post(
        reverse("activities:complete", args=[one.pk]),
        headers=htmx("results", on="/activities/?view=today"),
    )

    html = text(response)
    assert "Two" in html
    assert 'id="results"' in html
    assert "view=today" in html
    plain = browser.post(reverse("activities:reopen", args=[one.pk]), {"next": "/activities/?a=1"})
    assert plain.url == "/activities/?a=1"
