"""Texts that a spreadsheet would take for formulas: how they leave in a file, and come back as they
were.

What parses a file asks here too, in a process without Django: this module imports none of it.
"""

import re

FORMULA = re.compile(r"'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
GUARD = "'"


def guarded(text: str) -> str:
    """``text`` behind an apostrophe, if it would be a formula; so is what already looks guarded,
    and no two texts become the same.
    """
    return GUARD + text if FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """The text that ``guarded`` made ``text`` from."""
    return text[1:] if text.startswith(GUARD) and FORMULA.match(text) else text
