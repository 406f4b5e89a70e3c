"""The lives of a record: which lead became which deal, and back."""

from django.db.models import Count, Q, QuerySet

from conversion.models import ConvertedLead
from custom_fields.models import Field
from custom_fields.queries import with_choices
from deals.models import Deal
from leads.models import Lead
from pipelines.models import Requirement, Stage
from pipelines.queries import required_fields

MODELS = {"lead": Lead, "deal": Deal}


def lives_of(record) -> list[tuple[str, int]]:
    """``record`` itself and its earlier and later lives, as pairs of (kind, id): one query.

    What is neither a lead nor a deal has one life.
    """
    lives = {(record.kind, record.pk): None}
    if record.kind in MODELS:
        own = Q(**{f"{record.kind}_number": record.pk})
        for lead, deal in ConvertedLead.objects.filter(own).values_list(
            "lead_number", "deal_number"
        ):
            lives["lead", lead] = lives["deal", deal] = None
    return list(lives)


def later_life(kind: str, number: int, user):
    """The deal that stands for a converted lead, or the lead a returned deal became.

    ``None`` when there is none, or none that ``user`` may see.
    """
    other = "deal" if kind == "lead" else "lead"
    pairs = ConvertedLead.objects.filter(**{f"{kind}_number": number})
    living = MODELS[other].objects.visible_to(user)
    return living.filter(pk__in=pairs.values(f"{other}_number")).order_by("-pk").first()


def missing_fields(leads: QuerySet[Lead], stage: Stage) -> list[Field]:
    """The fields that deals need to enter ``stage`` and that some of ``leads`` lack, with options.

    One statement where nothing is required, else three.
    """
    needed = required_fields(Requirement.Moment.ENTER, [stage.pk]).get(stage.pk)
    if not needed:
        return []
    lacking = leads.order_by().aggregate(
        **{field.key: Count("pk", filter=~Q(custom__has_key=str(field.pk))) for field in needed}
    )
    missing = [field.pk for field in needed if lacking[field.key]]
    return with_choices(Field.objects.filter(pk__in=missing)) if missing else []


def origin_of(deal) -> ConvertedLead | None:
    """The pair by which ``deal`` stands for a lead now, with who converted it and when."""
    pairs = ConvertedLead.objects.standing().filter(deal_number=deal.pk)
    return pairs.select_related("conversion__operation__by").first()
