"""What deals weigh: their value times the chance of winning them, one by one and summed up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Count, DecimalField, ExpressionWrapper, F, Q, Sum
from django.db.models.functions import Coalesce

from opportunities.stepping import STEPS

AMOUNT = DecimalField(max_digits=30, decimal_places=6)
CHANCE_OF = Coalesce(F("probability"), F("stage__probability"))
WEIGHTED_VALUE = ExpressionWrapper(
    F("value") * CHANCE_OF / Decimal(100), DecimalField(max_digits=20, decimal_places=6)
)
# A hundredfold: one division of each sum, and not of each value.
PERCENTS = ExpressionWrapper(F("value") * CHANCE_OF, DecimalField(max_digits=20, decimal_places=4))
HAS_OWN = Q(probability__isnull=False)
# For groups of deals in one stage and one currency. A deal without a chance of its own takes the
# stage's, which we know already: it is enough to ask for the few that have one.
SUMS = {
    "number": Count("pk"),
    "amount": Sum("value", output_field=AMOUNT),
    "unlike": Sum("value", filter=HAS_OWN, output_field=AMOUNT),
    "weighted": Sum(F("value") * F("probability") / 100, filter=HAS_OWN),
}


def estimate(amount: Decimal) -> Decimal:
    """A weighted sum as it is shown: an estimate has no decimals."""
    return amount.quantize(Decimal(1), ROUND_HALF_UP)


def weighted_sum(row: Mapping, chance: int) -> Decimal:
    """What a row of ``SUMS`` weighs in a stage with this ``chance``, in percent."""
    alike = row["amount"] - (row["unlike"] or Decimal(0))
    return (row["weighted"] or Decimal(0)) + alike * Decimal(chance) / 100


@dataclass
class Head:
    """What a column, or a whole board, adds up to. Currencies are never mixed."""

    count: int = 0
    sums: dict[str, Decimal] = field(default_factory=dict)
    weighted: dict[str, Decimal] = field(default_factory=dict)
    steps: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STEPS, 0))

    @property
    def amounts(self) -> list[tuple[str, Decimal, Decimal]]:
        """Currency, sum and weighted sum."""
        return [
            (currency, amount, estimate(self.weighted[currency]))
            for currency, amount in self.sums.items()
        ]

    def add(self, other: "Head") -> None:
        self.count += other.count
        for mine, theirs in (
            (self.sums, other.sums),
            (self.weighted, other.weighted),
            (self.steps, other.steps),
        ):
            for key, amount in theirs.items():
                mine[key] = mine.get(key, 0) + amount

    def add_sums(self, row: Mapping, chance: int) -> None:
        """Add what a row of ``SUMS`` says of deals in one stage, of which this is the ``chance``,
        and in one currency; without one they have no value.
        """
        self.count += row["number"]
        if currency := row["currency"]:
            self.sums[currency] = self.sums.get(currency, 0) + row["amount"]
            weighted = weighted_sum(row, chance)
            self.weighted[currency] = self.weighted.get(currency, 0) + weighted
