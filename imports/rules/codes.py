"""Codes of products: no two products have one, in whichever letters it is written."""

from collections.abc import Hashable, Iterable, Mapping

from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from products.models import Product


class Codes:
    """Which product has each of some ``codes``; one statement. Those that rows ``before`` bring
    along are known by what these call them.
    """

    def __init__(self, codes: Iterable[str], before: Mapping[str, Hashable]):
        wanted = {code.lower() for code in codes if code}
        self.owners: dict[str, Hashable] = {}
        if wanted:
            live = Product.objects.annotate(lower=Lower("code")).filter(lower__in=wanted)
            self.owners = {**before, **dict(live.values_list("lower", "pk"))}

    def refused(self, called: Hashable, code: str | None) -> str:
        """Why the product ``called`` so does not get the ``code``; nothing, and it has it."""
        if not code or self.owners.setdefault(code.lower(), called) == called:
            return ""
        return _("There is already a product with this code.")
