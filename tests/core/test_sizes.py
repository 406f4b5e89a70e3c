"""Sizes are said without decimals that say nothing."""

import pytest
from django.utils.translation import override

from core.sizes import size_words

MEGABYTE = 1024 * 1024


@pytest.mark.parametrize(
    ("size", "language", "words"),
    [
        (100 * MEGABYTE, "en", "100 MB"),
        (100 * MEGABYTE, "fr", "100 Mio"),
        (int(1.5 * MEGABYTE), "en", "1.5 MB"),
        (1000 * 1024, "en", "1000 KB"),
    ],
)
def test_a_size_has_only_decimals_that_count(size, language, words):
    with override(language):
        assert size_words(size).replace("\xa0", " ").replace("\u202f", " ") == words
