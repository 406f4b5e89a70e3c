"""News about acts that travel up: sent inside the transaction in which they become true.

``operation_undone(operation)``: it was taken back.
"""

from django.dispatch import Signal

operation_undone = Signal()
