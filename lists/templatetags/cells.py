"""What a row shows in its columns, each cell drawn by the kind of the column.

``{% cells columns row %}`` draws all cells of a row but the first, which leads to the record and is
the list's own; ``{% inline_value column row %}`` one that has just been changed in its cell.
"""

from functools import cache
from urllib.parse import urlencode, urlsplit

from django import template
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.translation import gettext as _

from core.templatetags import ui

register = template.Library()

HIDDEN_ON_PHONES = format_html(' data-phone="{}"', "hide")
TAKES_FOCUS = format_html(' data-focus="{}"', "")
EMPTY, CLOSING = format_html("{}", ""), format_html("</{}>\n", "td")


@register.simple_tag
def cells(columns, row, may_edit=False, here=""):
    """The cells of ``row``. When it may be changed, those that can be changed in place are links,
    and so are those that a dialog changes, which goes back to ``here``.
    """
    address, drawn = row.get_absolute_url(), EMPTY
    for column, _head in columns[1:]:
        if may_edit and column.asks:
            value = asking_cell(column, row, address, here)
        else:
            value = cell(column, row, edit_url(address, column) if may_edit else "")
        drawn += opening(column.kind, column.is_on_phones) + conditional_escape(value) + CLOSING
    return drawn


@cache
def opening(kind, is_on_phones):
    """The beginning of a cell: the same in all rows."""
    return format_html('<td data-kind="{}"{}>', kind, "" if is_on_phones else HIDDEN_ON_PHONES)


def edit_url(address, column):
    """Where the fields behind ``column`` are changed, of the record at ``address``."""
    return f"{address}edit/{column.name}/" if column.edits else ""


@register.simple_tag
def inline_value(column, row):
    """The value that has just been changed in place, or left as it was: it takes the focus back."""
    address = edit_url(row.get_absolute_url(), column)
    return cell(column, row, address, takes_focus=True)


@register.simple_tag
def edit_fact(row, name, title, focus=""):
    """``{% edit_fact lead "value" _("Value") focus %}``: the pencil that opens the form of a fact;
    the one called ``focus`` takes the focus.
    """
    return format_html(
        '<a class="edit-fact" href="{0}" hx-get="{0}" hx-target="closest dd"{1}>{2}</a>',
        f"{row.get_absolute_url()}edit/{name}/?place=fact",
        TAKES_FOCUS if name == focus else "",
        ui.icon("pencil", label=_("Edit “%s”") % title),
    )


def cell(column, row, edited_at="", *, takes_focus=False):
    """The value of ``row`` in ``column``; with ``edited_at`` it is a link to the form that changes
    it, which htmx puts in its place.
    """
    drawn = shown(column, row, WITHIN_A_LINK if edited_at else DRAWN)
    if not edited_at:
        return drawn
    if not drawn:
        drawn = format_html('<span class="visually-hidden">{}</span>', _("Set “%s”") % column.title)
    focus = TAKES_FOCUS if takes_focus else ""
    link = '<a class="inline-value" href="{0}" hx-get="{0}"{1}>{2}</a>'
    return format_html(link, edited_at, focus, drawn)


def asking_cell(column, row, address, here):
    """The value as a link to the dialog that changes it, where there is one for this row."""
    drawn, dialog = shown(column, row, WITHIN_A_LINK), column.asks(row)
    if not dialog:
        return drawn
    url = f"{address}{dialog}?{urlencode({'next': here})}"
    link = '<a class="inline-value" href="{0}" hx-get="{0}" hx-target="#dialog">{1}</a>'
    return format_html(link, url, drawn)


def shown(column, row, drawn):
    """What stands in the cell: nothing for nothing, and for what this reader may not see."""
    if column.private_to and not getattr(row, f"shows_{column.private_to}"):
        return ""
    if column.kind == "step":
        return ui.next_step(row.next_activity_on, text=step_of(row))
    value = column.value(row)
    return "" if value is None or value == "" else drawn[column.kind](value)


def step_of(row):
    """What is to be done next, where the list knows it."""
    activity = getattr(row, "next_activity", None)
    return activity.type if activity else ""


def text(value):
    return format_html("{}", value)


def money(value):
    amount, currency = value
    return ui.money(amount, currency)


def exact_money(value):
    amount, currency = value
    return ui.price(amount, currency)


def amounts(value):
    """Several amounts, each in a currency of its own."""
    return words(ui.price(each.amount, each.currency) for each in value)


def labels(value):
    return format_html_join(" ", "{}", ((ui.label_tag(each.name, each.hue),) for each in value))


def days(value):
    return format_html("{} – {}", ui.day(value.start), ui.day(value.end))


def clock(value):
    return f"{value:%H:%M}"


def names(value):
    """The names of other records, one after the other."""
    return text(", ".join(str(each) for each in value))


def words(value):
    return format_html_join(" ", '<span class="tag">{}</span>', ((each,) for each in value))


def yes_or_no(value):
    return _("yes") if value else _("no")


def email(value):
    return format_html('<a href="mailto:{0}">{0}</a>', value)


def phone(value):
    dialled = "".join(each for each in str(value) if each in "+0123456789*#")
    return format_html('<a href="tel:{}">{}</a>', dialled, value)


def url(value):
    """A link for a web address; what is none, a script above all, stays text."""
    address = value if "://" in value else f"https://{value}"
    if urlsplit(address).scheme not in ("http", "https"):
        return text(value)
    return format_html('<a href="{}" rel="noopener noreferrer">{}</a>', address, shortened(value))


def shortened(address):
    """A web address without what goes without saying."""
    return address.rpartition("://")[2].removeprefix("www.").rstrip("/") or address


def tagged(value):
    """A text with a tag behind it, or the tag alone."""
    if not value.tag:
        return text(value.text)
    drawn = format_html(
        '<span class="tag" data-tone="{}">{}{}</span>',
        value.tone,
        ui.icon(value.icon) if value.icon else "",
        value.tag,
    )
    return format_html("{} {}", value.text, drawn) if value.text else drawn


def deadline(value):
    """The day; one that is missed stands out."""
    if not value.is_missed:
        return ui.day(value.day)
    return format_html(
        '<span class="tag" data-tone="lost">{} {}</span>',
        ui.icon("circle-alert", label=_("Overdue")),
        ui.day(value.day),
    )


DRAWN = {
    "title": text,
    "text": text,
    "word": text,
    "money": money,
    "exact-money": exact_money,
    "amounts": amounts,
    "day": ui.day,
    "ago": ui.ago,
    "days": days,
    "time": clock,
    "number": ui.plain_number,
    "percent": ui.percent,
    "user": ui.avatar,
    "labels": labels,
    "words": words,
    "names": names,
    "yes-no": yes_or_no,
    "email": email,
    "phone": phone,
    "url": url,
    "tagged": tagged,
    "deadline": deadline,
}
# A link holds no other link.
WITHIN_A_LINK = DRAWN | {"email": text, "phone": text, "url": text}
