"""Take back an act on products, from what its events remember."""

from accounts.policies import lock
from core.frozen import frozen
from custom_fields.kinds import Money
from custom_fields.values import is_as_left, split, write
from history.services import begin, changed_again, gone_since, record
from history.undoing import undoes
from products import services
from products.models import Category, Product


@undoes("product.deleted")
def bring_back(operation, *, by):
    services.bring_back(subjects(operation), by=by)


@undoes("product.brought_back")
def delete_again(operation, *, by):
    services.delete(subjects(operation), by=by)


@undoes("product.changed")
def set_back(operation, *, by):
    """Put the old values back into each product, if nobody changed them again since."""
    changes = {event.subject_id: event.changes for event in operation.events.all()}
    products = lock([Product(pk=number) for number in changes], by=by)
    if again := [each for each in products if not is_as_it_was_left(each, changes[each.pk])]:
        raise changed_again(again)
    for product in products:
        own, custom = split(changes[product.pk])
        values = {name: thawed(name, before) for name, (before, _after) in own.items()}
        if write(product, {key: pair[0] for key, pair in custom.items()}, puts_back=True):
            values["custom"] = product.custom
        services.put(product, values)
    undone, _new = begin("product.changed", by=by)
    turned = [
        {name: [after, before] for name, (before, after) in changes[product.pk].items()}
        for product in products
    ]
    record(undone, products, changes=turned)


def subjects(operation):
    """What the act was about. What was purged since is asked for too, and found missing."""
    numbers = operation.events.values_list("subject_id", flat=True)
    return [Product(pk=number) for number in numbers]


def is_as_it_was_left(product, changes):
    own, custom = split(changes)
    return all(
        frozen(services.present(product, name)) == after for name, (_before, after) in own.items()
    ) and all(is_as_left(product, key, after) for key, (_before, after) in custom.items())


def thawed(name, value):
    """A value as an event kept it, as a product takes it."""
    match name:
        case "prices":
            return [Money(*each) for each in value]
        case "category":
            return value and category_still_there(value)
        case _:
            return value


def category_still_there(value):
    """The category that an event names; it may have been removed since."""
    found = Category.objects.filter(pk=value["id"]).first()
    if found is None:
        raise gone_since(value["name"])
    return found
