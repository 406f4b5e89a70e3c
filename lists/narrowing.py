"""The filters that are on as chips, each with the address of the same page without it."""

from django.utils.translation import gettext as _


def chips(request, form, unknown=()):
    """A (field, value, address without it) for each filter of ``form`` that is on, and for what the
    address asks of fields that are no longer there.
    """
    gone = _("A field")
    found = [(gone, _("no longer there"), address_without(request, name)) for name in unknown]
    for name, field in form.fields.items():
        titles = {str(key): title for key, title in getattr(field, "choices", [])}
        for value in request.GET.getlist(name):
            if value:
                shown = titles.get(value, _("no longer there")) if titles else _("“%s”") % value
                found.append((field.label, shown, address_without(request, name, value)))
    return found


def address_without(request, name, value=None):
    """The address of this page without the parameter ``name``, or without one ``value`` of it."""
    query = request.GET.copy()
    left = [each for each in query.getlist(name) if value is not None and each != value]
    if left:
        query.setlist(name, left)
    else:  # a name without values would still count as one
        query.pop(name, None)
    if value is not None:  # other rows: from the first page, with nothing beside them
        for each in ("after", "before", "peek"):
            query.pop(each, None)
    return f"{request.path}?{query.urlencode()}" if query else request.path
