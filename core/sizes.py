"""How large files may be, in words."""

import re

from django.template.defaultfilters import filesizeformat

NO_DECIMALS = re.compile(r"[.,]0(?!\d)")


def size_words(size: int) -> str:
    """“100 MB”: without decimals that say nothing."""
    return NO_DECIMALS.sub("", filesizeformat(size))
