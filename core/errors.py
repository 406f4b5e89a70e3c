"""Refused, the one exception the domain raises when it says no."""


class Refused(Exception):
    """An act that the rules forbid. ``str()`` of it is a translated message fit for the user.

    Subclasses are named after the state that forbids the act and live beside the service that
    raises them. ``records`` are the records that stand in the way, when there are any; ``link``, an
    address and words, leads to where that is put right. ``status`` is the HTTP status of the answer
    when no form shows the refusal.
    """

    status = 422

    def __init__(self, message, *, records=(), link=None):
        super().__init__(message)
        self.message = message
        self.records = list(records)
        self.link = link

    def __str__(self):
        return str(self.message)


class Missing(Refused):
    """A record is not there, or may not be seen: the answer is the same for both."""

    status = 404


class NotAllowed(Refused):
    """A record may be seen, but this user may not do this to it."""

    status = 403


class Stale(Refused):
    """Someone changed the record meanwhile: what the writer saw is no longer true.

    ``seen`` is what the writer saw and ``found`` what stands there now, both as shown to people.
    """

    status = 409

    def __init__(self, message, *, seen=None, found=None, records=()):
        super().__init__(message, records=records)
        self.seen = seen
        self.found = found
