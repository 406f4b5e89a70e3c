"""Stored files, and those of deals and projects."""

import hashlib

import factory
from django.core.files.base import ContentFile
from factory.django import DjangoModelFactory

from deals.models import DealFile
from files.models import File
from files.sorts import HEAD, decide
from files.storing import put, put_preview
from projects.models import ProjectFile
from tests.factories.accounts import UserFactory
from tests.factories.deals import DealFactory
from tests.factories.projects import ProjectFactory


class FileFactory(DjangoModelFactory):
    """A file whose bytes, ``content``, lie in the storage."""

    class Meta:
        model = File

    class Params:
        content = b"Some words.\n"

    name = factory.Sequence(lambda n: f"notes-{n}.txt")
    key = factory.LazyAttribute(lambda file: put(ContentFile(file.content)))
    preview = factory.LazyAttribute(lambda file: put_preview(ContentFile(file.content), file.type))
    type = factory.LazyAttribute(lambda file: decide(file.name, file.content[:HEAD]))
    size = factory.LazyAttribute(lambda file: len(file.content))
    checksum = factory.LazyAttribute(lambda file: hashlib.sha256(file.content).hexdigest())
    uploaded_by = factory.SubFactory(UserFactory)


class DealFileFactory(DjangoModelFactory):
    class Meta:
        model = DealFile

    deal = factory.SubFactory(DealFactory)
    file = factory.SubFactory(FileFactory, uploaded_by=factory.SelfAttribute("..deal.owner"))


class ProjectFileFactory(DjangoModelFactory):
    class Meta:
        model = ProjectFile

    project = factory.SubFactory(ProjectFactory)
    file = factory.SubFactory(FileFactory, uploaded_by=factory.SelfAttribute("..project.owner"))
