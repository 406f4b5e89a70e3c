"""The formats in which a list leaves: an Excel workbook, and CSV as countries have it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from exports.delimited import csv_pieces
from exports.workbook import workbook_pieces
from lists.columns import Column


@dataclass(frozen=True)
class Format:
    """How a file is written, ``pieces(columns, rows, title)`` after ``pieces``; its ending and its
    type.
    """

    name: str
    title: str | Promise
    pieces: Callable[[list[Column], Iterable[Model], str], Iterator[bytes]]
    suffix: str = "csv"
    content_type: str = "text/csv; charset=utf-8"


def workbook(columns, rows, title):
    return workbook_pieces(columns, rows, title=title)


def with_commas(columns, rows, _title):
    return csv_pieces(columns, rows)


def with_semicolons(columns, rows, _title):
    return csv_pieces(columns, rows, separator=";", point=",")


XLSX = Format(
    "xlsx",
    _("Excel workbook (.xlsx)"),
    workbook,
    "xlsx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)
CSV = Format("csv", _("CSV with commas, numbers like 12.50"), with_commas)
SEMICOLONS = Format("semicolons", _("CSV with semicolons, numbers like 12,50"), with_semicolons)
FORMATS = {each.name: each for each in (XLSX, CSV, SEMICOLONS)}


def usual_csv(user: User) -> Format:
    """The CSV that the spreadsheets of the country of ``user`` open with a double click."""
    return SEMICOLONS if user.language == "fr" else CSV
