"""Files of projects: the same acts and pages as those of deals, behind the project's rights."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from conversion.purge import purge_set_aside
from core.errors import Missing, NotAllowed
from files.models import File
from files.services import attach, change, remove
from history.services import undo
from history.templatetags.history import sentence
from projects.models import Project, ProjectFile
from tests.factories import DealFileFactory, ProjectFactory, ProjectFileFactory
from tests.files.making import image, upload
from tests.web import htmx, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(alice):
    return ProjectFactory(owner=alice, title="Kitchen", visibility="team")


def url_of(project, *rest):
    return "/".join([f"/projects/{project.pk}/files", *map(str, rest)]) + "/"


def test_every_act_has_its_history_and_its_undo(project, alice):
    added = attach(ProjectFile, project, [upload("plan.pdf", b"%PDF-1")], by=alice)
    attachment = ProjectFile.objects.get()
    changed = change(attachment, name="Plan", description="final", by=alice)
    removed = remove(attachment, by=alice)

    told = [sentence(each.events.get()) for each in (added, changed, removed)]
    assert told == ["File added: plan.pdf", "File changed: Plan.pdf", "File deleted: Plan.pdf"]
    undo(removed, by=alice)
    undo(changed, by=alice)
    assert ProjectFile.objects.select_related("file").get().file.name == "plan.pdf"
    undo(added, by=alice)
    assert not ProjectFile.objects.exists()


def test_who_may_not_change_the_project_adds_nothing(project, charlie, reader):
    for user, refusal in ((charlie, Missing), (reader, NotAllowed)):
        with pytest.raises(refusal):
            attach(ProjectFile, project, [upload()], by=user)
    assert not File.objects.exists()


def test_the_page_shows_them_and_takes_more(signed_in, alice, project):
    ProjectFileFactory(project=project, file__name="plan.png", file__content=image())
    client = signed_in(alice)
    shown = text(client.get(project.get_absolute_url()))
    part = text(client.get(url_of(project), headers=htmx("files", on=project.get_absolute_url())))
    assert "plan.png" in part
    assert part in shown
    data = {"token": str(uuid.uuid4()), "files": [upload(), upload()]}
    assert client.post(url_of(project), data).url == url_of(project)
    assert project.attached.count() == 3


@pytest.mark.parametrize("number", [0, 8, 50])
def test_the_page_costs_the_same_however_many_files(
    signed_in, alice, project, number, django_assert_num_queries
):
    for _each in range(number):
        ProjectFileFactory(project=project)
    client = signed_in(alice)
    client.get(project.get_absolute_url())
    with django_assert_num_queries(12):
        client.get(project.get_absolute_url())


def test_a_file_is_as_private_as_its_project(signed_in, charlie, bob, project):  # F7
    attachment = ProjectFileFactory(project=project)
    of_deal = DealFileFactory()
    for rest in ((), ("preview",), ("edit",), ("delete",)):
        assert signed_in(charlie).get(url_of(project, attachment.pk, *rest)).status_code == 404
    assert signed_in(bob).get(url_of(project, attachment.pk)).status_code == 200
    assert signed_in(bob).get(url_of(project, of_deal.pk + 1000)).status_code == 404


def test_a_purged_project_takes_its_files_along(project):
    ProjectFileFactory(project=project)
    Project.everything.update(deleted_at=timezone.now() - timedelta(days=31))
    purge_set_aside(before=timezone.now() - timedelta(days=30))
    assert not Project.everything.exists()
    assert not File.objects.exists()
