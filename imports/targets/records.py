"""The fields of each record that a row may speak of, in the order in which people choose them."""

from collections.abc import Iterable, Iterator, Mapping

from django.utils.translation import gettext_lazy as _

from custom_fields.models import Field
from imports.targets.fields import TargetField
from products.billing import MOST_CYCLES

SPACE, LINE, PARAGRAPH = " ", "\n", "\n\n"

# What has custom fields, by record.
CUSTOM_OF = {
    "lead": Field.Of.OPPORTUNITY,
    "deal": Field.Of.OPPORTUNITY,
    "person": Field.Of.PERSON,
    "organization": Field.Of.ORGANIZATION,
    "product": Field.Of.PRODUCT,
}

RECORDS = {
    "lead": _("Lead"),
    "deal": _("Deal"),
    "line": _("Product of the deal"),
    "person": _("Person"),
    "organization": _("Organization"),
    "product": _("Product"),
    "activity": _("Activity"),
    "note": _("Note"),
    "row": _("Row"),
}


def of_record(record: str, *fields: tuple) -> list[TargetField]:
    """Fields of ``record``, each given as its key, its label, its kind and what else it says."""
    return [
        TargetField(f"{record}.{key}", label, kind, **(rest[0] if rest else {}))
        for key, label, kind, *rest in fields
    ]


def external_id(record):
    return ("external_id", _("Number in the other system"), "external_id", {"most": 80})


def sale(record):
    """What leads and deals have in common."""
    return of_record(
        record,
        ("title", _("Title"), "line", {"most": 200}),
        ("value", _("Value"), "money"),
        ("currency", _("Currency"), "currency"),
        ("expected_close_on", _("Expected close"), "day"),
        ("owner", _("Owner"), "user"),
        ("labels", _("Labels"), "labels", {"several": True}),
        ("channel", _("Channel"), "channel"),
        ("campaign", _("Campaign"), "line", {"most": 80}),
        ("visibility", _("Visible to"), "visibility"),
        ("created_at", _("Added"), "moment"),
        ("archived_at", _("Archived"), "archived"),
        external_id(record),
    )


LEAD = sale("lead")
DEAL = [
    *sale("deal"),
    *of_record(
        "deal",
        ("pipeline", _("Pipeline"), "pipeline"),
        ("stage", _("Stage"), "stage"),
        ("probability", _("Probability"), "whole", {"most": 100}),
        ("status", _("Status"), "status"),
        ("won_at", _("Won"), "moment"),
        ("lost_at", _("Lost"), "moment"),
        ("closed_at", _("Won or lost"), "moment"),
        ("lost_reason", _("Lost reason"), "lost_reason"),
        ("lost_comment", _("Comment on the loss"), "line", {"most": 500}),
    ),
]
# What is sold in the deal of the row.
LINE_ITEM = of_record(
    "line",
    ("product", _("Product"), "product"),
    ("name", _("Name"), "line", {"most": 200}),
    ("quantity", _("Quantity"), "quantity"),
    ("price", _("Unit price"), "money"),
    ("currency", _("Currency"), "currency"),
    ("discount", _("Discount"), "amount"),
    ("discount_kind", _("Kind of discount"), "discount_kind"),
    ("tax", _("Tax in percent"), "percent"),
    ("frequency", _("Billing"), "frequency"),
    ("cycles", _("Number of cycles"), "whole", {"most": MOST_CYCLES}),
    ("comment", _("Comment"), "line", {"most": 500}),
)
PERSON = of_record(
    "person",
    ("name", _("Name"), "line", {"most": 200, "joined": SPACE}),
    ("first_name", _("First name"), "line", {"into": "name", "joined": SPACE, "rank": 1}),
    ("last_name", _("Last name"), "line", {"into": "name", "joined": SPACE, "rank": 2}),
    ("email", _("E-mail address"), "email", {"into": "emails", "several": True}),
    ("phone", _("Phone number"), "phone", {"into": "phones", "several": True}),
    ("job_title", _("Job title"), "line", {"most": 120}),
    ("owner", _("Owner"), "user"),
    ("labels", _("Labels"), "labels", {"several": True}),
    ("visibility", _("Visible to"), "visibility"),
    ("created_at", _("Added"), "moment"),
    external_id("person"),
)
ORGANIZATION = of_record(
    "organization",
    ("name", _("Name"), "line", {"most": 200}),
    ("website", _("Website"), "line", {"most": 200}),
    ("address", _("Address"), "text", {"most": 500, "joined": LINE}),
    ("street", _("Street"), "text", {"into": "address", "joined": LINE, "rank": 1}),
    ("postal_code", _("Postal code"), "line", {"into": "address", "joined": LINE, "rank": 2}),
    ("city", _("City"), "line", {"into": "address", "joined": SPACE, "rank": 3}),
    ("region", _("Region"), "line", {"into": "address", "joined": LINE, "rank": 4}),
    ("country", _("Country"), "line", {"into": "address", "joined": LINE, "rank": 5}),
    ("owner", _("Owner"), "user"),
    ("labels", _("Labels"), "labels", {"several": True}),
    ("visibility", _("Visible to"), "visibility"),
    ("created_at", _("Added"), "moment"),
    external_id("organization"),
)
PRODUCT = of_record(
    "product",
    ("name", _("Name"), "line", {"most": 200, "required": True}),
    ("code", _("Code"), "line", {"most": 60}),
    ("category", _("Category"), "category"),
    ("unit", _("Unit"), "line", {"most": 40}),
    ("price", _("Price"), "money"),
    ("currency", _("Currency"), "currency"),
    ("tax", _("Tax in percent"), "percent"),
    ("frequency", _("Billing"), "frequency"),
    ("cycles", _("Number of cycles"), "whole", {"most": MOST_CYCLES}),
    ("description", _("Description"), "text", {"most": 2000, "joined": LINE}),
    ("is_active", _("Active"), "yes_no"),
    external_id("product"),
)
ACTIVITY = of_record(
    "activity",
    ("subject", _("Subject"), "line", {"most": 200}),
    ("type", _("Type"), "activity_type"),
    ("due_on", _("Day"), "day"),
    ("due_time", _("Time"), "time"),
    ("minutes", _("Minutes"), "minutes", {"most": 1440}),
    ("assignee", _("Assigned to"), "user"),
    ("text", _("Details"), "text", {"several": True, "most": 20_000, "joined": PARAGRAPH}),
    ("is_done", _("Already done"), "yes_no"),
    ("done_at", _("Done"), "moment"),
    ("created_at", _("Added"), "moment"),
    external_id("activity"),
)
NOTE_TEXT = ("text", _("Note"), "text", {"several": True, "most": 20_000, "joined": PARAGRAPH})
# A note along with another record, and one that is what the row makes.
NOTE = of_record("note", NOTE_TEXT)
WHOLE_NOTE = of_record(
    "note",
    NOTE_TEXT,
    ("author", _("Author"), "user"),
    ("created_at", _("Written"), "moment"),
    ("is_pinned", _("Pinned"), "yes_no"),
    external_id("note"),
)
ROW = of_record("row", ("wanted", _("Whether the row is imported"), "wanted"))


def named(record: str, fields: Iterable[TargetField], *keys: str) -> list[TargetField]:
    """Those of ``fields`` by which a row names a ``record`` that it does not make."""
    return [field for field in fields if field.key in keys and field.record == record]


# What an activity or a note is about. A person may come along with it, a sale has to be there.
SUBJECTS = (
    named("deal", DEAL, "external_id"),
    named("lead", LEAD, "external_id"),
    named("person", PERSON, "name", "first_name", "last_name", "email", "phone", "external_id"),
    named("organization", ORGANIZATION, "name", "website", "external_id"),
)


def custom_fields(record: str, fields: Mapping[str, Iterable[Field]]) -> list[TargetField]:
    """The custom ``fields`` of ``record``."""
    found = fields[CUSTOM_OF[record]] if record in CUSTOM_OF else ()
    return [field for each in found for field in fields_for(record, each)]


def fields_for(record: str, custom: Field) -> Iterator[TargetField]:
    """What fills a ``custom`` field; an amount may stand beside its currency."""
    name = f"{record}.{custom.key}"
    yield TargetField(name, custom.name, f"custom:{custom.kind}", custom=custom)
    if custom.kind == "money":
        label = _("%(field)s: currency") % {"field": custom.name}
        yield TargetField(f"{name}_currency", label, "currency", currency_of=custom)
