"""What a browser sends is taken in within limits, at every door, and outlives no request."""

import subprocess
import sys
from datetime import timedelta

import pytest
from django.core.files.uploadhandler import SkipFile
from django.test import RequestFactory

from crm import env
from files.uploading import Nameless

pytestmark = pytest.mark.django_db


def parsed(files, settings, *, in_memory=False):
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10_000_000 if in_memory else 0
    request = RequestFactory().post("/", {"files": files, "also": "text"})
    return request, request.FILES.getlist("files")


class Sent:
    content_type = "text/plain"

    def __init__(self, name, content):
        self.name, self.content = name, content

    def read(self, _size=-1):
        return self.content


@pytest.mark.parametrize("in_memory", [True, False])
def test_what_is_too_large_is_dropped_and_the_rest_comes_in(settings, in_memory):
    settings.FILES_LARGEST = 100_000
    sent = [Sent("a.txt", b"a" * 100_000), Sent("b.txt", b"b" * 100_001), Sent("c.txt", b"c")]
    request, files = parsed(sent, settings, in_memory=in_memory)
    assert [(each.name, each.size, each.read(1)) for each in files] == [
        ("a.txt", 100_000, b"a"),
        ("c.txt", 1, b"c"),
    ]
    assert request.too_large == ["b.txt"]
    assert request.POST["also"] == "text"
    request.close()


def test_what_is_too_large_for_memory_has_no_name_on_the_disk(settings):
    request, [file] = parsed([Sent("a.txt", b"a" * 50_000)], settings)
    assert isinstance(file.file.name, int)  # nothing but a number: no path leads there
    assert not hasattr(file, "temporary_file_path")
    request.close()


def test_an_interrupted_upload_is_closed():
    handler = Nameless()
    handler.new_file("files", "a.txt", "text/plain", 10)
    handler.receive_data_chunk(b"half", 0)
    handler.upload_interrupted()
    assert handler.file.closed


def test_it_is_skipped_as_it_comes_in(settings):
    from files.uploading import Bounded

    settings.FILES_LARGEST = 3
    handler = Bounded(RequestFactory().get("/"))
    handler.new_file("files", "a.txt", "text/plain", None)
    assert handler.receive_data_chunk(b"abc", 0) == b"abc"
    with pytest.raises(SkipFile):
        handler.receive_data_chunk(b"d", 3)


KILLED = """
import os, signal, sys
import django
django.setup()
from django.conf import settings
from django.core.files.base import ContentFile
from files.storing import put

class Slow(ContentFile):
    def chunks(self, chunk_size=None):
        yield b"x" * 100_000
        os.kill(os.getpid(), signal.SIGKILL)

put(Slow(b"x" * 200_000))
"""


def test_an_upload_that_is_killed_leaves_no_row_and_after_the_sweep_no_bytes(settings, tmp_path):
    """The process dies while the bytes are written: half a file lies in the storage."""
    import time_machine
    from django.utils import timezone

    from files.models import File
    from files.storing import storage
    from files.sweeping import sweep

    environment = {
        "PATH": "/usr/bin:/bin",
        "CARNET_ENV": "local",
        "CARNET_DATA": str(tmp_path / "data"),
        "CARNET_MEDIA_ROOT": str(tmp_path / "media"),
        "DATABASE_URL": "postgresql://nobody@localhost/none",
        "DJANGO_SETTINGS_MODULE": "crm.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", KILLED],
        cwd=env.CHECKOUT,
        env=environment,
        check=False,
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == -9, done.stderr
    settings.STORAGES = settings.STORAGES | {
        "files": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "media" / "files"},
        }
    }
    [folder] = storage().listdir("")[0]
    [name] = storage().listdir(folder)[1]
    assert storage().size(f"{folder}/{name}") == 100_000
    assert not File.objects.exists()
    assert sweep()["orphans"] == 0
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
        assert sweep()["orphans"] == 1
    assert not storage().exists(f"{folder}/{name}")
    assert [path for path in (tmp_path / "media").rglob("*") if path.is_file()] == []
