"""News from below: a deal that is part of another one now stands for no lead of its own."""

from django.dispatch import receiver
from django.utils import timezone

from conversion.models import ConvertedLead
from deals.models import Deal
from deals.signals import deals_merged


@receiver(deals_merged, sender=Deal)
def end_pairs(sender, *, deals, into, by, **_signal):
    ConvertedLead.objects.end_of([deal.pk for deal in deals], at=timezone.now())
