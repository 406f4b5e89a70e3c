"""The files of Pipedrive are brought at once, and imported in the order in which they know of each
other.
"""

from threading import Barrier, Thread

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from activities.models import Activity, Note
from contacts.models import Organization, Person
from deals.models import Deal
from files.storing import storage
from imports import coming, running
from imports.checking import start_check
from imports.coming import BroughtAlready, NotExported, bring, parts_of
from imports.models import Import, Kind
from imports.receiving import receive
from jobs.services import run_now
from leads.models import Lead
from tests.factories import ActivityTypeFactory, ImportFactory
from tests.web import assert_part_of_page, htmx

pytestmark = pytest.mark.django_db

PEOPLE = (
    "Person - Name,Person - Email - Work,Person - Organization,Person - ID\n"
    "Amy,a@x.example,Acme,7\n"
)
FRENCH = "Organisation - Nom;Organisation - Adresse;Organisation - ID\nAcme;1 rue Noire;3\n"
OTHERS = "First,Second\n1,2\n"
HERE = "/imports/pipedrive/"


def exported(content, name="people.csv"):
    return SimpleUploadedFile(name, content.encode("utf-8-sig"), "text/csv")


def test_an_export_is_ready_to_be_checked_without_a_click(alice):
    one = bring(exported(PEOPLE), by=alice)
    assert (one.kind, one.system) == (Kind.PERSON, "pipedrive")
    one.refresh_from_db()
    assert one.stage == Import.Stage.CHECK
    assert one.matched_count == 4


def test_an_export_in_french_is_no_other(alice):
    one = bring(exported(FRENCH), by=alice)
    assert (one.kind, one.matched_count) == (Kind.ORGANIZATION, 3)


def test_what_is_no_export_or_there_already_leaves_nothing_behind(
    alice, django_capture_on_commit_callbacks
):
    first = bring(exported(PEOPLE), by=alice)
    before = storage().listdir("imports")[1]
    with django_capture_on_commit_callbacks(execute=True):
        with pytest.raises(NotExported):
            bring(exported(OTHERS), by=alice)
        with pytest.raises(BroughtAlready):
            bring(exported(PEOPLE, "again.csv"), by=alice)
    assert list(Import.objects.all()) == [first]
    assert storage().listdir("imports")[1] == before


@pytest.mark.django_db(transaction=True)
def test_of_a_file_that_is_sent_twice_at_a_time_one_stays(alice, monkeypatch):
    both, told = Barrier(2), []

    def receive_with_another(*given, **also):
        one = receive(*given, **also)
        both.wait(10)
        return one

    def send():
        try:
            told.append(bring(exported(PEOPLE), by=alice))
        except BroughtAlready as refused:
            told.append(refused)
        finally:
            connection.close()

    monkeypatch.setattr(coming, "receive", receive_with_another)
    threads = [Thread(target=send) for _each in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(type(each).__name__ for each in told) == ["BroughtAlready", "Import"]
    assert Import.objects.count() == 1


def test_what_was_taken_back_may_be_brought_again(alice):
    one = bring(exported(PEOPLE), by=alice)
    Import.objects.filter(pk=one.pk).update(stage=Import.Stage.REVERTED)
    assert bring(exported(PEOPLE), by=alice) != one


def test_one_part_is_next_until_all_are_over(alice, bob, django_assert_num_queries):
    def part(kind, stage, by=alice):
        return ImportFactory(kind=kind, stage=stage, by=by, system="pipedrive")

    part(Kind.NOTE, "check")
    deal = part(Kind.DEAL, "check")
    person = part(Kind.PERSON, "running")
    part(Kind.ORGANIZATION, "done")
    part(Kind.ORGANIZATION, "check", by=bob)
    ImportFactory(kind=Kind.ORGANIZATION, by=alice)
    with django_assert_num_queries(1):
        parts = parts_of(alice)
    assert [each.kind for each in parts] == [
        "organization",
        "person",
        "lead",
        "deal",
        "activity",
        "note",
    ]
    assert [each.kind for each in parts if each.is_over] == ["organization"]
    assert [each.files for each in parts if each.is_next] == [[person]]
    Import.objects.filter(pk=person.pk).update(stage="cancelled")
    assert [each.files for each in parts_of(alice) if each.is_next] == [[deal]]


COMPANY = {
    "organizations": """Organization - Name,Organization - Address,Organization - ID
Acme,1 Black Street,1
Acme,2 High Road,2
""",
    "people": """Person - Name,Person - Organization,Person - Organization ID,"""
    """Person - Email,Person - ID
Amy Wong,Acme,1,amy@one.example,11
Amy Wong,Acme,2,amy@two.example,12
""",
    "leads": """Lead - Title,Lead - Value,Lead - Currency of Value,Lead - Person ID,Lead - ID
Lamps,50,EUR,12,a1-b2
""",
    "deals": """Deal - Title,Deal - Value,Deal - Currency of Value,Deal - Organization ID,"""
    """Deal - Person ID,Deal - Status,Deal - Won time,Deal - ID
Desks,1200,EUR,1,11,Open,,101
Desks,300,EUR,2,12,Won,2025-03-01 10:00:00,102
""",
    "activities": """Activity - Subject,Activity - Due date,Activity - Deal ID,Activity - ID
Call,2026-12-01,102,501
""",
    "notes": """Note - Content,Note - Deal ID,Note - Add time,Note - ID
<p>Wants <b>oak</b></p>,101,2025-02-01 10:00:00,601
""",
}


def test_a_company_comes_with_all_its_links(alice, stages):
    """Names do not tell here who is who; the numbers of Pipedrive do."""
    ActivityTypeFactory(name="Call")
    for name in reversed(COMPANY):
        bring(exported(COMPANY[name], f"{name}.csv"), by=alice)
    while files := [file for part in parts_of(alice) if part.is_next for file in part.files]:
        checked = run_now(start_check(files[0], by=alice))
        assert checked.status == "done", checked.error
        run_now(running.start(files[0], by=alice).job)
    done = {file.name: file.counts["done"] for part in parts_of(alice) for file in part.files}
    assert done["deals.csv"]["deal"] == {"created": 2}
    first, second = Deal.objects.order_by("value").reverse()
    assert (first.person.email_addresses.get().address, first.organization.address) == (
        "amy@one.example",
        "1 Black Street",
    )
    assert (second.status, second.organization.address) == ("won", "2 High Road")
    assert second.person.organization == second.organization
    assert Lead.objects.get().person == second.person
    assert Activity.objects.get().deal == second
    assert Note.objects.get().deal == first
    assert Note.objects.get().text == "Wants **oak**"
    assert Person.objects.count() == Organization.objects.count() == 2


# --- The page ------------------------------------------------------------------------------------


def test_all_files_are_brought_at_once(signed_in, alice):
    client = signed_in(alice)
    answer = client.post(HERE, {"files": [exported(PEOPLE), exported(FRENCH, "organisations.csv")]})
    assert answer.url == HERE
    text = client.get(HERE).text
    assert text.index("organisations.csv") < text.index("people.csv")
    assert text.count('aria-current="step"') == 1
    assert '<a href="#part-organization" aria-current="step">' in text


def test_those_that_are_refused_are_told_by_name_and_the_others_are_there(signed_in, alice):
    client = signed_in(alice)
    sent = [exported(OTHERS, "others.csv"), exported(PEOPLE), exported(" ", "empty.csv")]
    answer = client.post(HERE, {"files": sent})
    assert answer.status_code == 422
    assert "“others.csv”: Pipedrive exports no file with such headers" in answer.text
    assert "“empty.csv”: The file is empty." in answer.text
    assert [one.name for one in Import.objects.all()] == ["people.csv"]
    assert client.post(HERE).status_code == 422


def test_a_file_that_goes_by_itself_leaves_the_page_as_it_is(signed_in, alice):
    client = signed_in(alice)
    headers = htmx("add-files")
    answer = client.post(HERE, {"files": exported(PEOPLE)}, headers=headers)
    assert answer.status_code == 200  # and nothing but the toast
    assert "1 file added." in answer.text
    assert "<main" not in answer.text
    answer = client.post(HERE, {"files": exported(PEOPLE)}, headers=headers)
    assert answer.status_code == 422
    assert "This file is here already." in answer.text
    assert "<main" not in answer.text


def test_too_large_a_file_is_told_by_name(signed_in, alice, settings):
    settings.IMPORTS_LARGEST = 10
    answer = signed_in(alice).post(HERE, {"files": exported(PEOPLE)})
    assert answer.status_code == 422
    assert "“people.csv” is larger than 10\xa0bytes." in answer.text


def test_parts_are_as_on_the_page(signed_in, alice):
    client = signed_in(alice)
    bring(exported(PEOPLE), by=alice)
    assert_part_of_page(client, HERE, "sequence")
    assert_part_of_page(client, HERE, "add-files")


def test_what_goes_on_by_itself_is_asked_for_again(signed_in, alice):
    client = signed_in(alice)
    one = bring(exported(PEOPLE), by=alice)
    assert "load delay" not in client.get(HERE).text
    Import.objects.filter(pk=one.pk).update(stage="checking")
    assert "load delay" in client.get(HERE).text


def test_the_end_is_told(signed_in, alice):
    one = bring(exported(PEOPLE), by=alice)
    client = signed_in(alice)
    assert "All that you brought is imported" not in client.get(HERE).text
    Import.objects.filter(pk=one.pk).update(stage="cancelled")
    assert "All that you brought is imported" not in client.get(HERE).text
    Import.objects.filter(pk=one.pk).update(stage="done")
    assert "All that you brought is imported" in client.get(HERE).text


def test_a_step_of_an_export_leads_back_to_the_others(signed_in, alice):
    one = bring(exported(PEOPLE), by=alice)
    client = signed_in(alice)
    assert f'href="{HERE}"' in client.get(reverse("imports:check", args=[one.pk])).text
    other = ImportFactory(by=alice)
    assert f'href="{HERE}"' not in client.get(reverse("imports:columns", args=[other.pk])).text


@pytest.mark.parametrize("count", [1, 5])
def test_the_page_costs_the_same(signed_in, alice, count, django_assert_num_queries):
    for _each in range(count):
        ImportFactory(by=alice, system="pipedrive", kind=Kind.PERSON)
    client = signed_in(alice)
    # The session, its user, the imports.
    with django_assert_num_queries(3):
        client.get(HERE)


def test_readers_bring_nothing(signed_in, reader):
    assert signed_in(reader).get(HERE).status_code == 403
