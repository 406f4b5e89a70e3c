"""What was set aside long ago goes for good, unless something still needs it."""

import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from contacts.models import Organization, Person
from conversion.models import ConvertedLead
from deals.models import Deal, DealFile, Participant
from files.sweeping import let_go
from leads.models import Lead, MergedLead
from products.models import Product
from projects.models import Project, ProjectFile, ProjectOrganization, ProjectPerson

KEPT_DAYS = 30
BATCH = 2_000  # records a transaction, so that nobody waits long for a lock


def purge_set_aside(*, before: datetime.datetime) -> dict[str, int]:
    """Remove what was set aside earlier than ``before``; say how many records of each kind went.

    Leads go, converted ones too, with their activities and notes; of a pair remain the numbers. A
    deal, deleted or returned to the leads, goes after its lead, and after the one that this is part
    of: as long as that one is there, live or set aside, converting it again brings the deal back.
    Projects and products go by themselves. People and organizations go when nothing names them any
    more. What somebody is working on at the moment waits for the next time.
    """
    return {
        "leads": purge(unneeded_leads, before),
        "deals": purge(unneeded_deals, before, prepare=let_go_of),
        "projects": purge(unneeded_projects, before, prepare=let_go_of_projects),
        "products": purge(unneeded_products, before),
        "people": purge(unneeded_people, before),
        "organizations": purge(unneeded_organizations, before),
    }


def purge(choose, before, *, prepare=None) -> int:
    """Remove the records that ``choose(before)`` selects, a batch and a transaction at a time."""
    gone = 0
    while batch := purge_batch(choose(before), prepare):
        gone += batch
    return gone


@transaction.atomic
def purge_batch(records, prepare):
    """Remove some of ``records``, those that nobody else holds; say how many."""
    free = records.order_by("pk").select_for_update(of=("self",), skip_locked=True)
    numbers = list(free.values_list("pk", flat=True)[:BATCH])
    if prepare:
        prepare(numbers)
    records.model.everything.filter(pk__among=numbers).delete()
    return len(numbers)


def let_go_of_projects(projects):
    """A project that is gone keeps no files."""
    let_go(ProjectFile.everything.filter(project__pk__among=projects))


def let_go_of(deals):
    """A deal that is gone stands for no lead, and keeps no files."""
    ConvertedLead.objects.end_of(deals, at=timezone.now())
    let_go(DealFile.everything.filter(deal__pk__among=deals))


def unneeded_leads(before):
    return Lead.everything.filter(deleted_at__lt=before)


def unneeded_deals(before):
    pairs = ConvertedLead.objects.filter(deal_number=OuterRef("pk"))
    lead_left = pairs.filter(lead__isnull=False)
    parts = MergedLead.objects.filter(into_number__in=Lead.everything.values("pk"))
    part_left = pairs.filter(lead_number__in=parts.values("lead_number"))
    return Deal.everything.filter(~Exists(lead_left), ~Exists(part_left), deleted_at__lt=before)


def unneeded_projects(before):
    return Project.everything.filter(deleted_at__lt=before)


def unneeded_products(before):
    return Product.everything.filter(deleted_at__lt=before)


def unneeded_people(before):
    people = Person.everything.filter(deleted_at__lt=before)
    naming = (Lead, Deal, Participant, ProjectPerson)
    return people.filter(*(unnamed_by(model, "person") for model in naming))


def unneeded_organizations(before):
    organizations = Organization.everything.filter(deleted_at__lt=before)
    return organizations.filter(
        *(unnamed_by(model, "organization") for model in (Lead, Deal, Person, ProjectOrganization))
    )


def unnamed_by(model, key):
    """No row of ``model``, set aside or not, points here by ``key``."""
    return ~Exists(model._base_manager.filter(**{key: OuterRef("pk")}))
