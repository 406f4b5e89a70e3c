"""The fields of each record that a row may speak of, in the order in which people choose them."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext_lazy as _

from custom_fields.models import Field
from imports.targets.fields import TargetField

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
        external_id(record),
    )


LEAD = sale("lead")
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
NOTE = of_record(
    "note",
    ("text", _("Note"), "text", {"several": True, "most": 20_000, "joined": PARAGRAPH}),
)
ROW = of_record("row", ("wanted", _("Whether the row is imported"), "wanted"))


def custom_fields(record: str, fields: Mapping[str, Iterable[Field]]) -> list[TargetField]:
    """The custom ``fields`` of ``record``."""
    found = fields[CUSTOM_OF[record]] if record in CUSTOM_OF else ()
    return [
        TargetField(f"{record}.{each.key}", each.name, f"custom:{each.kind}", custom=each)
        for each in found
    ]
