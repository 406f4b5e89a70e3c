"""The lives of a record: which lead became which deal, and back."""

from django.db.models import Q

from conversion.models import ConvertedLead
from deals.models import Deal
from leads.models import Lead

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


def origin_of(deal) -> ConvertedLead | None:
    """The pair by which ``deal`` stands for a lead now, with who converted it and when."""
    pairs = ConvertedLead.objects.standing().filter(deal_number=deal.pk)
    return pairs.select_related("conversion__operation__by").first()
