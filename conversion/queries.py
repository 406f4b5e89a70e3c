"""The lives of a record: which lead became which deal, and back, or part of another one."""

from django.db.models import F, OuterRef, QuerySet, Subquery, Value

from conversion.models import ConvertedLead
from custom_fields.models import Field
from custom_fields.queries import with_choices
from deals.models import Deal, MergedDeal
from leads.models import Lead, MergedLead
from pipelines.models import Requirement, Stage
from pipelines.queries import required_fields

MODELS = {"lead": Lead, "deal": Deal}


def lives_of(record) -> list[tuple[str, int]]:
    """``record`` itself, its earlier and later lives, and those of the leads and deals that were
    merged into it, as pairs of (kind, id): one query.

    What is neither a lead nor a deal has one life.
    """
    lives = {(record.kind, record.pk): None}
    if record.kind in MODELS:
        lives |= dict.fromkeys(sorted(other_lives(record)))
    return list(lives)


def other_lives(record):
    """One union of branches and no "or", so that each walks along its index."""
    own = ConvertedLead.objects.filter(**{f"{record.kind}_number": record.pk})
    deals = [record.pk] if record.kind == "deal" else own.values("deal_number")
    parts = MergedDeal.objects.filter(into_number__in=deals)
    theirs = ConvertedLead.objects.filter(deal_number__in=parts.values("deal_number"))
    leads = [record.pk] if record.kind == "lead" else own.values("lead_number")
    branches = [lives(own, "lead"), lives(own, "deal"), lives(parts, "deal"), lives(theirs, "lead")]
    for numbers in (leads, theirs.values("lead_number")):
        merged = MergedLead.objects.filter(into_number__in=numbers)
        pairs = ConvertedLead.objects.filter(lead_number__in=merged.values("lead_number"))
        branches += [lives(merged, "lead"), lives(pairs, "deal")]
    first, *others = branches
    return first.union(*others)


def lives(rows, kind):
    return rows.values_list(Value(kind), F(f"{kind}_number"))


def later_life(kind: str, number: int, user):
    """What a lead or a deal that is set aside became: the deal that stands for it, the lead it
    returned to, or what it was merged into, and what became of that one.

    ``None`` when there is nothing, or nothing that ``user`` may see.
    """
    pairs = ConvertedLead.objects
    leads = {number} if kind == "lead" else leads_of({number})
    leads |= merged_into(MergedLead, "lead", leads)
    deals = set(pairs.filter(lead_number__in=leads).values_list("deal_number", flat=True))
    parts = deals | {number} if kind == "deal" else deals
    if into := merged_into(MergedDeal, "deal", parts):
        deals |= into
        leads |= leads_of(into)
    for model, numbers in ((Lead, leads), (Deal, deals)):
        living = model.objects.visible_to(user).filter(pk__in=numbers)
        if model.kind == kind:
            living = living.exclude(pk=number)
        if found := living.order_by("-pk").first():
            return found
    return None


def leads_of(deals: set[int]) -> set[int]:
    pairs = ConvertedLead.objects.filter(deal_number__in=deals)
    return set(pairs.values_list("lead_number", flat=True))


def merged_into(memory, kind: str, numbers: set[int]) -> set[int]:
    rows = memory.objects.filter(**{f"{kind}_number__in": numbers})
    return set(rows.values_list("into_number", flat=True))


def missing_fields(leads: QuerySet[Lead], stage: Stage) -> list[Field]:
    """The fields that deals need to enter ``stage`` and that some of ``leads`` lack, with options.

    One statement where nothing is required, else three.
    """
    needed = required_fields(Requirement.Moment.ENTER, [stage.pk]).get(stage.pk)
    if not needed:
        return []
    first, *others = (
        leads.lacking([field]).order_by().values_list(Value(field.pk))[:1] for field in needed
    )
    missing = [number for (number,) in first.union(*others)]
    return with_choices(Field.objects.filter(pk__in=missing)) if missing else []


def with_origin(deals: QuerySet[Deal]) -> QuerySet[Deal]:
    """Let each deal that stands for a lead say who converted it, ``converted_by`` as a name, and
    when, ``converted_at``; the others say ``None``.
    """
    pairs = ConvertedLead.objects.standing().filter(deal_number=OuterRef("pk"))
    return deals.annotate(
        converted_by=Subquery(pairs.values("conversion__operation__by__name")),
        converted_at=Subquery(pairs.values("conversion__operation__at")),
    )
