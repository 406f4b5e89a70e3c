"""The files of a record: those that its page shows, and all of them."""

from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, OuterRef, QuerySet, Window
from django.db.models.functions import JSONObject
from django.utils.dateparse import parse_datetime

from accounts.models import User
from files.models import Attachment, File

FIRST = 8  # files that a record's page shows


@dataclass(frozen=True)
class Files:
    """Some files of a record, the newest first, and how many there are."""

    shown: list[Attachment]
    number: int


def with_files(records: QuerySet, holder: type[Attachment]) -> QuerySet:
    """Let each of ``records`` bring along what ``files_of`` needs: no further statement."""
    rows = holder.objects.filter(**{holder.holder: OuterRef("pk")}).order_by("-pk")
    numbered = rows.annotate(number=Window(Count("*")))
    kept = JSONObject(
        id="pk",
        description="description",
        name="file__name",
        type="file__type",
        size="file__size",
        preview="file__preview",
        by="file__uploaded_by__name",
        at="created_at",
        number=F("number"),
    )
    return records.annotate(kept_files=ArraySubquery(numbered.values(data=kept)[:FIRST]))


def files_of(record, holder: type[Attachment]) -> Files:
    """The newest files of ``record``, asked for ``with_files``; only to be shown."""
    kept = record.kept_files
    return Files([shown(holder, record, each) for each in kept], kept[0]["number"] if kept else 0)


def shown(holder, record, kept) -> Attachment:
    file = File(
        name=kept["name"],
        type=kept["type"],
        size=kept["size"],
        preview=kept["preview"],
        uploaded_by=User(name=kept["by"]),
    )
    return holder(
        pk=kept["id"],
        description=kept["description"],
        created_at=parse_datetime(kept["at"]),
        file=file,
        **{f"{holder.holder}_id": record.pk},
    )


def all_files_of(record, holder: type[Attachment]) -> Files:
    """All files of ``record``: one statement."""
    rows = holder.objects.filter(**{holder.holder: record}).order_by("-pk")
    found = list(rows.select_related("file__uploaded_by"))
    return Files(found, len(found))
