"""TargetField: one thing that a column of a file can say of a record."""

from dataclasses import dataclass

from custom_fields.models import Field


@dataclass(frozen=True)
class TargetField:
    """Where what a column says goes, and how it is read.

    ``name`` is ``<record>.<key>`` and ``kind`` a kind of value (see ``imports.values``). What was
    read stands in what is prepared of the record under ``into``: as it is, as part of a list
    (``gathers``), or joined with what other columns say of the same (``joined`` is what stands
    between, ``rank`` in which order). ``custom`` is the custom field that it fills, or the amount
    ``currency_of`` which it tells.
    """

    name: str
    label: str
    kind: str
    into: str = ""
    several: bool = False
    required: bool = False
    most: int | None = None
    joined: str | None = None
    rank: int = 0
    custom: Field | None = None
    currency_of: Field | None = None

    @property
    def record(self) -> str:
        return self.name.partition(".")[0]

    @property
    def key(self) -> str:
        return self.name.partition(".")[2]

    @property
    def place(self) -> str:
        """Its key in what is prepared of the record."""
        return self.into or self.key

    @property
    def gathers(self) -> bool:
        """Whether every value joins a list there."""
        return self.kind in ("email", "phone", "labels")
