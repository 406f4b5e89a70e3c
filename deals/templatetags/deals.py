"""What templates say of deals: how long one idles, and what a column of the forecast is called."""

from django import template
from django.utils.translation import gettext as _

from core.templatetags.ui import month
from deals.forecast import UNDATED, Bucket

register = template.Library()


@register.filter
def month_title(bucket: Bucket) -> str:
    """``{{ column.bucket|month_title }}``: November 2026, Overdue, No date."""
    if bucket.is_month:
        return month(bucket.first)
    return _("No date") if bucket.key == UNDATED else _("Overdue")
