"""What the company of the demo adds to its records, and what these say in it."""

import datetime
import random
from decimal import Decimal

from custom_fields.formulas.saving import kept
from custom_fields.kinds import Money
from custom_fields.models import CustomValues, Field, Option
from custom_fields.values import write

SIZES = ("1–9", "10–49", "50–249", "250 and more")
NEEDS = ("Machines", "Beans", "Water", "Service", "Training")
# Of what, kind, name, group, options.
FIELDS = (
    (Field.Of.OPPORTUNITY, "money", "Budget", "Purchase", ()),
    (Field.Of.OPPORTUNITY, "date", "Decision by", "Purchase", ()),
    (Field.Of.OPPORTUNITY, "options", "Needs", "Purchase", NEEDS),
    (Field.Of.OPPORTUNITY, "option", "Company size", "", SIZES),
    (Field.Of.PERSON, "url", "LinkedIn", "", ()),
    (Field.Of.PERSON, "yes_no", "Newsletter", "", ()),
    (Field.Of.ORGANIZATION, "number", "Employees", "", ()),
)
# Name, formula, decimals, whether it is an amount.
CALCULATED = (
    ("Commission", "if(is_lost, 0, value * 0.05)", 2, True),
    ("Over budget", "max(value - budget, 0)", 2, True),
    ("Days to decide", "days(today, decision_by)", 0, False),
)


def calculate(position):
    """What is reckoned of every deal."""
    for place, (name, formula, digits, is_money) in enumerate(CALCULATED, start=position):
        field = Field(
            of=Field.Of.OPPORTUNITY,
            kind="calculated",
            name=name,
            formula=formula,
            digits=digits,
            is_money=is_money,
            position=place,
        )
        field.formula = kept(field, Field.objects.filter(of=field.of)).formula
        field.save()


class Sayings:
    """Draws values for the fields; out of a hat of its own, so that all else stays as it was."""

    def __init__(self):
        self.random = random.Random("fields")  # noqa: S311  # not a secret
        self.fields = {}
        for position, (of, kind, name, group, options) in enumerate(FIELDS):
            field = Field.objects.create(
                of=of, kind=kind, name=name, group=group, position=position
            )
            Option.objects.bulk_create(
                Option(field=field, name=option, position=place)
                for place, option in enumerate(options)
            )
            self.fields[name] = field
        calculate(len(FIELDS))

    def about_sale(self, record: CustomValues, today: datetime.date) -> None:
        """What a customer told about money, time and needs; some tell nothing."""
        draw = self.random
        said = {
            "Budget": self.budget(record),
            "Decision by": today + datetime.timedelta(weeks=draw.randint(1, 12)),
            "Needs": draw.sample(self.options("Needs"), draw.randint(1, 3)),
            "Company size": draw.choice(self.options("Company size")),
        }
        self.say(record, {name: value for name, value in said.items() if draw.random() < 0.6})

    def budget(self, sale):
        share = self.random.choice([80, 100, 125])
        return sale.value and Money(sale.value * share / 100, sale.currency)

    def about_person(self, person: CustomValues, mailbox: str) -> None:
        draw = self.random
        said = {
            "LinkedIn": f"https://www.linkedin.example/in/{mailbox.replace('.', '-')}",
            "Newsletter": draw.random() < 0.7,
        }
        self.say(person, {name: value for name, value in said.items() if draw.random() < 0.5})

    def about_organization(self, organization: CustomValues) -> None:
        if self.random.random() < 0.6:
            self.say(
                organization, {"Employees": Decimal(self.random.choice([12, 45, 90, 120, 340]))}
            )

    def options(self, name):
        return self.fields[name].choices

    def say(self, record, values):
        write(record, {self.fields[name].key: value for name, value in values.items()})
