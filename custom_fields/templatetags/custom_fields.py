"""Custom values on pages: ``custom_facts`` of a record, ``custom_value`` of one field."""

from django import template
from django.utils.html import format_html, format_html_join, linebreaks

from core.templatetags.ui import money, plain_number, time_tag
from custom_fields.formulas.names import as_written
from custom_fields.queries import facts_of
from lists.templatetags import cells

register = template.Library()


@register.inclusion_tag("custom_fields/_facts.html")
def custom_facts(record, may_change, *, edits_in_place=False, focus=""):
    """``{% custom_facts lead lead.may_change %}``: every field for those who may fill it in, for
    others those with a value. ``edits_in_place``: where each can be changed alone.
    """
    groups = [
        (heading, [fact for fact in facts if may_change or fact.value not in (None, [])])
        for heading, facts in facts_of(record)
    ]
    return {
        "groups": [(heading, facts) for heading, facts in groups if facts],
        "edited": record if may_change and edits_in_place else None,
        "focus": focus,
    }


@register.filter
def formula(field):
    """``{{ field|formula }}``: that of a calculated field, with the names that fields have now."""
    return as_written(field)


@register.simple_tag
def custom_value(field, value, page=""):
    """``{% custom_value field value %}``: a value as people read it; nothing for none."""
    if value is None or value == []:
        return ""
    match field.kind:
        case "calculated":
            return money(*value) if field.is_money else plain_number(value)
        case "money":
            return money(*value)
        case "number":
            return plain_number(value)
        case "date":
            return time_tag(value)
        case "date_range":
            return format_html("{} – {}", time_tag(value.start), time_tag(value.end))
        case "time":
            return cells.clock(value)
        case "yes_no":
            return cells.yes_or_no(value)
        case "options":
            return format_html_join(", ", "{}", ((each,) for each in value))
        case "email":
            return cells.email(value)
        case "phone":
            return cells.phone(value)
        case "url":
            return cells.url(value)
        case "long_text" | "address":
            return format_html("{}", linebreaks(value, autoescape=True))
    if page:
        return format_html('<a href="{}">{}</a>', page, value)
    return str(value)
