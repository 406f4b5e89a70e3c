"""The catalogue of the demo: machines, coffee, service and what comes with them."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from crm.demo.diary import Diary
from crm.demo.team import FOUNDED, Cast
from custom_fields.kinds import Money
from products.billing import Frequency
from products.models import Category, Product
from products.services import create, set_fields


@dataclass(frozen=True)
class Item:
    """One product: prices by currency, and how often it is billed."""

    code: str
    name: str
    category: str
    unit: str
    prices: dict[str, str]
    tax: str = "20"
    frequency: Frequency = Frequency.ONE_TIME
    cycles: int | None = None
    description: str = ""
    is_sold: bool = True


def prices(**amounts):
    return {code: str(amount) for code, amount in amounts.items()}


ITEMS = (
    Item(
        "EM-1G",
        "Espresso machine, one group",
        "Machines",
        "piece",
        prices(EUR=3400, GBP=2950, USD=3700, CHF=3600),
        description="For an office of up to thirty people. Water tank or mains, 230 V.",
    ),
    Item(
        "EM-2G",
        "Espresso machine, two groups",
        "Machines",
        "piece",
        prices(EUR=6900, GBP=5990, USD=7500, CHF=7200),
        description="For bars, hotels and canteens. Mains water and 16 A needed.",
    ),
    Item(
        "BC-60",
        "Bean-to-cup machine",
        "Machines",
        "piece",
        prices(EUR=4800, GBP=4150, USD=5200, CHF=5100, CAD=6900),
        description="Up to sixty cups an hour, milk included.",
    ),
    Item("GR-10", "Grinder", "Machines", "piece", prices(EUR=690, GBP=595, USD=750)),
    Item("VM-40", "Vending machine", "Machines", "piece", prices(EUR=5600, GBP=4850, CAD=8100)),
    Item(
        "EM-OLD",
        "Lever machine, two groups",
        "Machines",
        "piece",
        prices(EUR=5200),
        is_sold=False,
        description="No longer built; parts until 2029.",
    ),
    Item(
        "BE-HOUSE",
        "House blend",
        "Coffee",
        "kg",
        prices(EUR="17.90", GBP="15.50", CHF="19.50"),
        tax="5.5",
        frequency=Frequency.MONTHLY,
        cycles=12,
    ),
    Item(
        "BE-ORIGIN",
        "Single origin, organic",
        "Coffee",
        "kg",
        prices(EUR="26.50", GBP="22.90", CHF="28.50"),
        tax="5.5",
        frequency=Frequency.MONTHLY,
        cycles=12,
    ),
    Item(
        "BE-DECAF",
        "Decaffeinated",
        "Coffee",
        "kg",
        prices(EUR="19.80", GBP="17.20"),
        tax="5.5",
        frequency=Frequency.MONTHLY,
    ),
    Item("CUP-PAPER", "Paper cup, 12 cl", "Coffee", "piece", prices(EUR="0.0425", GBP="0.0375")),
    Item("WF-SET", "Water filter", "Machines", "set", prices(EUR=89, GBP=79, USD=95, CHF=95)),
    Item(
        "SV-CARE",
        "Care contract",
        "Subscriptions",
        "month",
        prices(EUR=49, GBP=45, USD=55, CHF=52, CAD=75),
        frequency=Frequency.MONTHLY,
        description="Two visits a year, parts, and a machine on loan within 24 hours.",
    ),
    Item(
        "RN-60",
        "Rental of a bean-to-cup machine",
        "Subscriptions",
        "month",
        prices(EUR=119, GBP=105, CHF=125, CAD=175),
        frequency=Frequency.MONTHLY,
        cycles=36,
    ),
    Item(
        "SV-INSTALL",
        "Installation",
        "Services",
        "flat rate",
        prices(EUR=350, GBP=310, USD=390, CHF=370, CAD=520),
    ),
    Item("TR-BARISTA", "Barista training", "Services", "day", prices(EUR=640, GBP=560, USD=700)),
    Item(
        "SV-DESCALE",
        "Descaling",
        "Services",
        "visit",
        prices(EUR=140, GBP=125, CHF=150),
        frequency=Frequency.HALF_YEARLY,
    ),
)


def stock_catalogue(diary: Diary, cast: Cast) -> None:
    """Everything was there before the first sale; one machine is no longer built."""
    for name in ("Machines", "Coffee"):
        Category.objects.create(name=name)
    opened = diary.now - datetime.timedelta(days=FOUNDED)
    for minutes, item in enumerate(ITEMS):
        moment = opened + datetime.timedelta(minutes=7 * minutes)
        diary.write(moment, lambda item=item: add(item, cast))
    diary.write(diary.now - datetime.timedelta(days=40), lambda: discontinue(cast))


def add(item, cast):
    product = Product(
        name=item.name,
        code=item.code,
        category=Category.objects.get(name=item.category),
        unit=item.unit,
        description=item.description,
        tax=Decimal(item.tax),
        frequency=item.frequency,
        cycles=item.cycles,
    )
    costs = [Money(Decimal(amount), code) for code, amount in item.prices.items()]
    create(product, prices=costs, by=cast.users["manager"])


def discontinue(cast):
    codes = [item.code for item in ITEMS if not item.is_sold]
    gone = Product.objects.filter(code__in=codes)
    set_fields(gone, {"is_active": False}, by=cast.users["manager"])
