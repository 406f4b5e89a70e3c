"""Let records that an import updated say again what they said before: written as the import wrote
them, and told by history the other way round.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.db.models.functions import Lower

from accounts.models import User
from contacts.models import EmailAddress
from contacts.services import REACHES, shown
from core.errors import Missing
from core.frozen import frozen
from custom_fields.kinds import Money
from custom_fields.models import Field
from custom_fields.queries import fields_named
from custom_fields.values import hold_targets, present_in, split, stored_value
from deals.services.valuing import VALUE, thawed
from history.services import changed
from imports.models import Import, Trace
from imports.restoring.looking_back import traces_of
from imports.restoring.standing_again import ENDS
from imports.writing.updating import OWN, Updating
from labels.models import Label
from products.models import Product
from products.services import prices_of


def former_values(one: Import, kind: str, numbers: Iterable[int]) -> dict[int, dict[str, Any]]:
    """What the records with these numbers said, as history keeps it, before ``one`` first changed
    each field of theirs. How a deal ended was said by the act that told of its status.
    """
    traces = traces_of(one, kind, Trace.What.UPDATED).filter(record_id__among=sorted(numbers))
    former = {}
    for number, before in traces.order_by("-number").values_list("record_id", "before"):
        later = former.get(number, {})
        if "status" in before:
            later = {name: said for name, said in later.items() if name not in END}
        former[number] = later | before
    return former


# What tells how a deal ended, beside its status.
END = {name for names in ENDS.values() for name in names}


def worth_before(one: Import, deals: Iterable[int]) -> dict[int, dict[str, Any]]:
    """What the ``deals`` were worth whose value began to follow their products with ``one``."""
    return {
        number: {name: thawed(name, said[name]) for name in VALUE}
        for number, said in former_values(one, "deal", deals).items()
        if said.get("is_summed") is False
    }


class PuttingBack(Updating):
    """Records of one kind, compared with what they said before instead of with a file. What a field
    can no longer hold, because what it named is gone, stays as it is.
    """

    def compare(self) -> None:
        named = {name: self.still_there(name) for name in self.keys}
        taken = self.taken_codes()
        for one in self.records:
            own, _custom = split(self.told[one.pk])
            changes = self.changes.setdefault(one.pk, {})
            for name, value in self.columns(one, own, named, taken):
                now = getattr(one, name)
                if now != value:
                    changes[name] = changed(now, value)
                    setattr(one, name, value)
            for name in own.keys() & {"labels", "prices", *REACHES}:
                self.put_list(one, name, own[name], changes)
        self.put_customs()
        self.changes = {pk: changes for pk, changes in self.changes.items() if changes}

    def columns(self, one, own: Mapping[str, Any], named, taken) -> Iterable[tuple[str, Any]]:
        follows = getattr(one, "is_summed", False)
        for name in OWN[self.kind]:
            if name not in own or (follows and name in ("value", "currency")):
                continue
            value = own[name]
            if name in named:
                if value is None or value["id"] in named[name]:
                    yield name, value and named[name][value["id"]]
            elif name != "code" or value.lower() not in taken:
                yield name, self.field(name).to_python(value)

    def still_there(self, name: str) -> dict[int, Model]:
        """The records that the key ``name`` named and that can be named again."""
        formers = (own.get(name) for own in self.told.values())
        numbers = {former["id"] for former in formers if former}
        among = self.field(name).related_model._default_manager
        if self.field(name).related_model is User:
            among = User.objects.who_may_own()
        return among.in_bulk(numbers) if numbers else {}

    def taken_codes(self) -> set[str]:
        """The codes of products before that belong to other products by now."""
        codes = {own["code"].lower() for own in self.told.values() if own.get("code")}
        if not codes:
            return set()
        others = Product.objects.exclude(pk__in=list(self.told)).annotate(lower=Lower("code"))
        return set(others.filter(lower__in=codes).values_list("lower", flat=True))

    # --- Lists and custom values --------------------------------------------------------------

    def put_list(self, one, name: str, former: list, changes) -> None:
        if name == "labels":
            now, kept = self.labels_of(one, former)
        elif name == "prices":
            now, kept = frozen(prices_of(one)), [Money(*each) for each in former]
        else:
            column = "address" if REACHES[name] is EmailAddress else "number"
            now = shown(list(getattr(one, name).all()))
            kept = [
                {column: each["name"], "kind": each["kind"], "is_primary": each["is_primary"]}
                for each in former
            ]
        if now != former:
            changes[name] = [now, former]
            self.lists.setdefault(name, {})[one.pk] = kept

    def labels_of(self, one, former):
        told = shown if self.kind in ("person", "organization") else frozen
        now = told(sorted(one.labels.all(), key=lambda each: each.pk))
        return now, [each["id"] for each in former if each["id"] in self.known_labels]

    @cached_property
    def known_labels(self) -> set[int]:
        return set(Label.objects.values_list("pk", flat=True))

    def put_customs(self) -> None:
        formers = {one.pk: split(self.told[one.pk])[1] for one in self.records}
        keys = {key for former in formers.values() for key in former}
        fields = fields_named(keys, self.model.custom_of) if keys else {}
        if not fields:
            return
        before = present_in(self.records, fields.values())
        for key, field in fields.items():
            former = {pk: each[key] for pk, each in formers.items() if key in each}
            stored = still_held(field, former)
            for one in self.records:
                if one.pk in stored:
                    one.custom = with_value(one.custom, str(field.pk), stored[one.pk])
        after = present_in(self.records, fields.values())
        for one, was, now in zip(self.records, before, after, strict=True):
            for key in fields:
                if frozen(was[key]) != frozen(now[key]):
                    self.changes[one.pk][key] = [frozen(was[key]), frozen(now[key])]


def still_held(field: Field, former: Mapping[int, Any]) -> dict[int, Any]:
    """What is kept for each of the ``former`` values of a custom field that it can hold again, by
    the numbers of the records.
    """
    stored = {}
    for number, value in former.items():
        with suppress(ValidationError):
            stored[number] = stored_value(field, value)
    try:
        hold_targets(field, stored.values())
    except (Missing, ValidationError):  # something is gone: each by itself
        return {number: value for number, value in stored.items() if is_held(field, value)}
    return stored


def is_held(field, value) -> bool:
    try:
        hold_targets(field, [value])
    except (Missing, ValidationError):
        return False
    return True


def with_value(custom: Mapping[str, Any], number: str, value: Any) -> dict[str, Any]:
    rest = {key: kept for key, kept in custom.items() if key != number}
    return rest if value is None else rest | {number: value}
