"""Demo data: a small sales team with a past, played through the services day by day.

``companies``, ``sales`` and ``words`` hold what there is to tell; ``diary`` lets it happen in its
order, each act at its own moment, so that history, stage visits and clocks are true. The seed is
fixed: every demo is the same, seen from its own today.
"""

from contextlib import contextmanager

from django.db import connection, transaction

from accounts.models import User
from contacts.models import Organization, Person
from crm.demo.customers import meet_customers
from crm.demo.deals import tell_deals
from crm.demo.diary import Diary
from crm.demo.leads import tell_leads
from crm.demo.products import stock_catalogue
from crm.demo.team import PASSWORD, gather_team
from deals.models import Deal
from leads.models import Lead
from pipelines.models import Pipeline
from products.models import Product
from projects.models import Project

__all__ = ["PASSWORD", "fill", "is_empty"]


def is_empty() -> bool:
    """Whether nobody has used this database: no user, no pipeline, no record."""
    models = (User, Pipeline, Organization, Person, Lead, Deal, Product)
    return not any(model._base_manager.exists() for model in models)


@transaction.atomic
def fill() -> dict[str, int]:
    """Fill an empty database with the demo; say how many there are of what."""
    diary = Diary(seed="carnet")
    team = gather_team(diary)
    stock_catalogue(diary, team)
    customers = meet_customers(diary, team)
    tell_leads(diary, team, customers)
    tell_deals(diary, team, customers)
    with without_savepoints():
        diary.play()
    counted = {
        "products": Product,
        "organizations": Organization,
        "people": Person,
        "leads": Lead,
        "deals": Deal,
        "projects": Project,
    }
    return {name: model.objects.count() for name, model in counted.items()}


@contextmanager
def without_savepoints():
    """The demo is there as a whole or not at all, so no act in it needs a way back of its own.

    That saves every third of its thousands of statements.
    """
    connection.features.uses_savepoints = False
    try:
        yield
    finally:
        del connection.features.uses_savepoints
