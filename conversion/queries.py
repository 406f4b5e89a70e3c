"""The lives of a record: which lead became which deal, and back, or part of another lead."""

from django.db.models import F, OuterRef, QuerySet, Subquery, Value

from conversion.models import ConvertedLead
from custom_fields.models import Field
from custom_fields.queries import with_choices
from deals.models import Deal
from leads.models import Lead, MergedLead
from pipelines.models import Requirement, Stage
from pipelines.queries import required_fields

MODELS = {"lead": Lead, "deal": Deal}


def lives_of(record) -> list[tuple[str, int]]:
    """``record`` itself, its earlier and later lives, and those of the leads that were merged into
    it, as pairs of (kind, id): one query.

    What is neither a lead nor a deal has one life.
    """
    lives = {(record.kind, record.pk): None}
    if record.kind in MODELS:
        lives |= dict.fromkeys(sorted(other_lives(record)))
    return list(lives)


def other_lives(record):
    pairs = ConvertedLead.objects
    own_pairs = pairs.filter(**{f"{record.kind}_number": record.pk})
    leads = [record.pk] if record.kind == "lead" else own_pairs.values("lead_number")
    merged = MergedLead.objects.filter(into_number__in=leads)
    # Branches of a union and no "or", so that each walks along its index.
    return lives(own_pairs, "lead").union(
        lives(own_pairs, "deal"),
        lives(merged, "lead"),
        lives(pairs.filter(lead_number__in=merged.values("lead_number")), "deal"),
    )


def lives(rows, kind):
    return rows.values_list(Value(kind), F(f"{kind}_number"))


def later_life(kind: str, number: int, user):
    """What a lead or a deal that is set aside became: the deal that stands for it, the lead it
    returned to, or the lead it was merged into, and what became of that one.

    ``None`` when there is nothing, or nothing that ``user`` may see.
    """
    pairs = ConvertedLead.objects.filter(**{f"{kind}_number": number})
    leads = {number} if kind == "lead" else set(pairs.values_list("lead_number", flat=True))
    merged = MergedLead.objects.filter(lead_number__in=leads)
    leads |= set(merged.values_list("into_number", flat=True))
    deals = ConvertedLead.objects.filter(lead_number__in=leads).values("deal_number")
    for model, numbers in ((Lead, leads), (Deal, deals)):
        living = model.objects.visible_to(user).filter(pk__in=numbers)
        if model.kind == kind:
            living = living.exclude(pk=number)
        if found := living.order_by("-pk").first():
            return found
    return None


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
