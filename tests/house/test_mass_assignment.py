"""A form writes the fields it shows: every other column's name, sent along, changes nothing.

Each write is done twice, as it is and with all names of columns besides; what stands in the tables
afterwards must be the same.
"""

from datetime import datetime

from django.apps import apps
from django.db import models

from tests.house.access import ROWS, who_may
from tests.house.reading import Page
from tests.house.test_access import address, data_of
from tests.house.world import asked, taken_back

WRITES = [
    row for row in ROWS if row.method == "POST" and not row.path.startswith(("gallery/", "sign-"))
]
KEPT = [
    apps.get_model(name)
    for name in (
        "accounts.User accounts.Team labels.Label labels.Channel pipelines.Pipeline "
        "pipelines.Stage contacts.Person contacts.Organization leads.Lead deals.Deal "
        "deals.LostReason products.Product products.Category products.Price "
        "activities.ActivityType activities.Activity activities.Note"
    ).split()
]
# Names that no column has, and that other products obeyed.
ALSO = {
    "pk": "1",
    "id": "1",
    "is_superuser": "on",
    "is_staff": "on",
    "groups": "1",
    "user_permissions": "1",
    "by": "1",
    "converted_deal": "1",
}
# What a bulk act reads to find its rows, and where one goes afterwards.
READ = {"all", "ids", "except", "view", "count", "confirmed", "next"}


def columns():
    return {
        field.name: field
        for model in KEPT
        for field in model._meta.get_fields()
        if field.concrete and not field.primary_key
    }


def odd_value(field, company):
    """A value that the column would take, and that stands in no record."""
    if field.is_relation:
        known = company.users["charlie"].pk if field.related_model is KEPT[0] else None
        return str(known or field.related_model._base_manager.order_by("-pk")[0].pk)
    if field.choices:
        return str(field.choices[-1][0])
    match field:
        case models.BooleanField():
            return "on"
        case models.DateTimeField():
            return "2001-02-03 04:05:06+00:00"
        case models.DateField():
            return "2001-02-03"
        case models.IntegerField() | models.DecimalField():
            return "77"
    return "planted"


def shown_names(company, row, url):
    """The names of the fields that a form shows, ticked or not."""
    page = Page(company.browser(who_may(row)).get(url).text)
    return {given["name"] for _tag, given in page.elements if given.get("name")}


def test_there_are_columns_nobody_types():
    assert {"owner", "status", "role", "is_replaced", "deleted_at", "won_at", "origin"} <= set(
        columns()
    )


def test_no_column_is_written_but_by_its_field(company):
    wrong = []
    odd = {name: odd_value(field, company) for name, field in columns().items()} | ALSO
    highest = {model: max(model._base_manager.values_list("pk", flat=True)) for model in KEPT}
    for row in WRITES:
        url = address(row.path, row.about, company)
        sent = data_of(row, company, "team")
        named_elsewhere = {"activities/plan/": "deal", "notes/write/": "deal"}.get(row.path)
        form_at = company.record(named_elsewhere).get_absolute_url() if named_elsewhere else url
        is_planning = row.path.startswith("activities/plan-many/")
        if is_planning:
            form_at = f"{url}?ids={sent['ids']}"
        own = set(sent) | shown_names(company, row, form_at) | READ
        if row.path == "leads/convert/":
            own |= {"pipeline", "stage", "owner"}
        if is_planning:  # without a selection its page shows no form
            own |= {"assignee"}
        extra = {name: value for name, value in odd.items() if name not in own}
        extra |= {f"{name}_id": value for name, value in extra.items()}
        found = []
        for data in (sent, {**sent, **extra}):
            with taken_back():
                got = asked(company.browser(who_may(row)), "POST", url, data)
                found.append((got.status, rows_now(highest)))
        (status, expected), (other_status, other) = found
        if status != other_status:
            wrong.append(f"{row}: {status}, but {other_status} with more names")
        wrong += [f"{row}: {each}" for each in expected ^ other]
    assert not wrong, "\n".join(wrong)


def rows_now(highest):
    """All rows, without what differs between any two writes: moments and new numbers."""
    return {
        (model.__name__, *(plain(field, row, highest) for field in model._meta.concrete_fields))
        for model in KEPT
        for row in model._base_manager.all()
    }


def plain(field, row, highest):
    value = getattr(row, field.attname)
    if field.name in ("position", "password"):  # a place depends on the moment, a hash on its salt
        value = ""
    elif isinstance(value, datetime) and value.year > 2001:
        value = "a moment"
    elif field.primary_key:
        value = value if value <= highest[type(row)] else "new"
    elif field.is_relation and value and value > highest.get(field.related_model, value):
        value = "new"
    return f"{field.name}={value}"
