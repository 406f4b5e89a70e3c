"""How acts are undone: a registry that the apps above fill, by the operation's verb."""

from contextlib import contextmanager
from contextvars import ContextVar

UNDOERS = {}
# The act that is just being undone: whatever begins meanwhile does nothing but take it back.
BEING_UNDONE = ContextVar("being_undone", default=None)


def undoes(*verbs):
    """Register a function ``(operation, *, by)`` that takes back operations of ``verbs``."""

    def register(function):
        for verb in verbs:
            UNDOERS[verb] = function
        return function

    return register


@contextmanager
def undoing(operation):
    """Let every act that begins meanwhile say that it takes ``operation`` back."""
    token = BEING_UNDONE.set(operation)
    try:
        yield
    finally:
        BEING_UNDONE.reset(token)
