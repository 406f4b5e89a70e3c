"""What stands on a card of a board, line by line; apps whose cards say more put it beside."""

from django import template
from django.utils.html import format_html, format_html_join

from lists.templatetags.cells import DRAWN
from lists.templatetags.cells import shown as drawn_by_kind

register = template.Library()

LINE = '<div class="card-line">{}</div>'
CLASSES = {"value": "card-value"}


@register.simple_tag
def card_lines(card, lines):
    """``{% card_lines card lines %}``: the title and the fields of ``card``; what says nothing
    takes no line.
    """
    return joined(drawn(card, lines))


def drawn(card, lines, beside=lambda names: None):
    """The lines of ``card``; ``beside`` says what stands at the end of the one with the columns of
    these names, if anything.
    """
    found = []
    for line in lines:
        names = [field.column.name for field in line]
        pieces = [piece for field in line if (piece := field_of(card, field))]
        if more := beside(names):
            pieces.append(more)
        if names == ["title"]:
            found.append(pieces[0])
        elif line[0].column.kind == "labels":
            found += [format_html('<div class="card-labels">{}</div>', each) for each in pieces]
        elif pieces:
            found.append(line_with(joined(pieces)))
    return found


def line_with(content):
    return format_html(LINE, content)


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
