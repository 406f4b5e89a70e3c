"""What activities put on a record's page: ``activity_composer``, ``next_steps``, ``timeline``."""

from django import template

from activities.policies import may_rewrite
from activities.views import parts

register = template.Library()


@register.inclusion_tag("activities/_composer.html", takes_context=True)
def activity_composer(context, record):
    """``{% activity_composer lead %}``: write a note or plan an activity; nothing for readers."""
    return parts.composer(record, context["request"].user)


@register.inclusion_tag("activities/_next_steps.html", takes_context=True)
def next_steps(context, record):
    """``{% next_steps lead %}``: what is still to do about the record, each with *Done*."""
    return parts.steps(record, context["request"].user)


@register.inclusion_tag("activities/_timeline.html", takes_context=True)
def timeline(context, record, subjects):
    """``{% timeline deal subjects %}``: what happened to the lives of the record, newest first."""
    request = context["request"]
    return parts.happened(record, subjects, request.user, request.GET)


@register.filter
def rewritable_by(note, user):
    """``{% if note|rewritable_by:user %}``: whether the user may change or remove the note."""
    return may_rewrite(note, user)
