"""News about deals that travel up: sent inside the transaction in which they become true.

``deal_won(deals, by, operation)`` · ``deal_lost(deals, by)``: once per act, with all the deals it
closed.

``deals_merged(deals, into, by, operation)``: once per act; ``deals`` are set aside, and what hangs
on them is to move to ``into``. All of them are locked.
"""

from django.dispatch import Signal

deal_won = Signal()
deal_lost = Signal()
deals_merged = Signal()
