"""Acts on many leads at a time: all or nothing, the true number, and never more than was meant."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from history.models import Event, Operation
from jobs.models import Job
from jobs.services import run_now
from leads.models import Lead
from lists import acting
from tests.factories import LabelFactory, LeadFactory
from tests.web import htmx

pytestmark = pytest.mark.django_db

ACTS = ("archive", "restore", "assign", "label", "unlabel", "mark_unseen", "delete")


@pytest.fixture
def hot(db):
    return LabelFactory(name="Hot")


@pytest.fixture
def leads(alice):
    return [LeadFactory(owner=alice, title=title) for title in ("Anvil", "Bolt", "Chisel")]


@pytest.fixture
def send(alice, hot, signed_in):
    """``send("archive", ids=[…])``: as Alice, with a label and a new owner at hand."""

    def send(act, *, by=alice, headers=None, **sent):
        sent = {"put": hot.pk, "take": hot.pk, "to": alice.pk} | sent
        return signed_in(by).post(reverse(f"leads:{act}"), sent, headers=headers)

    return send


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def pks(leads):
    return [lead.pk for lead in leads]


def test_ticked_leads_are_archived_with_their_number_and_undo(send, leads):  # H2
    answer = send("archive", ids=pks(leads[:2]), next="/leads/?view=mine")

    assert (answer.status_code, answer.url) == (302, "/leads/?view=mine")
    assert said(answer) == ["2 leads archived."]
    assert reverse("history:undo", args=[Operation.objects.get().pk]) in str(
        [message.extra_tags for message in get_messages(answer.wsgi_request)]
    )
    assert list(Lead.objects.in_inbox()) == [leads[2]]


def test_htmx_is_sent_to_the_rows_of_the_list(send, leads):
    answer = send("archive", ids=pks(leads), headers=htmx("results"))
    assert (answer.status_code, answer.url) == (302, "/leads/")
    answer = send("restore", ids=pks(leads), headers=htmx("panel"))
    assert answer.headers["HX-Redirect"] == "/leads/"


def test_the_true_number_leaves_out_what_was_so_already(send, leads, alice):
    send("archive", ids=pks(leads[:1]))

    assert said(send("archive", ids=pks(leads))) == ["2 leads archived."]
    assert said(send("archive", ids=pks(leads))) == [
        "Nothing to change: they are like this already."
    ]
    assert said(send("restore", ids=[leads[0].pk, leads[0].pk])) == ["1 lead restored."]


def test_leads_are_assigned(send, leads, bob):
    assert said(send("assign", ids=pks(leads), to=bob.pk)) == ["3 leads assigned to Bob Petit."]
    assert set(Lead.objects.values_list("owner", flat=True)) == {bob.pk}


def test_labels_are_put_on_and_taken_off(send, leads, hot):
    assert said(send("label", ids=pks(leads))) == ["3 leads labelled “Hot”."]
    assert hot.leads.count() == 3
    assert said(send("unlabel", ids=pks(leads[:1]))) == ["Label “Hot” taken off 1 lead."]
    assert hot.leads.count() == 2


def test_leads_are_marked_unseen(send, leads):
    Lead.objects.exclude(pk=leads[0].pk).update(seen_at=timezone.now())

    assert said(send("mark_unseen", ids=pks(leads))) == ["2 leads marked unseen."]
    assert Lead.objects.unseen().count() == 3
    assert said(send("mark_unseen", ids=pks(leads))) == [
        "Nothing to change: they are like this already."
    ]


# --- All that match ---


def test_all_that_match_are_those_of_the_filter_and_not_of_the_page(send, leads, bob):
    LeadFactory(owner=bob, title="Bobs")

    send("archive", all="1", count=2, owner=bob.pk)

    assert list(Lead.objects.archived().values_list("title", flat=True)) == ["Bobs"]


def test_unticked_rows_stay_out(send, leads):
    send("archive", all="1", count=9, **{"except": leads[0].pk})

    assert set(Lead.objects.in_inbox()) == {leads[0]}


def test_a_broken_filter_selects_nothing(send, leads):
    send("archive", all="1", count=9, owner="x")

    assert Lead.objects.in_inbox().count() == 3


def test_when_more_match_than_were_shown_it_asks_again(send, leads):
    asked = send("archive", all="1", count=2)

    assert asked.status_code == 200
    assert "Do this with 3 leads?" in asked.text
    assert not Event.objects.exists()
    fields = asked.context["fields"]
    assert said(send("archive", **dict(fields))) == ["3 leads archived."]


def test_a_confirmation_holds_only_for_the_number_it_showed(send, leads, alice):
    fields = dict(send("delete", all="1", count=3).context["fields"])
    LeadFactory(owner=alice)

    assert "Delete 4 leads?" in send("delete", **fields).text
    assert not Event.objects.exists()


# --- More than one request changes ---


@pytest.fixture
def few(monkeypatch):
    """Two leads are as many as a request changes."""
    monkeypatch.setattr(acting, "LARGEST_REQUEST", 2)


def test_more_than_one_request_changes_are_left_to_a_job(send, leads, few):
    answer = send("archive", all="1", count=3, next="/leads/?view=mine")

    job = Job.objects.get()
    assert answer.url == "/leads/?view=mine"
    assert said(answer) == ["This takes a while with 3 records. It goes on without you."]
    assert job.get_absolute_url() in str(
        [message.extra_tags for message in get_messages(answer.wsgi_request)]
    )
    assert not Event.objects.exists()

    job = run_now(job)

    assert (job.status, job.of) == ("done", 3)
    undo = reverse("history:undo", args=[Operation.objects.get().pk])
    assert job.result == {"text": "3 leads archived.", "url": "/leads/?view=mine", "undo": undo}
    assert not Lead.objects.in_inbox().exists()
    run_now(job)
    assert Operation.objects.count() == 1


@pytest.mark.parametrize(
    ("act", "told"),
    [
        ("assign", "3 leads assigned to Bob Petit."),
        ("label", "3 leads labelled “Hot”."),
        ("unlabel", "Nothing to change: they are like this already."),
        ("restore", "Nothing to change: they are like this already."),
        ("mark_unseen", "3 leads marked unseen."),
    ],
)
def test_any_act_may_be_left_to_a_job(send, leads, few, bob, act, told):
    Lead.objects.update(seen_at=timezone.now())
    send(act, ids=pks(leads), to=bob.pk)

    assert run_now(Job.objects.get()).result["text"] == told


def test_a_job_deletes_what_was_confirmed(send, leads, few):
    fields = dict(send("delete", all="1", count=3).context["fields"])
    assert not Job.objects.exists()
    send("delete", **fields)

    assert run_now(Job.objects.get()).result["text"] == "3 leads deleted."


def test_a_job_works_under_the_rights_of_the_moment_it_runs(send, leads, few, charlie):
    send("archive", ids=pks(leads))
    Lead.objects.filter(pk=leads[0].pk).update(owner=charlie, visibility="owner")

    job = run_now(Job.objects.get())

    assert (job.status, job.error) == ("failed", "Some of these records are no longer there.")
    assert not Event.objects.exists()


def test_a_job_asks_when_more_match_by_now(send, leads, few, alice):
    send("archive", all="1", count=3)
    LeadFactory(owner=alice)

    job = run_now(Job.objects.get())

    assert job.status == "failed"
    assert "By now 4 records match" in job.error
    assert Lead.objects.in_inbox().count() == 4


def test_a_job_whose_label_went_meanwhile_changes_nothing(send, leads, few, hot):
    send("label", ids=pks(leads))
    hot.delete()

    assert run_now(Job.objects.get()).status == "failed"


def test_readers_start_no_job(send, leads, few, reader):
    Lead.objects.update(visibility="team")

    assert send("archive", by=reader, ids=pks(leads)).status_code == 403
    assert not Job.objects.exists()


def test_as_many_ids_as_a_form_may_hold_are_understood(send, leads):
    assert send("archive", ids=range(1, 10_001)).status_code == 404
    assert not Event.objects.exists()


# --- Delete asks first ---


def test_deleting_asks_with_the_number_and_writes_nothing_before(send, leads):
    asked = send("delete", ids=pks(leads), next="/leads/?sort=title")

    assert "Delete 3 leads?" in asked.text
    assert not Event.objects.exists()
    fields = {}
    for name, value in asked.context["fields"]:
        fields.setdefault(name, []).append(value)
    answer = send("delete", **fields)
    assert answer.url == "/leads/?sort=title"
    assert said(answer) == ["3 leads deleted."]
    assert not Lead.objects.exists()


def test_the_question_opens_as_a_dialog(send, leads):
    answer = send("delete", ids=pks(leads), headers=htmx("dialog"))

    assert answer.headers["HX-Retarget"] == "#dialog"
    assert answer.text.lstrip().startswith('<section id="confirm"')


# --- Refused, as a whole ---


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("wrong", ["hidden", "missing", "broken", "deleted"])
def test_one_id_that_is_not_there_spoils_the_whole(send, leads, charlie, act, wrong):
    spoiled = {
        "hidden": lambda: LeadFactory(owner=charlie, visibility="owner").pk,
        "deleted": lambda: LeadFactory(owner=leads[0].owner, deleted_at=timezone.now()).pk,
        "missing": lambda: 10**12,
        "broken": lambda: "1;drop",
    }[wrong]()

    answer = send(act, ids=[*pks(leads), spoiled], confirmed="4")

    assert answer.status_code == 404
    assert not Event.objects.exists()


@pytest.mark.parametrize("act", ACTS)
def test_readers_change_nothing(send, leads, reader, act):
    Lead.objects.update(visibility="team", seen_at=timezone.now())

    answer = send(act, by=reader, ids=pks(leads), confirmed="3", to=leads[0].owner_id)

    assert answer.status_code == 403
    assert not Event.objects.exists()
    assert not Lead.objects.unseen().exists()


@pytest.mark.parametrize("act", ACTS)
def test_strangers_are_sent_to_sign_in(client, leads, act):
    answer = client.post(reverse(f"leads:{act}"), {"ids": pks(leads)})

    assert answer.url.startswith("/sign-in/")
    assert not Event.objects.exists()


def test_a_teammate_deletes_nothing_and_is_told_what(send, leads, bob):
    answer = send("delete", by=bob, ids=pks(leads), confirmed="3")

    assert answer.status_code == 403
    assert "“Anvil”" in answer.text
    assert Lead.objects.count() == 3


@pytest.mark.parametrize("act", ACTS)
def test_an_empty_selection_says_so(send, act):
    answer = send(act)

    assert answer.status_code == 422
    assert "Nothing is selected" in answer.text


@pytest.mark.parametrize(("act", "name"), [("assign", "to"), ("label", "put"), ("unlabel", "take")])
@pytest.mark.parametrize("value", ["", "x", "0", "9" * 30, "\x00"])
def test_a_broken_choice_is_not_found(send, leads, act, name, value):
    assert send(act, ids=pks(leads), **{name: value}).status_code == 404
    assert not Event.objects.exists()


def test_nothing_is_assigned_to_a_reader(send, leads, reader):
    assert send("assign", ids=pks(leads), to=reader.pk).status_code == 422
    assert not Event.objects.exists()


@pytest.mark.parametrize("act", ACTS)
def test_an_act_is_never_a_get(signed_in, alice, act):
    assert signed_in(alice).get(reverse(f"leads:{act}")).status_code == 405
