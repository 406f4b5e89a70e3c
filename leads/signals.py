"""News about leads that travel up: sent inside the transaction in which they become true.

``leads_merged(leads, into, by, operation)``: once per act; ``leads`` are set aside, and what hangs
on them is to move to ``into``. All of them are locked. Who hears of it may still refuse.
"""

from django.dispatch import Signal

leads_merged = Signal()
