"""What state a deal must be in for an act: on the board, neither archived nor closed."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from accounts.policies import named
from core.errors import Refused
from deals.models import Deal


class DealArchived(Refused):
    """An archived deal is restored before anything else happens to it."""


class DealClosed(Refused):
    """Won and lost deals stay as they are until they are reopened."""


def refuse_archived(deals: Iterable[Deal]) -> None:
    if archived := [deal for deal in deals if deal.is_archived]:
        raise DealArchived(
            _("Archived: %(titles)s. Restore first.") % {"titles": named(archived)},
            records=archived,
        )


def refuse_closed(deals: Iterable[Deal]) -> None:
    if closed := [deal for deal in deals if not deal.is_open]:
        raise DealClosed(
            _("Won or lost: %(titles)s. Reopen first.") % {"titles": named(closed)},
            records=closed,
        )
