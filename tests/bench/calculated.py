"""The list of a hundred thousand open deals by a calculated field: sorted, narrowed and summed, for
a user who sees everything and for one who sees few, whole requests.
"""

from dataclasses import dataclass

from django.db import connection
from django.utils.http import urlencode

from custom_fields.models import Field
from deals.models import Deal
from tests.bench.board import LARGE, fill, readers, statements, tidy
from tests.bench.measuring import Slowest, Table, side_by_side, told

MOST_SECONDS = 0.3  # that a page may take
INPUTS = {"Setup fee": "money", "Seats": "number", "Start": "date"}


@dataclass(frozen=True)
class Formula:
    """A formula, with the ``names`` of its inputs in the place of their keys."""

    name: str
    text: str
    is_money: bool = False


FORMULAS = (
    Formula("Share", "value * 0.08", is_money=True),
    Formula("Commission", "weighted_value * 0.08 + coalesce({Setup fee}, 0)", is_money=True),
    Formula("Days to start", "days(today, coalesce({Start}, expected_close))"),
    Formula(
        "Worth a visit",
        "if(value > 10000, {Seats} * probability / max(age, 1), min({Seats}, days_in_stage) / 2)",
    ),
)


def bench():
    """Print what the list costs by each formula."""
    pipeline = fill()["large"]
    fields = formulas(written())
    tidy()
    for reader in readers(pipeline):
        acts = {
            (name, what): reader.asks(
                f"/deals/list/?{urlencode(query | {'pipeline': pipeline.pk})}"
            )
            for name, field in fields.items()
            for what, query in questions(field).items()
        }
        for act in acts.values():
            act()  # whatever is loaded once
        seconds = side_by_side(acts, rounds=9)
        table = Table(f"The list by what is calculated, {reader.title}: {LARGE:,} open deals")
        for name, what in acts:
            number = statements(acts[name, what])
            title = f"{name}: {what}, {number} statements"
            table.row(title, seconds[name, what], MOST_SECONDS, 1)
        print(f"\n{'slowest statement':<52}{'in the page':>12}{'analyzed':>12}")
        for (name, what), act in acts.items():
            slowest = Slowest.of(act)
            times = f"{told(slowest.seconds):>12}{told(slowest.analyzed):>12}"
            print(f"{name + ': ' + what:<52}{times}  {slowest.plan}")


def questions(field):
    """What one asks of the list: for a sort and a filter it shows other columns."""
    return {
        "sorted": {"sort": f"-{field.key}", "cols": "value"},
        "sorted up": {"sort": field.key, "cols": "value"},
        "few found": {f"{field.key}_from": "1", f"{field.key}_to": "1.1"},
        "many found": {f"{field.key}_from": "1"},
        "not calculated": {field.key: "none"},
        "summed": {"cols": field.key},
        "sorted, shown and summed": {"sort": f"-{field.key}", "cols": f"value,{field.key}"},
    }


def written():
    """What companies add: most deals say something in each field."""
    found = {}
    for name, kind in INPUTS.items():
        field, _new = Field.objects.get_or_create(
            name=name, kind=kind, of=Field.Of.OPPORTUNITY, defaults={"position": 900}
        )
        found[name] = field
    if Deal.objects.filter(custom={}).exists():
        with connection.cursor() as cursor:
            cursor.execute(
                """
                UPDATE deals_deal SET custom = jsonb_strip_nulls(jsonb_build_object(
                    %(fee)s, CASE WHEN currency <> '' THEN jsonb_build_object(
                        'amount', (id %% 977)::text, 'currency', currency) END,
                    %(seats)s, CASE WHEN id %% 10 > 0 THEN (id %% 83)::text END,
                    %(start)s, (date '2026-06-01' + (id %% 400)::int)::text))
                """,
                {
                    "fee": str(found["Setup fee"].pk),
                    "seats": str(found["Seats"].pk),
                    "start": str(found["Start"].pk),
                },
            )
            cursor.execute("VACUUM FULL deals_deal")
    return found


def formulas(inputs):
    """The calculated fields, made once."""
    keys = {name: field.key for name, field in inputs.items()}
    return {
        each.name: Field.objects.get_or_create(
            name=each.name,
            kind="calculated",
            of=Field.Of.OPPORTUNITY,
            defaults={
                "formula": each.text.format_map(keys),
                "is_money": each.is_money,
                "position": 901,
            },
        )[0]
        for each in FORMULAS
    }
