"""One dialog converts leads, one returns deals, and Undo takes a conversion back."""

from conversion.views.converting import convert, undo
from conversion.views.returning import return_deals

__all__ = ["convert", "return_deals", "undo"]
