"""News from below: deals that are merged, won, or no longer won."""

from django.dispatch import receiver

from deals.models import Deal
from deals.signals import deals_merged
from projects.models import ProjectDeal


@receiver(deals_merged, sender=Deal)
def follow_from_one_deal(sender, *, deals, into, by, **_signal):
    """What followed from the merged deals follows from the one that stays, once."""
    links = ProjectDeal.objects.filter(deal__in=[deal.pk for deal in deals])
    had = ProjectDeal.objects.filter(deal=into).values("project")
    moving = dict(links.exclude(project__in=had).values_list("project", "pk"))  # one of several
    ProjectDeal.objects.filter(pk__in=moving.values()).update(deal=into)
    links.delete()
