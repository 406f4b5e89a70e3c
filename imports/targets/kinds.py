"""What the rows of a file can make, and of which records they may speak then."""

from dataclasses import dataclass

from accounts.models import User
from accounts.policies import may_configure, may_write
from custom_fields.queries import fields_by_of
from imports.models import Kind
from imports.targets.fields import TargetField
from imports.targets.records import (
    ACTIVITY,
    DEAL,
    LEAD,
    LINE_ITEM,
    NOTE,
    ORGANIZATION,
    PERSON,
    PRODUCT,
    ROW,
    SUBJECTS,
    WHOLE_NOTE,
    custom_fields,
)


@dataclass(frozen=True)
class Target:
    """What a row makes: a record of ``kind``, and those that it names along with it."""

    kind: str
    own: tuple[tuple[str, tuple[TargetField, ...]], ...]
    is_configured: bool = False

    @property
    def title(self) -> str:
        return Kind(self.kind).label

    def fields(self, user: User) -> list[TargetField]:
        """Every field that a column can be matched with, record by record; custom ones among
        theirs. One statement.
        """
        customs = fields_by_of()
        return [
            each
            for record, fields in self.own
            for each in (*fields, *(custom_fields(record, customs) if self.fills(record) else ()))
        ]

    def fills(self, record: str) -> bool:
        """Whether a row may say all of ``record``, instead of only naming it."""
        return self.kind not in ("activity", "note") or record == self.kind

    def allows(self, user: User) -> bool:
        """Whether ``user`` may import such records."""
        return may_configure(user) if self.is_configured else may_write(user)


def made(kind, *fields, **rest):
    own = tuple((group[0].record, tuple(group)) for group in fields)
    return Target(kind, own, **rest)


KINDS = {
    each.kind: each
    for each in (
        made("lead", LEAD, PERSON, ORGANIZATION, NOTE, ROW),
        made("deal", DEAL, LINE_ITEM, PERSON, ORGANIZATION, NOTE, ROW),
        made("person", PERSON, ORGANIZATION, NOTE, ROW),
        made("organization", ORGANIZATION, NOTE, ROW),
        made("product", PRODUCT, ROW, is_configured=True),
        made("activity", ACTIVITY, *SUBJECTS, ROW),
        made("note", WHOLE_NOTE, *SUBJECTS, ROW),
    )
}


def target(kind: str) -> Target:
    """What rows of ``kind`` make; ``KeyError`` for what cannot be imported."""
    return KINDS[kind]


def kinds_for(user: User) -> list[Target]:
    """What ``user`` may import."""
    return [each for each in KINDS.values() if each.allows(user)]
