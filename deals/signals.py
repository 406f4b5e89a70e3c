"""News about deals that travel up: sent inside the transaction in which they become true.

``deal_won(deals, by)`` · ``deal_lost(deals, by)``: once per act, with all the deals it closed.
"""

from django.dispatch import Signal

deal_won = Signal()
deal_lost = Signal()
