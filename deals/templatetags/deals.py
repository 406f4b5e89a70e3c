"""What templates say of deals: how long one idles, what a line of it says, and what a column of the
forecast is called.
"""

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.templatetags.ui import NBSP, money, month, percent, plain_number, price
from deals import idling
from deals.forecast import UNDATED, Bucket
from deals.lines import Line

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


@register.filter
def line_words(line: Line, currency: str) -> list[str]:
    """``{{ line|line_words:"EUR" }}``: 2 × €80 / hour, −10%, 20% tax, monthly, 6 times."""
    item = line.item
    each = f"{NBSP}/ ".join(filter(None, (price(item.price, currency), item.unit)))
    words = [f"{plain_number(item.quantity)} ×{NBSP}{each}"]
    if item.discount:
        is_percent = item.discount_kind == item.Discount.PERCENT
        written = percent(item.discount) if is_percent else ""
        words.append(f"−{written or money(item.discount, currency)}")
    if item.tax:
        words.append(_("%(percent)s tax") % {"percent": percent(item.tax)})
    if item.cycles:
        times = ngettext("%(count)d time", "%(count)d times", item.cycles) % {"count": item.cycles}
        words.append(f"{item.get_frequency_display().lower()}, {times}")
    elif item.is_recurring:
        words.append(
            _("%(billing)s, until cancelled") % {"billing": item.get_frequency_display().lower()}
        )
    return words
