"""Imports, their rows, and what they did."""

import hashlib
import secrets

import factory
from django.core.files.base import ContentFile
from factory.django import DjangoModelFactory

from files.storing import storage
from imports.models import (
    Correction,
    ExternalId,
    Import,
    Kind,
    Row,
    SavedMatching,
    SkippedRow,
    Trace,
)
from tests.factories.accounts import UserFactory


class ImportFactory(DjangoModelFactory):
    """An import of leads whose file, ``content``, lies in the storage, parted by commas and without
    quotes; its columns are matched.
    """

    class Meta:
        model = Import

    class Params:
        content = b"Title,E-mail\nDesks,amy@client.example\n"

    by = factory.SubFactory(UserFactory)
    name = factory.Sequence(lambda n: f"leads-{n}.csv")
    kind = Kind.LEAD
    key = factory.LazyAttribute(lambda one: put(one.content))
    size = factory.LazyAttribute(lambda one: len(one.content))
    sha256 = factory.LazyAttribute(lambda one: hashlib.sha256(one.content).hexdigest())
    options = factory.LazyFunction(
        lambda: {
            "format": "csv",
            "encoding": "utf-8",
            "delimiter": ",",
            "quote": '"',
            "header": True,
        }
    )
    headers = factory.LazyAttribute(lambda one: cells_of(one.content)[0])
    samples = factory.LazyAttribute(lambda one: cells_of(one.content)[1:51])
    row_count = factory.LazyAttribute(lambda one: len(cells_of(one.content)) - 1)
    columns = factory.LazyAttribute(
        lambda one: [{"field": FIELDS.get(header), "options": {}} for header in one.headers]
    )


# Where columns of these names go.
FIELDS = {"Title": "lead.title", "E-mail": "person.email", "Company": "organization.name"}


def cells_of(content):
    return [line.split(",") for line in content.decode().splitlines()]


def put(content):
    return storage().save(f"imports/{secrets.token_hex(20)}", ContentFile(content))


class RowFactory(DjangoModelFactory):
    """A row that is ready to become a lead of its title."""

    class Meta:
        model = Row

    of = factory.SubFactory(ImportFactory)
    number = factory.Sequence(lambda n: n + 1)
    line = factory.LazyAttribute(lambda row: row.number + 1)
    cells = factory.LazyAttribute(lambda row: [f"Lead {row.number}", ""])
    verdict = Row.Verdict.READY
    prepared = factory.LazyAttribute(lambda row: {"lead": {"title": row.cells[0]}})


class CorrectionFactory(DjangoModelFactory):
    class Meta:
        model = Correction

    of = factory.SubFactory(ImportFactory)
    number = 1
    column = 0
    text = "Desks"


class SkippedRowFactory(DjangoModelFactory):
    class Meta:
        model = SkippedRow

    of = factory.SubFactory(ImportFactory)
    number = 1


class TraceFactory(DjangoModelFactory):
    """That a run created the record ``record_id`` of this kind."""

    class Meta:
        model = Trace

    of = factory.SubFactory(ImportFactory)
    kind = "lead"
    record_id = factory.Sequence(lambda n: n + 1)
    number = 1
    what = Trace.What.CREATED


class ExternalIdFactory(DjangoModelFactory):
    class Meta:
        model = ExternalId

    kind = "lead"
    external_id = factory.Sequence(str)
    record_id = factory.Sequence(lambda n: n + 1)


class SavedMatchingFactory(DjangoModelFactory):
    class Meta:
        model = SavedMatching

    owner = factory.SubFactory(UserFactory)
    kind = Kind.LEAD
    name = factory.Sequence(lambda n: f"Matching {n}")
    columns = factory.LazyFunction(lambda: [{"header": "Title", "field": "lead.title"}])
