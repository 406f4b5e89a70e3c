"""What stands on the card of a deal, line by line, and how long it idles: ``{% deal_lines card
lines %}``.
"""

from django import template
from django.utils.html import format_html
from django.utils.translation import ngettext

from core.templatetags import ui
from deals.templatetags.deals import idle_words
from lists.templatetags.cards import drawn, joined, line_with

register = template.Library()


@register.simple_tag
def deal_lines(card, lines):
    """The title and the fields of ``card``; how long it idles stands beside its next step."""
    shown = {field.column.name for line in lines for field in line}
    has_said_age = "idle" in shown

    def beside(names):
        nonlocal has_said_age
        if "next" not in names or not card.idles or has_said_age:
            return None
        has_said_age = True
        return idle_chip(card)

    found = drawn(card, lines, beside)
    if card.age and not has_said_age:  # colour never speaks alone
        found.append(line_with(idle_chip(card)))
    return joined(found)


def idle_chip(card):
    """For how long nothing happened. What is planned keeps a deal fresh: then it has no colour."""
    days = ngettext("%(days)s d idle", "%(days)s d idle", card.days_idle) % {"days": card.days_idle}
    return format_html(
        '<span class="tag" data-tone="{}" title="{}">{} {}</span>',
        {"rotten": "rot", "stale": "warn"}.get(card.age, "quiet"),
        idle_words(card),
        ui.icon("hourglass"),
        days,
    )
