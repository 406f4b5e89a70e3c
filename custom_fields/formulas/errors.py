"""What is wrong with a formula, and where."""

from django.core.exceptions import ValidationError


class FormulaError(ValidationError):
    """A formula that is none. ``start`` and ``end`` mark the spot in the text that was read."""

    def __init__(self, message, *, start: int = 0, end: int = 0, **params):
        super().__init__(message, code="formula", params=params)
        self.start, self.end = start, end

    def around(self, text: str) -> tuple[str, str, str]:
        """``text`` before the spot, at it, and after it."""
        return text[: self.start], text[self.start : self.end], text[self.end :]

    @property
    def words(self) -> str:
        return self.messages[0]
