"""What whoever imports chose that texts stand for: single ones, or all that are unknown."""

from functools import partial

from django.utils.translation import gettext as _

from imports.known import SKIP
from imports.values.errors import NotUnderstood, RowUnwanted


def chosen_in(field, options, known, understand):
    """What whoever imports chose for a text, by the text: each as a function that answers with the
    value, or says no. Where nothing is chosen from, it is another text to ``understand``.
    """
    values = options.get("values") or {}
    allowed = {str(value): value for value, _words in known.choices(field)}
    return {
        str(text).strip(): partial(answer, field, value, allowed, understand)
        for text, value in values.items()
    }


def answer(field, value, allowed, understand):
    if value is None or value == "":
        return None
    if value == SKIP:
        raise RowUnwanted
    if str(value) in allowed:
        found = allowed[str(value)]
        return [found] if field.kind in ("labels", "custom:options") else found
    if allowed or not isinstance(value, str):
        raise NotUnderstood(_("What was chosen for this is no longer there."))
    return understand(value)


def or_else(field, options, known, understand):
    """``understand``, with what whoever imports chose for all texts that it does not understand."""
    if "others" not in options:
        return understand
    allowed = {str(value): value for value, _words in known.choices(field)}

    def read(text):
        try:
            return understand(text)
        except NotUnderstood:
            return answer(field, options["others"], allowed, understand)

    return read
