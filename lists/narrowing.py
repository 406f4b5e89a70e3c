"""The filters that are on as chips, each with the address of the same page without it."""

from django.utils.translation import gettext as _


def chips(request, form, unknown=()):
    """A (field, value, address without it) for each filter of ``form`` that is on, and for what the
    address asks of fields that are no longer there.
    """
    gone = _("A field")
    found = [(gone, _("no longer there"), address_without(request, name)) for name in unknown]
    for name, field in form.fields.items():
        choices = getattr(field, "choices", None)
        titles = {str(key): title for key, title in choices or ()}
        for value in request.GET.getlist(name):
            if value:
                named = titles.get(value, _("no longer there"))
                shown = _("“%s”") % value if choices is None else named
                found.append((field.label, shown, address_without(request, name, value)))
    return found


def address_without(request, name, value=None):
    """The address of this page without the parameter ``name``, or without one ``value`` of it."""
    query = left_of(request.GET, name, value)
    return f"{request.path}?{query.urlencode()}" if query else request.path


def left_of(query, name, value=None):
    """``query`` without the parameter ``name``, or without one ``value`` of it."""
    query = query.copy()
    left = [each for each in query.getlist(name) if value is not None and each != value]
    if left:
        query.setlist(name, left)
    else:  # a name without values would still count as one
        query.pop(name, None)
    if value is not None:  # other rows: from the first page, with nothing beside them
        for each in ("after", "before", "peek"):
            query.pop(each, None)
    return query
