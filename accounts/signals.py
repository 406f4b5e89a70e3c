"""News about users that travel up: sent inside the transaction in which they become true.

``user_added(user, by)`` · ``user_changed(user, changes, by)`` with ``changes`` as history keeps
them · ``user_reactivated(user, by)`` · ``user_deactivated(user, heir, handed_over, by)`` with
``handed_over``, the records that now belong to ``heir``, who is ``None`` when there were none.
"""

from django.dispatch import Signal

user_added = Signal()
user_changed = Signal()
user_reactivated = Signal()
user_deactivated = Signal()
