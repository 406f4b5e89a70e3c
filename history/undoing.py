"""How acts are undone: a registry that the apps above fill, by the operation's verb."""

UNDOERS = {}


def undoes(*verbs):
    """Register a function ``(operation, *, by)`` that takes back operations of ``verbs``."""

    def register(function):
        for verb in verbs:
            UNDOERS[verb] = function
        return function

    return register
