"""News from below: a deal that is part of another one now stands for no lead of its own, and a lead
brings back one deal at most.
"""

from django.dispatch import receiver
from django.utils import timezone

from conversion.models import ConvertedLead
from conversion.services.returning import refuse_several_waiting
from deals.models import Deal
from deals.signals import deals_merged
from leads.models import Lead
from leads.signals import leads_merged


@receiver(leads_merged, sender=Lead)
def bring_back_one_deal(sender, *, leads, into, by, **_signal):
    refuse_several_waiting(into, by=by)


@receiver(deals_merged, sender=Deal)
def end_pairs(sender, *, deals, into, by, **_signal):
    ConvertedLead.objects.end_of([deal.pk for deal in deals], at=timezone.now())
