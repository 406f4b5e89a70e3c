"""Unreadable, why a file cannot be read: a word, and what belongs in its sentence.

Sentences are made on the other side, which knows the language of who imports.
"""


class Unreadable(Exception):
    """``reason`` is a key of ``imports.reading.REASONS``."""

    def __init__(self, reason, **values):
        super().__init__(reason)
        self.reason = reason
        self.values = values
