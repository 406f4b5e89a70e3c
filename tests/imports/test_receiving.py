"""A file comes in, is looked at, and is read anew as somebody says."""

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from core.errors import Missing, NotAllowed
from files.services import FileEmpty, FileTooLarge, StorageFull
from files.storing import storage
from imports.holding import AlreadyRun
from imports.models import Import
from imports.reading import NotReadable
from imports.receiving import opened, receive, reread
from tests.factories import CorrectionFactory, ImportFactory, SkippedRowFactory

pytestmark = pytest.mark.django_db
LEADS = b"Title,E-mail,Value\nDesks,amy@client.example,900\n"


def sent(content=LEADS, name="leads.csv"):
    return SimpleUploadedFile(name, content)


def stored():
    try:
        return storage().listdir("imports")[1]
    except FileNotFoundError:
        return []


def test_a_file_is_kept_looked_at_and_its_columns_are_guessed(alice):
    one = receive(sent(), kind="lead", by=alice)
    one.refresh_from_db()
    assert (one.name, one.kind, one.stage, one.row_count) == ("leads.csv", "lead", "columns", 1)
    assert one.headers == ["Title", "E-mail", "Value"]
    assert one.samples == [["Desks", "amy@client.example", "900"]]
    assert [column["field"] for column in one.columns] == [
        "lead.title",
        "person.email",
        "lead.value",
    ]
    assert one.options["encoding"] == "utf-8"
    assert one.sha256 == hashlib.sha256(LEADS).hexdigest()
    with opened(one) as file:
        assert file.read() == LEADS


def test_a_name_leads_nowhere(alice):
    assert receive(sent(name="../../etc/leads.csv"), by=alice).name == "leads.csv"


def test_what_another_system_exports_says_itself_what_it_is(alice):
    headers = b"Person - Name,Person - Email - Work,Person - ID,Person - Organization\n"
    one = receive(sent(headers + b"Amy,amy@client.example,7,Acme\n"), kind="lead", by=alice)
    assert (one.kind, one.system) == ("person", "pipedrive")


@pytest.mark.parametrize(
    ("content", "refusal"), [(b"", FileEmpty), (b"\n\n", NotReadable), (b"Title\n", NotReadable)]
)
def test_nothing_is_kept_of_a_file_that_is_refused(alice, content, refusal):
    before = stored()
    with pytest.raises(refusal):
        receive(sent(content), by=alice)
    assert stored() == before
    assert not Import.objects.exists()


def test_a_file_has_an_end(alice, settings):
    settings.IMPORTS_LARGEST = len(LEADS) - 1
    with pytest.raises(FileTooLarge):
        receive(sent(), by=alice)


def test_all_files_together_have_room(alice, settings):
    settings.FILES_TOTAL = 2 * len(LEADS)
    receive(sent(), by=alice)
    receive(sent(), by=alice)
    with pytest.raises(StorageFull):
        receive(sent(), by=alice)


def test_who_reads_imports_nothing_and_who_sells_no_products(alice):
    with pytest.raises(NotAllowed):
        receive(sent(b"Name,Price\nDesk,900\n"), kind="product", by=alice)
    alice.role = User.Role.READER
    with pytest.raises(NotAllowed):
        receive(sent(), by=alice)
    assert not Import.objects.exists()


def test_a_file_is_read_as_one_says_and_what_was_done_with_it_goes(alice):
    one = receive(sent(b"Title;E-mail\nDesks, two;amy@client.example\n"), by=alice)
    CorrectionFactory(of=one)
    SkippedRowFactory(of=one)
    Import.objects.filter(pk=one.pk).update(stage=Import.Stage.CHECKED, counts={"rows": {}})
    again = reread(one, {**one.options, "delimiter": ","}, kind="lead", by=alice)
    again.refresh_from_db()
    assert again.headers == ["Title;E-mail"]
    assert (again.stage, again.counts, len(again.columns)) == ("columns", {}, 1)
    assert not one.corrections.exists()
    assert not one.skipped.exists()


def test_a_file_that_is_read_as_before_keeps_what_was_done_with_it(alice):
    one = ImportFactory(by=alice, stage=Import.Stage.CHECKED)
    CorrectionFactory(of=one)
    reread(one, {"delimiter": ",", "header": True}, kind="lead", by=alice)
    one.refresh_from_db()
    assert one.stage == Import.Stage.CHECKED
    assert one.corrections.exists()


def test_its_rows_can_be_of_another_kind(alice):
    one = ImportFactory(by=alice, content=b"Name,E-mail\nAmy,amy@client.example\n")
    one = reread(one, one.options, kind="person", by=alice)
    assert [column["field"] for column in one.columns] == ["person.name", "person.email"]
    with pytest.raises(NotAllowed):
        reread(one, one.options, kind="product", by=alice)


def test_what_was_run_is_read_no_more(alice, bob):
    one = ImportFactory(by=alice, stage=Import.Stage.RUNNING)
    with pytest.raises(AlreadyRun):
        reread(one, {"delimiter": ";"}, kind="lead", by=alice)
    with pytest.raises(Missing):
        reread(one, {"delimiter": ";"}, kind="lead", by=bob)
