"""Words as the database keeps them in ``plain`` columns: lower case, without accents."""

import re
import unicodedata

MOST_WORDS = 8


def plain(text: str) -> str:
    """``text`` as ``core.models.Plain`` makes it."""
    folded = unicodedata.normalize("NFKD", text)
    return "".join(each for each in folded if not "\u0300" <= each <= "\u036f").lower()


def every_word(text: str) -> list[str]:
    """The words of ``text``: letters, digits and underscores."""
    return re.findall(r"\w+", plain(text))


def words_in(text: str) -> list[str]:
    """The first words of ``text``, as many as one looks for; they are safe in any query."""
    return every_word(text)[:MOST_WORDS]
