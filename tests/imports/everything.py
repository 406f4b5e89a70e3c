"""All rows there are, without what differs from record to record: to compare ways to make them."""

from django.db.models import Model

from activities.models import Activity, Note
from contacts.models import EmailAddress, Organization, Person, PhoneNumber
from deals.models import Deal, LineItem, StageVisit
from history.models import Event
from leads.models import Lead
from products.models import Price, Product

# What tells one record from another and nothing more, and what tells by which door it came.
OWN = {"id", "origin", "origin_id", "seen_at", "position", "operation", "subject_id", "of"}
MOMENTS = {"created_at", "updated_at", "stage_entered_at", "idle_since", "entered_at", "done_at"}
MOMENTS |= {"won_at", "lost_at", "first_won_at", "left_at", "deleted_at"}
TABLES = (
    Organization,
    Person,
    EmailAddress,
    PhoneNumber,
    Product,
    Price,
    Lead,
    Deal,
    StageVisit,
    LineItem,
    Note,
    Activity,
    Event,
)


def everything():
    """All rows there are, without what is different in every record."""
    return {
        model.__name__: sorted(map(as_told, manager_of(model).all()), key=repr) for model in TABLES
    }


def manager_of(model):
    return getattr(model, "everything", model.objects)


def as_told(record: Model) -> dict:
    told = {}
    for field in record._meta.concrete_fields:
        value = getattr(record, field.name if field.is_relation else field.attname)
        if field.name in OWN:
            continue
        if field.name in MOMENTS:
            value = value is not None
        if field.name == "changes":
            value = without_numbers(value)
        told[field.name] = str(value) if isinstance(value, Model) else value
    for sets in record._meta.many_to_many:
        told[sets.name] = sorted(map(str, getattr(record, sets.name).all()))
    return told


def without_numbers(kept):
    """What history keeps, without ids and moments, and without places in a column."""
    match kept:
        case {"stage": stages, "position": _places, **rest}:
            return without_numbers({"stages": stages, **rest})
        case {"id": _number, **rest}:
            return without_numbers(rest)
        case dict():
            told = {name: each for name, each in kept.items() if not name.endswith("_id")}
            return {name: without_numbers(each) for name, each in told.items()}
        case list():
            return [without_numbers(each) for each in kept]
        case str() if kept.endswith("+00:00"):
            return "moment"
    return kept


def wiped(*models):
    for model in models:
        manager_of(model).all().delete()
