"""Several values in one cell: joined by a comma, and parted again into the same ones.

A value that the comma would tear apart stands in quotes, as in a CSV file. What reads a file asks
here too.
"""

import re

SEPARATOR = ", "


def joined(values, separator: str = SEPARATOR) -> str:
    """``values`` in one text."""
    return separator.join(quoted(value, separator.strip() or separator) for value in values)


def quoted(value, mark):
    """``value``, in quotes where reading it would take it for something else."""
    is_plain = value and value == value.strip() and mark not in value and '"' not in value
    return value if is_plain else '"' + value.replace('"', '""') + '"'


def parted(text: str, separator: str = SEPARATOR) -> list[str]:
    """The values in ``text``, without the blanks around them; empty ones only where quoted."""
    mark = re.escape(separator.strip() or separator)
    value = re.compile(rf'\s*(?:"((?:[^"]|"")*+)"\s*(?={mark}|$)|((?:(?!{mark}).)*))', re.DOTALL)
    found, at = [], 0
    while at <= len(text):
        match = value.match(text, at)
        if match[1] is not None:
            found.append(match[1].replace('""', '"'))
        elif plain := match[2].strip():
            found.append(plain)
        at = match.end() + len(separator.strip() or separator)
    return found
