"""News from below: deals that are merged, won, or no longer won."""

from django.dispatch import receiver

from deals.models import Deal
from deals.signals import deal_won, deals_merged
from history.models import Operation
from history.signals import operation_undone
from projects.services.linking import follow
from projects.services.winning import start_for_won, take_back_started


@receiver(deal_won, sender=Deal)
def start_what_was_sold(sender, *, deals, by, operation, **_signal):
    """Where the pipeline says so, a project starts for each deal that has none."""
    start_for_won(deals, won=operation, by=by)


@receiver(operation_undone, sender=Operation)
def forget_what_was_not_sold(sender, *, operation, **_signal):
    """What a win started goes with it, as long as nobody did anything with it."""
    if operation.verb == "deal.won":
        take_back_started(operation)


@receiver(deals_merged, sender=Deal)
def follow_from_one_deal(sender, *, deals, into, operation, **_signal):
    """What followed from the merged deals follows from the one that stays, once."""
    follow(deals, into, operation=operation)
