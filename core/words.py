"""Words as the database keeps them in ``plain`` columns: lower case, without accents."""

import re
import unicodedata

MOST_WORDS = 8


def plain(text: str) -> str:
    """``text`` as ``core.models.Plain`` makes it."""
    folded = unicodedata.normalize("NFKD", text)
    return "".join(each for each in folded if not "\u0300" <= each <= "\u036f").lower()


def words_in(text: str) -> list[str]:
    """The first words of ``text``: letters, digits and underscores, safe in any query."""
    return re.findall(r"\w+", plain(text))[:MOST_WORDS]
