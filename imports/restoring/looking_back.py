"""What became since of what an import did: which records are as it left them, and why others are
left where it is taken back.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    CharField,
    Exists,
    F,
    Func,
    Model,
    OuterRef,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from accounts.models import Owned, User
from activities.models import Activity, Note
from contacts.models import Organization, Person
from custom_fields.models import Field
from custom_fields.queries import models_with
from deals.models import Deal, LineItem, MergedDeal
from history.models import Event, Operation
from imports.models import Import, Trace
from leads.models import Lead, MergedLead
from opportunities.models import Opportunity
from products.models import Product
from projects.models import Project

# Records that are set aside, in the order in which they let go of each other.
RECORDS = {model.kind: model for model in (Lead, Deal, Product, Person, Organization)}
CHILDREN = {"line": LineItem, "activity": Activity, "note": Note}
# How history tells of them, at the records that they are about.
TOLD_AS = {"line": "deal.line_", "activity": "activity.", "note": "note."}
MERGED = {Lead: MergedLead, Deal: MergedDeal}
Left = Trace.Left
GONE = "gone"  # deleted since by somebody: there is nothing left to do about it
# Who follows a record changes nothing of it, and what a win starts names its deal.
NO_CHANGE = ("followed", "unfollowed", "project_started")


def traces_of(one: Import, kind: str, what: str) -> QuerySet[Trace]:
    """What ``one`` did to records of ``kind``. One was updated where it said something else before,
    also by what came along with a record that was used as it is; but not where the import made it
    itself, for then it goes as a whole.
    """
    traces = Trace.objects.filter(of=one, kind=kind)
    if what == Trace.What.UPDATED:
        return traces.filter(~created_by(one, kind, "record_id"), before__isnull=False)
    return traces.filter(what=what)


def created_by(one: Import, kind: str, key: str = "pk") -> Exists:
    """That the row of an outer question names by ``key`` a record that ``one`` created."""
    return Exists(traces_of(one, kind, Trace.What.CREATED).filter(record_id=OuterRef(key)))


def with_fate(records: QuerySet, one: Import, what: str) -> QuerySet:
    """``records``, set aside or not, that ``one`` created or updated, as ``what`` says, each with
    its ``fate``: why it is left, ``gone``, or nothing where it is as the import left it.
    """
    model, fates = records.model, []
    if issubclass(model, Opportunity):
        merged = MERGED[model].objects.filter(**{f"{model.kind}_number": OuterRef("pk")})
        fates.append(When(Exists(merged), then=Value(Left.MERGED)))
        fates.append(When(is_replaced=True, then=Value(Left.CONVERTED)))
    later = later_events(one, model.kind)
    if what == Trace.What.UPDATED:
        later = later.filter(Exists(updates_of(one, model.kind)))
    fates.append(When(deleted_at__isnull=False, then=Value(GONE)))
    fates.append(When(Exists(later), then=Value(Left.CHANGED)))
    return records.annotate(fate=Case(*fates, default=Value(""), output_field=CharField()))


def later_events(one: Import, kind: str) -> QuerySet[Event]:
    """What others did to a record of ``kind``, the one of an outer question, since ``one`` did."""
    events = standing(Event.objects.filter(subject_kind=kind, subject_id=OuterRef("pk")), one)
    own = Event.objects.filter(operation=one.operation_id, subject_kind=kind)
    after_it = own.filter(subject_id=OuterRef("subject_id"), pk__gt=OuterRef("pk"))
    return events.filter(~Exists(after_it))


def updates_of(one: Import, kind: str) -> QuerySet[Trace]:
    """What ``one`` updated of the subject of an event, in a field that the event changed too. A
    deal that was closed since does not go back to the stage that ``one`` let it leave.
    """
    updates = traces_of(one, kind, Trace.What.UPDATED).filter(record_id=OuterRef("subject_id"))
    fields = Func(
        F("before"),
        template=(
            "ARRAY(SELECT unnest(CASE said WHEN 'stage' THEN ARRAY['stage', 'status']"
            " ELSE ARRAY[said] END) FROM jsonb_object_keys(%(expressions)s) AS said)"
        ),
        output_field=ArrayField(TextField()),
    )
    both = Func(
        OuterRef("changes"), fields, function="jsonb_exists_any", output_field=BooleanField()
    )
    return updates.filter(both)


def standing(events: QuerySet[Event], one: Import) -> QuerySet[Event]:
    """Those of ``events`` that changed something and are not of ``one``; what was taken back
    changed nothing.
    """
    changes = events.exclude(operation=one.operation_id)
    for each in NO_CHANGE:
        changes = changes.exclude(verb__endswith=f".{each}")
    return changes.filter(operation__undone_at=None, operation__undoes=None)


def changed_children(one: Import, kind: str, subjects) -> set[int]:
    """The numbers of the lines, activities or notes of ``subjects``, pairs of (kind, id), that
    others changed or did: history tells of them there.
    """
    events = standing(Event.objects.about(subjects), one).filter(verb__startswith=TOLD_AS[kind])
    numbers = events.values_list(KT(f"changes__{kind}__1__id"), flat=True)
    return {int(number) for number in numbers if number}


def named_among(
    model: type[Model], numbers: Iterable[int], one: Import, taken_back: Operation
) -> set[int]:
    """Those of ``numbers``, of ``model``, that a record which stays names by a key, by a part of it
    or by a custom value: a live one, or one that may be brought back and came by other ways.
    """
    numbers = sorted(numbers)
    by_key = Q(pk__in=[])
    for naming in rows_naming(model):
        by_key |= Q(Exists(naming.filter(stays(naming.model, one, taken_back))))
    found = set(model.objects.filter(by_key, pk__among=numbers).values_list("pk", flat=True))
    for naming, custom in values_naming(model):
        found |= pointed_at(naming.filter(stays(naming.model, one, taken_back)), custom, numbers)
    return found


def stays(model: type[Model], one: Import, taken_back: Operation) -> Q:
    gone = Event.objects.filter(
        operation=taken_back, subject_kind=model.kind, subject_id=OuterRef("pk")
    )
    return Q(deleted_at=None) | ~(created_by(one, model.kind) | Exists(gone))


def rows_naming(model: type[Model]) -> Iterator[QuerySet]:
    """The records, set aside or not, that name one of ``model``, the one of an outer question, by a
    key. What lives on in another form is not asked.
    """
    me = OuterRef("pk")
    if model is Deal:
        yield Project.everything.filter(deals=me)
    if model not in (Person, Organization):
        return
    for relation in model._meta.related_objects:
        naming, key = relation.related_model, relation.field.name
        if issubclass(naming, Owned):
            yield in_one_form(naming).filter(**{key: me})
        elif whole := getattr(naming, "part_of", ""):
            parts = naming.objects.filter(**{key: OuterRef(OuterRef("pk"))})
            record = naming._meta.get_field(whole).related_model
            yield in_one_form(record).filter(pk__in=parts.values(whole))


def values_naming(model: type[Model]) -> Iterator[tuple[QuerySet, Field]]:
    """The records that may name one of ``model`` by a custom value, and the field of that."""
    if model in (Person, Organization):
        for custom in Field.everything.filter(kind=model.kind).order_by("pk"):
            for naming in models_with(custom.of):
                yield in_one_form(naming), custom


def pointed_at(records: QuerySet, custom: Field, numbers: list[int]) -> set[int]:
    """Those of ``numbers`` at which values of ``records`` point: read once, not once for each."""
    value = Func(
        F("custom"),
        Value(str(custom.pk), TextField()),
        template="(%(expressions)s)",
        arg_joiner=" ->> ",
        output_field=TextField(),
    )
    found = records.order_by().annotate(points_at=Cast(value, BigIntegerField()))
    return set(found.filter(points_at__among=numbers).values_list("points_at", flat=True))


def in_one_form(model: type[Model]) -> QuerySet:
    """All records of ``model`` but those that live on as others."""
    rows = getattr(model, "everything", model.objects)
    return rows.filter(is_replaced=False) if issubclass(model, Opportunity) else rows


# --- Before it is taken back --------------------------------------------------------------------

MOST_LOOKED_AT = 10_000
MOST_LISTED = 20


@dataclass(frozen=True)
class LeftRecord:
    """A record that is left, or would be, and why."""

    record: Model
    reason: Left


@dataclass
class Outlook:
    """What taking back an import would do: how many records of each kind go, and how many become
    as they were; how many of them others changed, and the first of those that its reader may see.
    ``is_capped`` where more happened since than was looked at.
    """

    going: dict[str, int]
    restored: dict[str, int]
    left: int = 0
    listed: list[LeftRecord] = field(default_factory=list)
    is_capped: bool = False

    @property
    def hidden(self) -> int:
        """How many are left that its reader does not see here."""
        return self.left - len(self.listed)


def look_back(one: Import, user: User) -> Outlook:
    """What taking ``one`` back would do now. What nobody touched since is not looked at, so it
    costs as much as happened since, however large the import was.
    """
    done = one.counts.get("done", {})
    found = Outlook(*(
        {kind: told[what] for kind, told in done.items() if told.get(what)}
        for what in (Trace.What.CREATED, Trace.What.UPDATED)
    ))  # fmt: skip
    touched = touched_since(one)
    found.is_capped = len(touched) > MOST_LOOKED_AT
    for kind, model in RECORDS.items():
        numbers = [number for each, number in touched[:MOST_LOOKED_AT] if each == kind]
        if numbers:
            look_at(one, model, numbers, user, found)
    return found


def touched_since(one: Import) -> list[tuple[str, int]]:
    """The records that ``one`` created or updated and that others did something to since, up to
    one more than are looked at: from the acts that were begun since, which are few.
    """
    done = Q(what=Trace.What.CREATED) | Q(before__isnull=False)
    traces = Trace.objects.filter(
        done, of=one, kind=OuterRef("subject_kind"), record_id=OuterRef("subject_id")
    )
    events = standing(Event.objects.filter(operation__at__gte=one.operation.at), one)
    found = events.filter(Exists(traces)).values_list("subject_kind", "subject_id").distinct()
    return list(found[: MOST_LOOKED_AT + 1])


def look_at(one, model, numbers, user, found):
    """Add to ``found`` what became of the records of ``model`` with ``numbers``."""
    left = {}
    for sort, what in ((found.restored, Trace.What.UPDATED), (found.going, Trace.What.CREATED)):
        traces = traces_of(one, model.kind, what).filter(record_id__among=numbers)
        mine = set(traces.values_list("record_id", flat=True))
        fates = fates_of(one, model, mine, what)
        off = {pk: fate for pk, fate in fates.items() if fate}
        if off:
            sort[model.kind] -= len(off)
        left |= {pk: fate for pk, fate in off.items() if fate != GONE}
    found.left += len(left)
    found.listed += listed(model, left, user, most=MOST_LISTED - len(found.listed))


def fates_of(one: Import, model: type[Model], numbers, what: str) -> dict[int, str]:
    """The fate of each of the records with ``numbers``; what was purged meanwhile is gone."""
    found = with_fate(model.everything.filter(pk__among=list(numbers)), one, what)
    return dict.fromkeys(numbers, GONE) | dict(found.values_list("pk", "fate"))


def listed(model, reasons: dict[int, str], user: User, *, most: int) -> list[LeftRecord]:
    """The first of the records with a reason that ``user`` may see; of what lives on in another
    form, its old address leads there.
    """
    seen = model.everything.visible_to(user).filter(pk__among=sorted(reasons)).order_by("pk")
    return [LeftRecord(each, Left(reasons[each.pk])) for each in seen[:most]]
