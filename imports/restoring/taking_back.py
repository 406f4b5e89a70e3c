"""A step of taking an import back: some records of one kind, in as many statements for thousands as
for one.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet

from accounts.models import Owned, User
from activities.models import SUBJECTS, WITH_NEXT_STEP
from activities.services.holding import MODELS, columns_of, earliest_step
from conversion.models import ConvertedLead
from deals.models import Deal, LineItem
from deals.services.taking_off import take_off_lines
from history.models import Operation
from history.services import changed, record, record_rows
from imports.models import ExternalId, Import, Trace
from imports.restoring.looking_back import (
    CHILDREN,
    GONE,
    RECORDS,
    changed_children,
    created_by,
    fates_of,
    named_among,
    traces_of,
)
from imports.restoring.putting_back import PuttingBack, former_values, worth_before
from imports.restoring.standing_again import StandingAgain, lock_former
from leads.models import Lead

VERB = "import.reverted"
Left, What = Trace.Left, Trace.What


@dataclass
class Turn:
    """Records of one ``kind`` that an import created or updated, as ``what`` says, and that ``by``
    takes back; ``state`` is what is told of it.
    """

    one: Import
    what: str
    kind: str
    by: User
    at: datetime
    state: dict

    @property
    def operation(self) -> Operation:
        return Operation(pk=self.state["operation"], verb=VERB)

    @property
    def insists(self) -> bool:
        return self.state["insists"]

    def take_back(self, numbers: list[int]) -> None:
        if self.what == What.UPDATED:
            self.put_back(numbers)
        elif self.kind in CHILDREN:
            self.remove_children(numbers)
        else:
            self.remove(numbers)

    def tell(self, did: str, number: int) -> None:
        if number:
            told = self.state.setdefault(did, {})
            told[self.kind] = told.get(self.kind, 0) + number

    def leave(self, reasons: dict[int, str]) -> None:
        """Let the traces say why the records with these numbers are left."""
        by_reason = defaultdict(list)
        for number, reason in reasons.items():
            by_reason[reason].append(number)
        for reason, numbers in by_reason.items():
            traces = traces_of(self.one, self.kind, self.what)
            traces.filter(record_id__among=numbers).update(left=reason)
        self.tell("left", len(reasons))

    # --- What it created ---

    def remove(self, numbers: list[int]) -> None:
        """Set the records aside that are as the import left them, and that nothing names."""
        model = RECORDS[self.kind]
        lock(model, numbers)
        fates = fates_of(self.one, model, numbers, What.CREATED)
        if self.insists:
            self.insist(model, fates)
        fates |= self.kept_from(model, fates)
        free = {number for number, fate in fates.items() if not fate}
        named = named_among(model, free, self.one, self.operation)
        fates |= dict.fromkeys(named, Left.NAMED)
        going = {number for number, fate in fates.items() if not fate}
        self.set_aside(model, going)
        self.tell("removed", len(going))
        self.leave({number: fate for number, fate in fates.items() if fate not in ("", GONE)})

    def kept_from(self, model, fates: dict[int, str]) -> dict[int, str]:
        """The fate of those that nobody changed and that ``by`` may not change, either: what an
        import did, whoever made it takes back as long as they see it, whoever owns it.
        """
        free = {number for number, fate in fates.items() if not fate}
        return dict.fromkeys(free - changeable(model, free, self.by), Left.KEPT)

    def insist(self, model, fates: dict[int, str]) -> None:
        """Let what was changed since go, and what a lead was converted to, as far as ``by`` may
        delete it.
        """
        changed = [number for number, fate in fates.items() if fate == Left.CHANGED]
        theirs = deletable(model, changed, self.by)
        fates |= {number: "" if number in theirs else Left.KEPT for number in changed}
        if model is Lead:
            converted = [number for number, fate in fates.items() if fate == Left.CONVERTED]
            fates |= dict.fromkeys(self.remove_deals_of(converted), GONE)

    def remove_deals_of(self, leads: list[int]) -> list[int]:
        """Set the deals aside that stand for ``leads``; answer with the leads of those."""
        pairs = ConvertedLead.objects.standing().filter(lead_number__among=leads)
        deals = dict(pairs.values_list("deal_number", "lead_number"))
        lock(Deal, list(deals))
        going = deletable(Deal, list(deals), self.by)
        going -= named_among(Deal, going, self.one, self.operation)
        self.set_aside(Deal, going)
        self.tell("removed", len(going))
        return [deals[number] for number in going]

    def set_aside(self, model, numbers: set[int]) -> None:
        """Delete the locked records, as their pages do; what they were called elsewhere is free."""
        rows = model.everything.filter(pk__among=sorted(numbers))
        titled = rows if hasattr(model, "title") else rows.annotate(title=F("name"))
        stamps = model.stamps(self.at) if issubclass(model, Owned) else {"updated_at": self.at}
        record_rows(self.operation, titled.order_by("pk"), verb=f"{model.kind}.deleted")
        rows.update(deleted_at=self.at, deleted_by=self.by, **stamps)
        numbers_elsewhere = ExternalId.objects.filter(of=self.one, kind=model.kind)
        numbers_elsewhere.filter(record_id__among=sorted(numbers)).delete()

    def remove_children(self, numbers: list[int]) -> None:
        """Remove lines, activities or notes of records that were there before; those of records of
        the import itself go, or stay, with these.
        """
        model = CHILDREN[self.kind]
        with_their_record = Q(pk__in=[])
        for kind in RECORDS.keys() & keys_of(model):
            with_their_record |= Q(created_by(self.one, kind, f"{kind}_id"))
        alone = model.objects.filter(~with_their_record, pk__among=numbers)
        items, subjects = held_with_subjects(alone)
        changed = set()
        if not self.insists:
            changed = changed_children(self.one, self.kind, subjects)
        left = {item.pk: Left.CHANGED for item in items if item.pk in changed}
        theirs = changeable_subjects(subjects, self.by)
        left |= {item.pk: Left.KEPT for item in items if about(item) not in theirs}
        going = [item for item in items if item.pk not in left]
        if model is LineItem:
            worth = worth_before(self.one, {line.deal_id for line in going})
            take_off_lines(going, worth=worth, operation=self.operation, at=self.at)
        else:
            self.remove_all(model, going, subjects)
        self.tell("removed", len(items) - len(left))
        self.leave(left)

    def remove_all(self, model, items, subjects) -> None:
        record(
            self.operation,
            [subjects[about(item)] for item in items],
            verb=f"{self.kind}.removed",
            changes=[removal_of(item, self.kind) for item in items],
        )
        model.objects.filter(pk__among=[item.pk for item in items]).delete()
        settle(about(item) for item in items)

    # --- What it updated ---

    def put_back(self, numbers: list[int]) -> None:
        """Let the records say again what they said before, where nobody changed just that since."""
        model = RECORDS[self.kind]
        former = former_values(self.one, self.kind, numbers)
        if model is Deal:
            lock_former(former)
        lock(model, numbers)
        fates = fates_of(self.one, model, numbers, What.UPDATED)
        if self.insists:
            changed = [number for number, fate in fates.items() if fate == Left.CHANGED]
            fates |= dict.fromkeys(changeable(model, changed, self.by), "")
        fates |= self.kept_from(model, fates)
        former = {number: former[number] for number, fate in fates.items() if not fate}
        putting = PuttingBack(self, self.kind, former)
        putting.compare()
        putting.write()
        restored = set(putting.changes)
        if model is Deal:
            standing = StandingAgain(self.operation, putting.records, former)
            standing.restore()
            restored = (restored | standing.done) - standing.left
            fates |= dict.fromkeys(standing.left, Left.CHANGED)
        self.tell("restored", len(restored))
        self.leave({number: fate for number, fate in fates.items() if fate not in ("", GONE)})


def lock(model, numbers: Iterable[int]) -> None:
    rows = model.everything.filter(pk__among=sorted(numbers)).order_by("pk")
    list(rows.select_for_update(of=("self",), no_key=True).values_list("pk"))


def changeable(model, numbers: Iterable[int], user: User) -> set[int]:
    found = model.objects.changeable_by(user).filter(pk__among=sorted(numbers))
    return set(found.values_list("pk", flat=True))


def deletable(model, numbers, user: User) -> set[int]:
    found = model.objects.deletable_by(user).filter(pk__among=sorted(numbers))
    return set(found.values_list("pk", flat=True))


# --- Lines, activities and notes ----------------------------------------------------------------


def keys_of(model) -> set[str]:
    """The kinds of records that have some of ``model``."""
    return {"deal"} if model is LineItem else set(SUBJECTS)


def about(item) -> tuple[str, int]:
    if isinstance(item, LineItem):
        return "deal", item.deal_id
    return item.subject_kind, item.subject_id


def held_with_subjects(children: QuerySet) -> tuple[list, dict]:
    """``children`` and the live records that have them, locked, these first; what moved to another
    record meanwhile is not among them.
    """
    by_kind, subjects = grouped(map(about, children)), {}
    for kind, numbers in sorted(by_kind.items()):
        rows = MODELS[kind].objects.filter(pk__among=sorted(numbers)).order_by("pk")
        for each in rows.select_for_update(of=("self",), no_key=True):
            subjects[kind, each.pk] = each
    if children.model is LineItem:
        children = children.select_related("product")
    items = children.order_by("pk").select_for_update(of=("self",), no_key=True)
    return [item for item in items if about(item) in subjects], subjects


def changeable_subjects(subjects, user: User) -> set[tuple[str, int]]:
    return {
        (kind, number)
        for kind, numbers in grouped(subjects).items()
        for number in changeable(MODELS[kind], numbers, user)
    }


def removal_of(item, kind: str) -> dict:
    """What history keeps of it: enough to see what it was."""
    return {kind: changed(item, None), **columns_of(item)}


def settle(subjects: Iterable[tuple[str, int]]) -> None:
    """Let the records say when their next activity is."""
    for kind, numbers in grouped(subjects).items():
        if kind in WITH_NEXT_STEP:
            rows = MODELS[kind].everything.filter(pk__among=sorted(numbers))
            rows.update(next_activity_on=earliest_step(kind))


def grouped(subjects: Iterable[tuple[str, int]]) -> dict[str, set[int]]:
    by_kind = defaultdict(set)
    for kind, number in subjects:
        by_kind[kind].add(number)
    return by_kind
