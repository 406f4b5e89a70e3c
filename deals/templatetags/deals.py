"""What templates say of deals: how long one idles, and what a column of the forecast is called."""

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from core.templatetags.ui import month
from deals import idling
from deals.forecast import UNDATED, Bucket

register = template.Library()


@register.filter
def idle_words(deal):
    """``{{ deal|idle_words }}``: 12 days idle, call in 3 days. For a deal with ``days_idle``, and
    perhaps its ``next_activity``.
    """
    activity = getattr(deal, "next_activity", None)
    step = activity.type.name if activity else ""
    return idling.idle_words(deal, deal.days_idle, timezone.localdate(), step)


@register.filter
def month_title(bucket: Bucket) -> str:
    """``{{ column.bucket|month_title }}``: November 2026, Overdue, No date."""
    if bucket.is_month:
        return month(bucket.first)
    return _("No date") if bucket.key == UNDATED else _("Overdue")
