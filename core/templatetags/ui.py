"""Atoms of the interface (icons, money, days, avatars, tags), known to every template."""

import json
import re
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache

import nh3
from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_decimal, get_currency_precision, parse_pattern
from django import template
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.html import format_html, format_html_join, json_script
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt

from core import icons
from core.sizes import size_words

register = template.Library()

NBSP = "\u00a0"
LETTER_BEFORE_DIGIT = re.compile(r"(?<=[^\W\d_])(?=\d)")  # CHF 42, yet CA$42
NARROWEST = 0.06  # the share of a bar that a piece to click on has at least
HUES = frozenset(
    ("red", "orange", "yellow", "olive", "green", "teal", "cyan", "blue", "violet", "pink", "grey")
)
MARKDOWN = MarkdownIt("js-default", {"html": False, "linkify": False, "breaks": True})
MARKDOWN.disable("image")  # a picture elsewhere would tell its server who reads the note
ALLOWED = """
p br strong em s del code pre blockquote ul ol li a hr h1 h2 h3 h4 h5 h6 table thead tbody tr th td
"""


@register.simple_tag
def icon(name, label=""):
    """``{% icon "inbox" %}``: a drawing beside words; alone it needs a label."""
    if name not in icons.ICONS:
        name = icons.UNKNOWN
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}">{}</svg>', label, drawing(name)
        )
    return format_html('<svg class="icon" aria-hidden="true">{}</svg>', drawing(name))


@cache
def drawing(name):
    """The part of an icon that is the same everywhere: a page of a list shows hundreds."""
    url = f"{reverse('core:icons', args=[icons.digest()])}#{name}"
    return format_html('<use href="{}"></use>', url)


# --- Money and days ----------------------------------------------------------------------------


@register.filter
def money(value, currency=""):
    """``{{ value|money:currency }}``: €42,000 or 42 000 €, in the reader's language, never broken.

    Decimals are shown only when there are some. Nothing at all for no value.
    """
    return with_currency(value, currency, most=2)


@register.filter
def price(value, currency=""):
    """``{{ price.amount|price:price.currency }}``: the same with all of up to four decimals: what
    one unit costs may be a part of a cent.
    """
    return with_currency(value, currency, most=4)


def with_currency(value, currency, *, most):
    if value is None or value == "":
        return ""
    value = Decimal(value)
    locale = babel_locale(get_language() or "en")
    whole = value == value.to_integral_value()
    if not currency:
        pattern = parse_pattern(locale.decimal_formats[None].pattern)
        digits = 0 if whole else 2
    else:
        pattern = parse_pattern(locale.currency_formats["standard"].pattern)
        digits = 0 if whole else get_currency_precision(currency)
    pattern.frac_prec = (digits, max(digits, 0 if whole else most))
    text = pattern.apply(value, locale, currency=currency or None, currency_digits=False)
    text = LETTER_BEFORE_DIGIT.sub(" ", text)
    return text.replace(" ", NBSP)


@register.filter
def most_size(size):
    """``{{ largest|most_size }}``: 100 MB."""
    return size_words(size)


@register.filter
def plain_number(value):
    """``{{ value|plain_number }}``: 1,234.5 or 1 234,5, with every decimal there is."""
    if value is None or value == "":
        return ""
    locale = babel_locale(get_language() or "en")
    return format_decimal(Decimal(value), locale=locale, decimal_quantization=False).replace(
        " ", NBSP
    )


@register.filter
def percent(value):
    """``{{ deal.chance|percent }}``: 5.5%, or 5,5 % in French, never broken."""
    number = plain_number(value)
    return f"{number}{NBSP}%" if get_language() == "fr" else f"{number}%"


@cache
def babel_locale(language):
    try:
        return Locale.parse(language, sep="-")
    except (ValueError, UnknownLocaleError):
        return Locale.parse("en")


def local_day(value):
    """The day of ``value`` where the reader is."""
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


@register.filter
def day(value):
    """``{{ date|day }}``: today, yesterday, tomorrow, 3 Dec, 3 Dec 2025."""
    if not value:
        return ""
    value, today = local_day(value), timezone.localdate()
    match (value - today).days:
        case 0:
            return _("today")
        case -1:
            return _("yesterday")
        case 1:
            return _("tomorrow")
    return written_day(value, today)


def written_day(value, today):
    pattern = "d MMM" if value.year == today.year else "d MMM y"
    locale = babel_locale(get_language() or "en")
    return format_date(value, pattern, locale=locale).replace(" ", NBSP)


@register.filter
def month(value, style="long"):
    """``{{ date|month }}``: November 2026; ``{{ date|month:"short" }}``: Nov."""
    pattern = {"long": "LLLL y", "short": "LLL"}[style]
    return format_date(value, pattern, locale=babel_locale(get_language() or "en"))


@register.filter
def moment(value):
    """``{{ datetime|moment }}``: today, 15:40 or 3 Dec, 09:12, in the reader's time zone."""
    if not value:
        return ""
    at = timezone.localtime(value)
    return _("%(day)s, %(time)s") % {"day": day(at), "time": formats.time_format(at, "H:i")}


@register.filter
def ago(value):
    """``{{ datetime|ago }}``: today, yesterday, 3 d ago; after a week the day itself."""
    if not value:
        return ""
    then, today = local_day(value), timezone.localdate()
    days = (today - then).days
    if 2 <= days <= 7:
        return ngettext("%(days)s d ago", "%(days)s d ago", days).replace(" ", NBSP) % {
            "days": days
        }
    return day(then)


@register.simple_tag
def time_tag(value, style="day"):
    """``{% time_tag note.created_at "moment" %}``: a ``<time>``, the whole date in its title."""
    if not value:
        return ""
    shown = {"day": day, "moment": moment, "ago": ago}[style](value)
    if isinstance(value, datetime):
        value = timezone.localtime(value)
        whole = f"{formats.date_format(value)} {formats.time_format(value, 'H:i')}"
    else:
        whole = formats.date_format(value)
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), whole, shown)


@register.simple_tag
def next_step(due, text="", today=None):
    """``{% next_step lead.next_activity_on %}``: late, today, planned or none, by icon and words.

    ``text`` says what is due ("Call"); ``today`` is the reader's own day unless given.
    """
    today = today or timezone.localdate()
    due = local_day(due) if due else None
    if due is None:
        state, drawing, when = "none", "triangle-alert", _("No next step")
    elif due < today:
        days = (today - due).days
        late = ngettext("%(days)s d late", "%(days)s d late", days) % {"days": days}
        state, drawing, when = "late", "circle-alert", late.replace(" ", NBSP)
    elif due == today:
        state, drawing, when = "today", "circle-dot", _("today")
    else:
        state, drawing = "planned", "calendar"
        when = _("tomorrow") if due == today + timedelta(days=1) else written_day(due, today)
    if text and due:
        when = f"{text} · {when}"
    elif due and state == "today":
        when = pgettext("next step, standing alone", "Today")
    elif due and when == _("tomorrow"):
        when = pgettext("next step, standing alone", "Tomorrow")
    return format_html(
        '<span class="next-step" data-state="{}">{} <span>{}</span></span>',
        state,
        icon(drawing),
        when,
    )


# --- People and labels -------------------------------------------------------------------------


@register.filter
def initials(name):
    """``{{ user.name|initials }}``: AM for Alice Martin."""
    words = [word for word in str(name or "").replace("-", " ").split() if word[0].isalnum()]
    return "".join(
        word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)
    ).upper()


@register.simple_tag
def avatar(person):
    """``{% avatar owner %}``: initials in a circle, read out as the whole name."""
    if not person:
        return ""
    return format_html(
        '<span class="avatar" role="img" aria-label="{0}" title="{0}">{1}</span>',
        person,
        initials(person),
    )


@register.simple_tag
def label_tag(name, hue="grey"):
    """``{% label_tag label.name label.hue %}``: a coloured word; the hue is a name."""
    return format_html(
        '<span class="tag" data-hue="{}">{}</span>', hue if hue in HUES else "grey", name
    )


# --- Text --------------------------------------------------------------------------------------


@register.filter
def markdown(text):
    """``{{ note.text|markdown }}``: a note as HTML. HTML in it stays text; links open elsewhere."""
    if not text:
        return ""
    rendered = nh3.clean(
        MARKDOWN.render(str(text)),
        tags=set(ALLOWED.split()),
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer nofollow",
    )
    return mark_safe(rendered)  # noqa: S308  # the only one in the project: nh3 has cleaned it


# --- Drawings ----------------------------------------------------------------------------------


@register.simple_tag
def bar(segments, label=""):
    """``{% bar segments label="2 late, 3 planned" %}``: one thin bar of (tone, amount) pairs.

    Tones: late, today, planned, none, accent, won, lost. SVG, since inline widths are forbidden.
    """
    segments = [(tone, float(amount)) for tone, amount in segments if amount]
    whole = sum(amount for _tone, amount in segments)
    left, pieces = 0.0, []
    for tone, amount in segments:
        width = 100 * amount / whole
        pieces.append((f"{left:.3f}", f"{width:.3f}", tone))
        left += width
    drawn = format_html_join(
        "", '<rect x="{}" y="0" width="{}" height="4" data-tone="{}"></rect>', pieces
    )
    if label:
        said = format_html('role="img" aria-label="{}"', label)
    else:
        said = format_html('aria-hidden="{}"', "true")
    return format_html(
        '<svg class="segments" viewBox="0 0 100 4" preserveAspectRatio="none" {}>{}</svg>',
        said,
        drawn,
    )


@register.simple_tag
def bar_of_links(pieces, label):
    """``{% bar_of_links pieces label="Next steps" %}``: one thin bar of (tone, amount, words,
    address), each piece of which leads to what it counts. None is too narrow to be hit.
    """
    pieces = list(pieces)
    whole = sum(amount for _tone, amount, _words, _url in pieces)
    widths = [max(NARROWEST, amount / whole) for _tone, amount, _words, _url in pieces]
    left, drawn = 0.0, []
    for (tone, _amount, words, url), width in zip(pieces, widths, strict=True):
        share = 100 * width / sum(widths)
        drawn.append((url, words, f"{left:.3f}", f"{share:.3f}", tone))
        left += share
    links = format_html_join(
        "",
        '<a href="{0}" aria-label="{1}"><title>{1}</title>'
        '<rect x="{2}" y="0" width="{3}" height="24"></rect>'
        '<rect x="{2}" y="10" width="{3}" height="4" data-tone="{4}"></rect></a>',
        drawn,
    )
    return format_html(
        '<svg class="segments" data-links viewBox="0 0 100 24" preserveAspectRatio="none"'
        ' role="group" aria-label="{}">{}</svg>',
        label,
        links,
    )


# --- The shell ---------------------------------------------------------------------------------


@register.filter
def toasts(messages):
    """Messages as the toast template wants them: text, level, undo and link."""
    for message in messages or ():
        try:
            extra = json.loads(message.extra_tags or "{}")
        except ValueError:  # a message of Django's own, as from the admin
            extra = {}
        level = extra.get("level") or message.level_tag
        yield {
            "text": message.message,
            "level": level if level != "debug" else "info",
            "undo": extra.get("undo"),
            "link": extra.get("link"),
        }


@register.simple_tag(takes_context=True)
def shortcut(context, keys):
    """``<a {% shortcut "c" %}>``: the key that presses this control, for scripts and ears alike.

    Nothing for those who switched single keys off.
    """
    request = context.get("request")
    is_on = getattr(getattr(request, "user", None), "has_shortcuts", False)
    return format_html('aria-keyshortcuts="{}"', keys) if is_on else ""


@register.simple_tag
def script_words():
    """The few sentences that scripts say, in the reader's language, as data beside them."""
    words = {
        "failed": _("That did not work. Please try again."),
        "offline": _("The server cannot be reached. What you typed is still here."),
        "slow": _("The server takes too long. What you typed is still here."),
        "selectedOne": _("{count} selected"),
        "selectedOther": pgettext("several", "{count} selected"),
        "elsewhereOne": _("{count} on another page"),
        "elsewhereOther": _("{count} on other pages"),
        "none": _("Nothing selected"),
        "lifted": _("{card} lifted. Arrow keys move it, Space drops it, Escape puts it back."),
        "liftedZones": _(
            "{card} lifted. Arrow keys move it, End leads to Won, Lost and more, Space drops it,"
            " Escape puts it back."
        ),
        "over": _("{card} over {column}, position {place} of {of}."),
        "overColumn": _("{card} over {column}."),
        "overZone": _("{card} over “{zone}”, {place} of {of}. Home leads back to the columns."),
        "dropped": _("{card} dropped in {column}."),
        "droppedZone": _("{card} dropped on “{zone}”."),
        "returned": _("{card} is back where it was."),
        "liftedRow": _("{row} lifted. Arrow keys move it, Space drops it, Escape puts it back."),
        "overRow": _("{row}: place {place} of {of}."),
        "droppedRow": _("{row} dropped at place {place} of {of}."),
        "returnedRow": _("{row} is back where it was."),
        "create": _("Create “{text}”"),
        "results": _("{count} results"),
        "noResults": _("No results"),
        "lastRow": _("This is the last row."),
        "firstRow": _("This is the first row."),
        "noRows": _("There is no row here."),
        "onThisPage": _("On this page"),
    }
    return json_script(words, "script-words")
