"""Everything leaves in one archive: lists, tables, files; for admins alone, and remembered."""

import csv
import io
from zipfile import ZipFile

import pytest
from django.utils import timezone

from exports.keeping import file_of
from exports.registry import EXPORTS
from history.models import Operation
from jobs.models import Job
from jobs.registry import DAILY
from jobs.services import run_now
from takeout.contents import LEFT_OUT, columns_of, tables
from takeout.packing import table_pieces
from tests.factories import (
    DealFactory,
    DealFileFactory,
    LeadFactory,
    NoteFactory,
    PersonFactory,
    UserFactory,
)

START = "/settings/takeout/start/"


@pytest.fixture
def packed(signed_in):
    """``packed(by)``: the archive that ``by`` gets, and the job that made it."""

    def pack(by):
        client = signed_in(by)
        client.post(START)
        job = run_now(Job.objects.latest("pk"))
        assert job.status == Job.Status.DONE, job.error
        answer = client.get(f"/settings/takeout/{job.pk}/")
        return ZipFile(io.BytesIO(b"".join(answer.streaming_content))), job

    return pack


def rows_in(archive, name):
    return list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig"))))


@pytest.mark.django_db(transaction=True)
def test_everything_is_in_it(packed, admin, stages):
    alice = UserFactory(name="Alice Martin")
    put_away = {"archived_at": timezone.now(), "archived_by": alice}
    lead = LeadFactory(owner=alice, visibility="owner", title="=Roof", **put_away)
    gone = PersonFactory(owner=alice, name="Zoe", deleted_at=timezone.now(), deleted_by=alice)
    NoteFactory(lead=lead, text="Said\nin two lines", author=alice)
    deal = DealFactory(owner=alice, stage=stages[0], lost=True)
    file = DealFileFactory(deal=deal).file

    archive, job = packed(admin)

    assert archive.testzip() is None
    names = set(archive.namelist())
    assert {f"lists/{name}.csv" for name in EXPORTS} <= names
    assert {f"tables/{model._meta.db_table}.csv" for model in tables()} <= names
    [row] = rows_in(archive, "lists/leads.csv")
    assert (row["Title"], row["Owner"]) == ("'=Roof", "Alice Martin")
    assert len(rows_in(archive, "lists/deals.csv")) == 1
    [note] = rows_in(archive, "lists/notes.csv")
    assert (note["Note"], note["Lead"]) == ("Said\nin two lines", "'=Roof")
    person = next(
        each
        for each in rows_in(archive, "tables/contacts_person.csv")
        if each["id"] == str(gone.pk)
    )
    assert person["deleted_at"].endswith("+00:00")
    assert "password" not in rows_in(archive, "tables/accounts_user.csv")[0]
    assert archive.read(f"files/{file.pk}/{file.name}") == file_bytes(file)
    assert job.result["text"] == "Everything is in one archive, with 1 file."


def file_bytes(file):
    from files.storing import storage

    with storage().open(file.key) as stored:
        return stored.read()


@pytest.mark.django_db(transaction=True)
def test_a_file_that_is_lost_is_named_and_stops_nothing(packed, admin, stages):
    from files.storing import storage

    file = DealFileFactory(deal=DealFactory(stage=stages[0])).file
    storage().delete(file.key)

    archive, _job = packed(admin)

    assert archive.read("Missing files.txt").decode() == f"files/{file.pk}/{file.name}"


@pytest.mark.django_db
def test_every_table_of_ours_is_whole():
    names = {model._meta.label_lower for model in tables()}
    assert {"leads.lead", "deals.deal_labels", "history.event", "pipelines.stage"} <= names
    assert not names & LEFT_OUT
    for model in tables():
        heads = b"".join(table_pieces(model)).decode("utf-8-sig").splitlines()[0]
        assert heads.split(",") == [field.column for field in columns_of(model)]


@pytest.mark.django_db
def test_the_history_remembers_who_took_everything_along(signed_in, admin):
    signed_in(admin).post(START)

    operation = Operation.objects.get(verb="company.exported")
    assert operation.by == admin
    assert operation.events.get().subject_id == admin.pk


@pytest.mark.django_db
def test_two_clicks_pack_once(signed_in, admin):
    client = signed_in(admin)
    answers = [client.post(START).url for _each in range(2)]

    assert answers == [Job.objects.get().get_absolute_url()] * 2
    assert Operation.objects.filter(verb="company.exported").count() == 1


@pytest.mark.django_db
def test_nobody_but_admins_packs(signed_in, manager, charlie):
    for each in (manager, charlie):
        assert signed_in(each).post(START).status_code == 403
        assert signed_in(each).get("/settings/takeout/").status_code == 403
    assert not Job.objects.exists()


@pytest.mark.django_db
def test_an_archive_is_for_whoever_asked_and_for_a_week(signed_in, admin, time_machine):
    client = signed_in(admin)
    client.post(START)
    Job.objects.update(status=Job.Status.DONE, finished_at=timezone.now())
    job = Job.objects.get()
    file_of(job, "zip").parent.mkdir(parents=True, exist_ok=True)
    file_of(job, "zip").write_bytes(b"PK")
    url = f"/settings/takeout/{job.pk}/"
    assert url in client.get("/settings/takeout/").text
    other = signed_in(UserFactory(role="admin"))
    assert other.get(url).status_code == 404
    assert url not in other.get("/settings/takeout/").text

    Job.objects.update(created_at=timezone.now() - timezone.timedelta(days=8))
    DAILY["takeout.forget"]()

    assert client.get(url).status_code == 404
    assert url not in client.get("/settings/takeout/").text


@pytest.mark.django_db
def test_who_is_no_admin_any_more_gets_nothing(signed_in, admin):
    signed_in(admin).post(START)
    type(admin).objects.filter(pk=admin.pk).update(role="rep")

    job = run_now(Job.objects.get())

    assert job.status == Job.Status.FAILED
    assert not file_of(job, "zip").exists()
