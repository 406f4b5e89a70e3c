"""What belongs to nothing goes in time: never sooner, and never what belongs to something."""

import datetime
from datetime import timedelta

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.utils import timezone

from conversion.purge import purge_set_aside
from deals.models import DealFile
from files import sweeping
from files.models import File
from files.services import attach, remove
from files.storing import put, storage
from files.sweeping import sweep
from jobs.registry import DAILY
from opportunities import services as opportunities
from tests.factories import DealFactory, DealFileFactory
from tests.files.making import image, upload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_storage(settings, tmp_path):
    """On the disk, as most have it."""
    settings.STORAGES = settings.STORAGES | {
        "files": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files"},
        }
    }


@pytest.fixture
def deal(alice, stages):
    return DealFactory(owner=alice, stage=stages[0])


def later(**span):
    return time_machine.travel(timezone.now() + datetime.timedelta(**span), tick=False)


def there(key):
    return storage().exists(key)


def test_bytes_without_a_row_go_after_a_day():
    key = put(ContentFile(b"lost"))
    with later(hours=23):
        assert sweep() == {"deleted": 0, "orphans": 0}
    assert there(key)
    with later(hours=25):
        assert sweep() == {"deleted": 0, "orphans": 1}
        assert sweep() == {"deleted": 0, "orphans": 0}
    assert not there(key)


def test_what_belongs_to_a_file_stays(deal, alice):
    attach(DealFile, deal, [upload("a.png", image()), upload()], by=alice)
    with later(days=400):
        assert sweep() == {"deleted": 0, "orphans": 0}
    for file in File.objects.all():
        assert there(file.key)
        assert not file.preview or there(file.preview)


def test_an_empty_storage_is_no_problem():
    assert sweep() == {"deleted": 0, "orphans": 0}


def test_a_deleted_file_goes_after_30_days_with_its_bytes(deal, alice):
    attach(DealFile, deal, [upload("a.png", image())], by=alice)
    attachment = DealFile.objects.get()
    remove(attachment, by=alice)
    with later(days=29):
        assert sweep()["deleted"] == 0
    with later(days=31):
        assert sweep() == {"deleted": 1, "orphans": 2}
    assert not DealFile.everything.exists()
    assert not File.objects.exists()


def test_more_than_a_batch_goes(deal, monkeypatch):
    monkeypatch.setattr(sweeping, "BATCH", 2)
    for _each in range(5):
        DealFileFactory(deal=deal, deleted_at=timezone.now() - timedelta(days=31))
    assert sweep()["deleted"] == 5


def test_a_purged_deal_takes_its_files_along(deal, alice):
    attach(DealFile, deal, [upload()], by=alice)
    key = File.objects.get().key
    opportunities.delete([deal], by=alice)
    with later(days=31):
        sweep()
        assert there(key)  # the deal can still be brought back
        purge_set_aside(before=timezone.now() - timedelta(days=30))
        assert not File.objects.exists()
        assert sweep() == {"deleted": 0, "orphans": 1}
    assert not there(key)


def test_it_is_done_every_night():
    assert "files.sweep" in DAILY
    DAILY["files.sweep"]()


@pytest.mark.parametrize(
    "name",
    [".keep", "backups/carnet.dump", "ab/readme.txt", "ab/cd/" + "e" * 38, "AB/" + "C" * 38],
)
def test_what_is_not_called_as_ours_is_not_ours(tmp_path, name):
    """Whatever else is in the place, as a mark of a mounted disk or a backup, stays."""
    put(ContentFile(b"x"))
    other = tmp_path / "files" / name
    other.parent.mkdir(parents=True, exist_ok=True)
    other.write_text("")
    with later(days=2):
        assert sweep()["orphans"] == 1
    assert other.exists()


def test_when_most_of_what_is_stored_has_no_row_nothing_goes(deal, monkeypatch, caplog):
    """As after the restore of an old dump: a person has to look, and to say so."""
    monkeypatch.setattr(sweeping, "HANDFUL", 2)
    kept = DealFileFactory(deal=deal).file
    lost = [put(ContentFile(b"x")) for _each in range(3)]
    with later(days=2):
        call_command("sweep_files")
        assert all(map(there, lost))
        assert "for 3 of the 4 things in it" in caplog.text
        call_command("sweep_files", "--sure")
    assert not any(map(there, lost))
    assert there(kept.key)


@pytest.mark.parametrize(("files", "orphans"), [(0, 2), (3, 3)])
def test_a_handful_and_less_than_half_go(deal, monkeypatch, files, orphans):
    monkeypatch.setattr(sweeping, "HANDFUL", 2)
    DealFileFactory.create_batch(files, deal=deal)
    for _each in range(orphans):
        put(ContentFile(b"x"))
    with later(days=2):
        assert sweep()["orphans"] == orphans
