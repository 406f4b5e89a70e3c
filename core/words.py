"""Words as the database keeps them in ``plain`` columns: lower case, without accents."""

import re
import unicodedata

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import QuerySet

MOST_WORDS = 8
MARKS = re.compile("[\u0300-\u036f]+")


def plain(text: str) -> str:
    """``text`` as ``core.models.Plain`` makes it. Letter by letter: a Greek sigma that ends a word
    has a form of its own in Python alone.
    """
    if text.isascii():
        return text.lower()
    folded = MARKS.sub("", unicodedata.normalize("NFKD", text))
    return "".join(map(str.lower, folded))


def every_word(text: str) -> list[str]:
    """The words of ``text``: letters, digits and underscores."""
    return re.findall(r"\w+", plain(text))


def words_in(text: str) -> list[str]:
    """The first words of ``text``, as many as one looks for; they are safe in any query."""
    return every_word(text)[:MOST_WORDS]


def with_words(
    records: QuerySet, text: str, *, column: str = "plain", begun: bool = True
) -> QuerySet:
    """Keep the records whose ``column`` has every word of ``text``, each perhaps only ``begun``."""
    words = words_in(text)
    if not words:
        return records.none()
    # Words are letters, digits and underscores: none of them can end the quotes around it.
    ending = ":*" if begun else ""
    query = SearchQuery(
        " & ".join(f"'{word}'{ending}" for word in words), search_type="raw", config="simple"
    )
    return records.alias(words=SearchVector(column, config="simple")).filter(words=query)
