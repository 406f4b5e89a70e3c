"""Asking for rows by their ids: many of them at once, and whether a text is an id at all."""

from django.db.models import Field, Lookup

LARGEST_ID = 2**63 - 1


def number_in(text: str) -> int | None:
    """The id that ``text`` is; ``None`` when it is none that a row could have."""
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(LARGEST_ID))):
        return None
    number = int(text)
    return number if number <= LARGEST_ID else None


def numbers_in(texts) -> list[int]:
    """The ids among ``texts``."""
    return [number for number in map(number_in, texts) if number is not None]


@Field.register_lookup
class Among(Lookup):
    """``pk__among=ids`` is ``id = ANY(array)``: ten thousand ids are one parameter, not as many."""

    lookup_name = "among"
    prepare_rhs = False

    def get_prep_lookup(self):
        """What is greater than any id could be finds nothing, as in Django's own lookups."""
        return [each for each in self.rhs if not (isinstance(each, int) and each > LARGEST_ID)]

    def get_db_prep_lookup(self, value, connection):
        return "%s", [value]

    def as_sql(self, compiler, connection):
        column, parameters = self.process_lhs(compiler, connection)
        kind = self.lhs.output_field.cast_db_type(connection)
        return f"{column} = ANY(%s::{kind}[])", [*parameters, self.rhs]
