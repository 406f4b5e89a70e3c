"""Why a cell has no value."""


class NotUnderstood(Exception):
    """A text that is no value of its field. ``reason`` says why, fit for whoever imports."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = str(reason)


class RowUnwanted(Exception):
    """Whoever imports wants no row that says this."""
