"""What still keeps a matching of columns from being used."""

from collections import Counter
from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from custom_fields.values import name_of
from imports.targets.kinds import Target

NAMES = {
    "person": ("name", "first_name", "last_name", "email", "external_id"),
    "organization": ("name", "external_id"),
    "deal": ("external_id",),
    "lead": ("external_id",),
    "product": ("name",),
    "activity": ("subject", "type"),
    "note": ("text",),
}
# What a row needs, by what it makes: a name of one of the records, and how to say so.
SALE = (
    ("person", "organization"),
    gettext_lazy("Match a column with a person or an organization: every sale has one of them."),
)
ABOUT = (
    ("deal", "lead", "person", "organization"),
    gettext_lazy("Match a column that tells what each is about: a person, a deal…"),
)
NEEDS = {
    "lead": (SALE,),
    "deal": (SALE,),
    "person": ((("person",), gettext_lazy("People need a name or an e-mail address.")),),
    "organization": ((("organization",), gettext_lazy("Organizations need a name.")),),
    "product": ((("product",), gettext_lazy("Products need a name.")),),
    "activity": (
        (("activity",), gettext_lazy("Activities need a subject or a type.")),
        ABOUT,
    ),
    "note": ((("note",), gettext_lazy("Notes need a text.")), ABOUT),
}


def wants(target: Target, columns: Iterable[Mapping]) -> list[str]:
    """Why rows cannot be read by this matching: fields that are missing, or matched twice."""
    matched = [column["field"] for column in columns if column.get("field")]
    return [*missing(target, set(matched)), *twice(target, matched)]


def missing(target, matched):
    if not matched:
        yield _("Match at least one column.")
        return
    for records, words in NEEDS[target.kind]:
        wanted = {f"{record}.{key}" for record in records for key in NAMES[record]}
        if not wanted & matched:
            yield str(words)


def twice(target, matched):
    own = {field.name: field for _record, fields in target.own for field in fields}
    for name, count in Counter(matched).items():
        if count > 1 and not (name in own and own[name].several):
            label = own[name].label if name in own else name_of(name.partition(".")[2])
            yield _("“%(field)s” is matched with %(count)d columns.") % {
                "field": label,
                "count": count,
            }
