"""What stands on a card of the board, line by line: ``{% card_lines card lines %}``."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.translation import ngettext

from core.templatetags import ui
from deals.templatetags.deals import idle_words
from lists.templatetags.cells import DRAWN
from lists.templatetags.cells import shown as drawn_by_kind

register = template.Library()

LINE = '<div class="card-line">{}</div>'
CLASSES = {"value": "card-value"}


@register.simple_tag
def card_lines(card, lines):
    """The title and the fields of ``card``; what says nothing takes no line."""
    shown = {field.column.name for line in lines for field in line}
    drawn, has_said_age = [], "idle" in shown
    for line in lines:
        names = [field.column.name for field in line]
        pieces = [piece for field in line if (piece := field_of(card, field))]
        if "next" in names and card.idles and not has_said_age:
            pieces.append(idle_chip(card))
            has_said_age = True
        if names == ["title"]:
            drawn.append(pieces[0])
        elif line[0].column.kind == "labels":
            drawn += [format_html('<div class="card-labels">{}</div>', each) for each in pieces]
        elif pieces:
            drawn.append(format_html(LINE, joined(pieces)))
    if card.age and not has_said_age:  # colour never speaks alone
        drawn.append(format_html(LINE, idle_chip(card)))
    return joined(drawn)


def joined(pieces):
    return format_html_join("", "{}", ((piece,) for piece in pieces))


def field_of(card, field):
    """One field, behind its title where it needs one; nothing for nothing."""
    column = field.column
    if column.name == "title":
        url = card.get_absolute_url()
        return format_html('<a class="card-title" href="{}">{}</a>', url, card)
    value = drawn_by_kind(column, card, DRAWN)
    if not value or column.kind in ("labels", "step", "user"):
        return value
    if field.is_titled:
        said = '<span class="card-fact"><span class="card-name">{}</span> <span>{}</span></span>'
        return format_html(said, column.title, value)
    return format_html('<span class="{}">{}</span>', CLASSES.get(column.name, "card-text"), value)


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
