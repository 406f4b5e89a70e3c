"""A formula's tree reckoned in Python, by decimals: what the database has to agree with.

And formulas drawn at random, of every sign and function, whose parts fit together.
"""

import datetime
import operator
from decimal import ROUND_HALF_UP, Context, Decimal

from custom_fields.formulas.tree import Call, Name, Number

EXACT = Context(prec=6_000, Emax=999_999, Emin=-999_999)
COMPARED = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def rounded(number, places):
    return number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, context=EXACT)


def shown(field, tree, said):
    """What the calculated ``field`` shows of a record that has ``said`` this."""
    if field.is_money and not said["currency"]:
        return None
    found = reckoned(tree, said)
    if found is None:
        return None
    found = rounded(found, field.digits)
    return found if abs(found) < 10**18 else None


def reckoned(node, said):
    """The value of ``node``; ``None`` when it is not calculated."""
    match node:
        case Number():
            return node.value
        case Name():
            return said[node.word]
        case Call(function="coalesce"):
            found = (reckoned(each, said) for each in node.arguments)
            return next((each for each in found if each is not None), None)
        case Call(function="if"):
            condition, yes, no = node.arguments
            holds = reckoned(condition, said)
            return None if holds is None else reckoned(yes if holds else no, said)
    values = [reckoned(each, said) for each in node.arguments]
    return None if None in values else applied(node.function, *values)


def applied(function, first, second=None, *others):
    match function:
        case "+":
            return EXACT.add(first, second)
        case "-" if isinstance(first, datetime.date):
            return Decimal((first - second).days)
        case "-":
            return EXACT.subtract(first, second)
        case "*":
            return EXACT.multiply(first, second)
        case "/":
            return rounded(EXACT.divide(first, second), 30) if second else None
        case "+x":
            return first
        case "-x":
            return EXACT.minus(first)
        case "min" | "max":
            return {"min": min, "max": max}[function](first, second, *others)
        case "round":
            return rounded(first, int(second or 0))
        case "abs":
            return abs(first)
        case "days":
            return Decimal((second - first).days)
    return COMPARED[function](first, second)


# --- Drawn at random ---------------------------------------------------------------------------


class Drawing:
    """Formulas out of the names of each type."""

    def __init__(self, draw, names):
        self.draw, self.names = draw, names

    def formula(self, is_money):
        return self.of("money" if is_money else "number", self.draw.randint(1, 5))

    def of(self, kind, depth):
        if depth == 0 or self.draw.random() < 0.1:
            return self.leaf(kind)
        return f"({getattr(self, kind)(depth - 1)})"

    def leaf(self, kind):
        if kind in ("number", "money") and self.draw.random() < 0.35:
            return self.literal()
        return self.draw.choice(self.names[kind])

    def literal(self):
        whole = self.draw.choice([0, 1, 2, 3, 7, 10, 99, 1000, self.draw.randrange(10**14)])
        places = self.draw.choice([0, 0, 1, 2, 6])
        return f"{whole}.{self.draw.randrange(10**places):0{places}}" if places else str(whole)

    def number(self, depth):
        same = self.draw.choice(["number", "money"])
        return self.one_of(
            lambda: f"{self.of('number', depth)} * {self.of('number', depth)}",
            lambda: f"{self.of(same, depth)} / {self.of(same, depth)}",
            lambda: f"days({self.of('day', depth)}, {self.of('day', depth)})",
            lambda: f"{self.of('day', depth)} - {self.of('day', depth)}",
            lambda: self.alike("number", depth),
        )

    def money(self, depth):
        return self.one_of(
            lambda: f"{self.of('money', depth)} * {self.of('number', depth)}",
            lambda: f"{self.of('number', depth)} * {self.of('money', depth)}",
            lambda: f"{self.of('money', depth)} / {self.of('number', depth)}",
            lambda: self.alike("money", depth),
        )

    def day(self, depth):
        return self.alike("day", depth)

    def truth(self, depth):
        kind, sign = self.draw.choice(["number", "money", "day"]), self.draw.choice([*COMPARED])
        return f"{self.of(kind, depth)} {sign} {self.of(kind, depth)}"

    def alike(self, kind, depth):
        """What several of one sort give together: the same sort again."""
        function, sign = self.draw.choice(["min", "max", "coalesce"]), self.draw.choice("+-")
        several = [self.of(kind, depth) for _n in range(self.draw.randint(2, 4))]
        first, second = several[:2]
        chosen = f"if({self.of('truth', depth)}, {first}, {second})"
        among = f"{function}({', '.join(several)})"
        if kind == "day":
            return self.draw.choice([chosen, among])
        places = self.draw.randint(0, 6)
        return self.draw.choice(
            [
                chosen,
                among,
                f"{first} {sign} {second}",
                f"{first} + {second} - {first}",
                f"-{first}",
                f"abs({first})",
                f"round({first}, {places})",
            ]
        )

    def one_of(self, *ways):
        return self.draw.choice(ways)()
