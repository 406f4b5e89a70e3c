"""What still keeps a matching of columns from being used."""

from collections import Counter
from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from imports.targets.kinds import Target

NAMES = {
    "person": ("name", "first_name", "last_name", "email", "external_id"),
    "organization": ("name", "external_id"),
}
# What a row needs, by what it makes: one of the fields of each line, and how to say so.
NEEDS = {
    "lead": (
        (
            ("person", "organization"),
            lambda: _("A lead has a person, an organization or both: match a name or an e-mail."),
        ),
    ),
    "person": ((("person",), lambda: _("People need a name or an e-mail address.")),),
    "organization": ((("organization",), lambda: _("Organizations need a name.")),),
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
            yield words()


def twice(target, matched):
    own = {field.name: field for _record, fields in target.own for field in fields}
    for name, count in Counter(matched).items():
        if count > 1 and not (name in own and own[name].several):
            label = own[name].label if name in own else name
            yield _("“%(field)s” is matched with %(count)d columns.") % {
                "field": label,
                "count": count,
            }
