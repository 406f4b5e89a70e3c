"""Known records say what the rows say of them, and history tells what they said before.

The records are held already. What changes in each is found out as on their pages; all of it is
written by one statement for each table.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import models
from psycopg import sql

from contacts.models import EmailAddress, PhoneNumber
from contacts.services import REACHES, shown, with_one_primary
from core.frozen import frozen
from core.statements import run, table
from custom_fields.kinds import Money
from custom_fields.queries import fields_of
from custom_fields.values import EMPTY, present_in
from history.services import changed, record
from imports.writing.chunk import Chunk
from imports.writing.meeting import MODELS
from imports.writing.moving import end, move
from imports.writing.statements import names, rows_of
from labels.models import Label
from products.models import Price
from products.services import prices_of

OWN = {
    "organization": ("name", "website", "address", "owner", "visibility"),
    "person": ("name", "job_title", "organization", "owner", "visibility"),
    "product": (
        "name",
        "code",
        "unit",
        "category",
        "description",
        "tax",
        "frequency",
        "cycles",
        "is_active",
    ),
}
SALE = (
    "title",
    "person",
    "organization",
    "value",
    "currency",
    "expected_close_on",
    "owner",
    "channel",
    "campaign",
    "visibility",
)
OWN |= {"lead": SALE, "deal": (*SALE, "probability")}
ALSO = {
    "person": {"organization": "organization"},
    "lead": {"person": "person", "organization": "organization"},
    "deal": {"person": "person", "organization": "organization"},
}
LISTS = {"emails": "email_addresses", "phones": "phone_numbers"}


@dataclass
class Told:
    """All that the rows of a chunk say of one record, a later row over an earlier one."""

    number: int  # of the first of these rows
    own: dict[str, Any] = field(default_factory=dict)
    custom: dict[str, Any] = field(default_factory=dict)
    lists: dict[str, list | None] = field(default_factory=dict)

    def add(self, said: Mapping[str, Any], linked: Mapping[str, int | None]) -> None:
        for name, value in said.items():
            if name == "custom":
                self.custom |= value or {}
            elif name == "labels" or name in LISTS:
                # An empty list empties; one with anything in it adds to what is there.
                self.lists[name] = (self.lists.get(name) or []) + value if value else []
            else:
                self.own[name] = value
        self.own |= {name: number for name, number in linked.items() if number is not None}


def update(chunk: Chunk, kind: str) -> dict[tuple[str, int], tuple[int, dict]]:
    """Write what the rows say of records of ``kind`` that they update; a record that says so
    already stays as it is. Answers, by kind and id, with the first row that changed a record and
    what that said before, as history keeps it.
    """
    told = what_is_said(chunk, kind)
    if not told:
        return {}
    updating = Updating(chunk, kind, told)
    updating.compare()
    updating.write()
    before = {
        pk: {name: pair[0] for name, pair in changes.items()}
        for pk, changes in updating.changes.items()
    }
    if kind == "deal":
        own = {pk: one.own for pk, one in told.items()}
        for act in (move, end):
            for pk, former in act(chunk, updating.records, own).items():
                before[pk] = former | before.get(pk, {})
    return {(kind, pk): (told[pk].number, former) for pk, former in before.items()}


def what_is_said(chunk: Chunk, kind: str) -> dict[int, Told]:
    also = ALSO.get(kind, {})
    told = {}
    for pk, number, said, *linked in run(
        "SELECT id, number, said, {also} FROM {rows}",
        rows=rows_of(kind, what="updated", **also),
        also=names([f"{name}_id" for name in also]) if also else sql.SQL("NULL"),
    ):
        one = told.setdefault(pk, Told(number))
        one.add(json.loads(said), dict(zip(also, linked, strict=False)))
    return told


class Updating:
    """The records of one kind that a chunk updates: compared with what is said, then written."""

    def __init__(self, chunk: Chunk, kind: str, told: dict[int, Told]):
        self.chunk, self.kind, self.told = chunk, kind, told
        self.model = MODELS[kind]
        self.keys = [name for name in OWN[kind] if self.field(name).is_relation]
        rows = self.model.everything.filter(pk__among=list(told)).select_related(
            *self.keys, *(("won_by", "lost_by") if kind == "deal" else ())
        )
        self.has_labels = kind != "product"
        lists = ["labels"] if self.has_labels else ["prices"]
        lists += REACHES if kind == "person" else []
        self.records = list(rows.prefetch_related(*lists).order_by("pk"))
        self.changes: dict[int, dict[str, list]] = {}
        self.lists: dict[str, dict[int, list]] = {}

    def field(self, name):
        return self.model._meta.get_field(name)

    # --- What changes -----------------------------------------------------------------------

    def compare(self) -> None:
        """Set what is said in the records, and note what that changes."""
        named = {name: self.named(name) for name in self.keys}
        labels = self.labels() if self.has_labels else {}
        for one in self.records:
            told, changes = self.told[one.pk], self.changes.setdefault(one.pk, {})
            for name, value in self.values(one, told.own, named):
                now = getattr(one, name)
                if now != value:
                    changes[name] = changed(now, value)
                    setattr(one, name, value)
            if self.kind == "product" and told.own.get("price") not in (None, ""):
                self.set_price(one, told.own, changes)
            if "labels" in told.lists:
                self.set_labels(one, told.lists["labels"], labels, changes)
            for said, name in LISTS.items():
                if said in told.lists:
                    self.set_reaches(one, name, told.lists[said], changes)
        self.compare_custom()
        self.changes = {pk: changes for pk, changes in self.changes.items() if changes}

    def values(self, one, own: Mapping[str, Any], named) -> Iterable[tuple[str, Any]]:
        """What ``own`` says in the columns of ``one``, as these hold it. A name stays where none is
        said, and so does a value that follows the products of a deal.
        """
        follows = getattr(one, "is_summed", False)
        for name in OWN[self.kind]:
            if name not in own or (follows and name in ("value", "currency")):
                continue
            column, value = self.field(name), own[name]
            if value in (None, "") and not column.blank:
                continue
            if name in named:
                if value in (None, "") or value in named[name]:
                    yield name, named[name].get(value)
            elif value in (None, ""):
                yield name, None if column.null else ""
            else:
                yield name, column.to_python(value)
        if "value" in own and not follows and one.value is not None and not one.currency:
            yield "currency", self.chunk.by.currency

    def named(self, name: str) -> dict[int, models.Model]:
        """The records that the rows name in the key ``name``; one statement."""
        numbers = {told.own[name] for told in self.told.values() if told.own.get(name)}
        return self.field(name).related_model._default_manager.in_bulk(numbers)

    def labels(self) -> dict[int, Label]:
        said = (told.lists.get("labels") or () for told in self.told.values())
        return Label.objects.in_bulk({number for numbers in said for number in numbers})

    def set_labels(self, one, said, labels, changes) -> None:
        before = sorted(one.labels.all(), key=lambda each: each.pk)
        wanted = set(said) & labels.keys()
        after = {each.pk: each for each in before} if said else {}
        after |= {number: labels[number] for number in wanted}
        after = [after[number] for number in sorted(after)]
        if [each.pk for each in before] != [each.pk for each in after]:
            told = shown if self.kind in ("person", "organization") else frozen
            changes["labels"] = [told(before), told(after)]
            self.lists.setdefault("labels", {})[one.pk] = [each.pk for each in after]

    def set_reaches(self, one, name, said, changes) -> None:
        """Addresses and numbers that are new come behind those that are there."""
        model = REACHES[name]
        column = "address" if model is EmailAddress else "number"
        before = sorted(getattr(one, name).all(), key=lambda each: each.pk)
        told_before = shown(before)
        after = list(before) if said else []
        there = {plain_reach(each) for each in after}
        for each in said:
            new = model(**{column: each[column]}, kind=each.get("kind") or "work")
            if plain_reach(new) not in there:
                there.add(plain_reach(new))
                after.append(new)
        after = with_one_primary(after)
        if told_before != shown(after):
            changes[name] = [told_before, shown(after)]
            self.lists.setdefault(name, {})[one.pk] = [
                {column: str(each), "kind": each.kind, "is_primary": each.is_primary}
                for each in after
            ]

    def set_price(self, one, own, changes) -> None:
        """A price stands for those in its currency; the others stay."""
        before = prices_of(one)
        new = Money(Decimal(own["price"]), own.get("currency") or self.chunk.by.currency)
        others = [each for each in before if each.currency != new.currency]
        after = sorted([*others, new], key=lambda each: each.currency)
        if frozen(before) != frozen(after):
            changes["prices"] = changed(before, after)
            self.lists.setdefault("prices", {})[one.pk] = after

    def compare_custom(self) -> None:
        wanted = {one.pk: told for one in self.records if (told := self.told[one.pk].custom)}
        if not wanted:
            return
        fields = {str(each.pk): each for each in fields_of(self.model.custom_of)}
        touched, news = [], {}
        for one in self.records:
            kept = dict(one.custom)
            for number, value in wanted.get(one.pk, {}).items():
                if number not in fields:
                    continue
                if value in EMPTY:
                    kept.pop(number, None)
                else:
                    kept[number] = value
            if kept != one.custom:
                touched.append(one)
                news[one.pk] = kept
        shown_fields = list(fields.values())
        before = present_in(touched, shown_fields)
        for one in touched:
            one.custom = news[one.pk]
        for one, former, now in zip(
            touched, before, present_in(touched, shown_fields), strict=True
        ):
            for each in shown_fields:
                if frozen(former[each.key]) != frozen(now[each.key]):
                    pair = [frozen(former[each.key]), frozen(now[each.key])]
                    self.changes[one.pk][each.key] = pair

    # --- Written ----------------------------------------------------------------------------

    def write(self) -> None:
        changed_ones = [one for one in self.records if one.pk in self.changes]
        if not changed_ones:
            return
        self.write_columns(changed_ones)
        if "labels" in self.lists:
            self.write_labels(self.lists["labels"])
        for name, model in REACHES.items():
            if name in self.lists:
                write_reaches(model, self.lists[name])
        if "prices" in self.lists:
            write_prices(self.lists["prices"])
        record(
            self.chunk.operation,
            changed_ones,
            verb=f"{self.kind}.changed",
            changes=[self.changes[one.pk] for one in changed_ones],
        )

    def write_columns(self, records) -> None:
        stamps = {"updated_at": self.chunk.at}
        if hasattr(self.model, "stamps"):
            stamps = self.model.stamps(self.chunk.at)
        columns = [self.field(name) for name in (*OWN[self.kind], "custom")]
        kinds = {each.column: column_type(each) for each in columns}
        rows = [
            {"id": one.pk} | {each.column: as_json(getattr(one, each.attname)) for each in columns}
            for one in records
        ]
        run(
            """
            UPDATE {table} AS record SET ({columns}) = ROW({values}), {stamps}
            FROM jsonb_to_recordset(%(rows)s) AS new (id bigint, {typed})
            WHERE record.id = new.id
            """,
            {"rows": json.dumps(rows)} | stamps,
            table=table(self.model),
            columns=names(kinds),
            values=sql.SQL(", ").join(sql.Identifier("new", name) for name in kinds),
            stamps=sql.SQL(", ").join(
                sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name))
                for name in stamps
            ),
            typed=sql.SQL(", ").join(
                sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(kind))
                for name, kind in kinds.items()
            ),
        )

    def write_labels(self, wanted: Mapping[int, list[int]]) -> None:
        links = self.field("labels").remote_field.through
        key = self.field("labels").m2m_column_name()
        pairs = [(pk, label) for pk, labels in wanted.items() for label in labels]
        parameters = {
            "records": list(wanted),
            "pairs": [pk for pk, _label in pairs],
            "labels": [label for _pk, label in pairs],
        }
        run(
            "DELETE FROM {links} WHERE {key} = ANY(%(records)s)",
            parameters,
            links=table(links),
            key=names([key]),
        )
        run(
            """
            INSERT INTO {links} ({key}, label_id)
            SELECT * FROM unnest(%(pairs)s::bigint[], %(labels)s::bigint[])
            """,
            parameters,
            links=table(links),
            key=names([key]),
        )


def write_reaches(model: type[EmailAddress | PhoneNumber], wanted: Mapping[int, list]) -> None:
    """Put the whole lists of people in the place of what was there."""
    model.objects.filter(person__in=list(wanted))._raw_delete("default")
    model.objects.bulk_create(
        model(person_id=pk, **each) for pk, reaches in wanted.items() for each in reaches
    )


def write_prices(wanted: Mapping[int, list[Money]]) -> None:
    Price.objects.filter(product__in=list(wanted))._raw_delete("default")
    Price.objects.bulk_create(
        Price(product_id=pk, currency=each.currency, amount=each.amount)
        for pk, prices in wanted.items()
        for each in prices
    )


def plain_reach(reach) -> str:
    return str(reach).strip().lower()


def column_type(column) -> str:
    if column.is_relation:
        return "bigint"
    if isinstance(column, models.JSONField):
        return "jsonb"
    if isinstance(column, models.DecimalField):
        return "numeric"
    return {
        models.DateField: "date",
        models.BooleanField: "boolean",
        models.PositiveSmallIntegerField: "smallint",
    }.get(type(column), "text")


def as_json(value):
    if isinstance(value, Decimal):
        return str(value)
    return frozen(value)
