"""The columns of custom fields, for the lists of whatever has them."""

from django.utils.functional import Promise

from custom_fields.models import Field
from lists.columns import Column
from lists.sorting import Order

# How the cells of each kind of custom field are drawn; any other one is a text.
DRAWN_AS = {
    "number": "number",
    "money": "money",
    "date": "day",
    "date_range": "days",
    "time": "time",
    "yes_no": "yes-no",
    "option": "word",
    "options": "words",
    "user": "word",
    "person": "word",
    "organization": "word",
    "phone": "phone",
    "email": "email",
    "url": "url",
}


def custom_column(field: Field, group: str | Promise, private_to: str = "") -> Column:
    """The column of ``field``; only a record's own can be sorted by and changed in the list, not
    those of the contact in the field ``private_to``.
    """

    def value(row):
        stored = (getattr(row, private_to) if private_to else row).custom.get(str(field.pk))
        return None if stored is None else field.behaviour.value(stored, field, row.custom_names)

    expression = None if private_to else field.behaviour.sort_expression(field)
    return Column(
        field.key,
        field.name,
        DRAWN_AS.get(field.kind, "text"),
        value,
        group=field.group or group,
        order=expression
        and Order(
            f"{field.key}_sorted",
            expression,
            is_nullable=True,
            starts_down=field.kind in ("number", "money"),
            is_indexed=field.sortable_since is not None,
        ),
        edits=() if private_to else (field.key,),
        private_to=private_to,
        custom=field,
    )
