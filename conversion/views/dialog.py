"""What the dialogs of conversion share."""

from core.web import next_on_this_host, page
from lists.acting import asking
from lists.selection import selection_fields


def dialog(request, template, form, context, filters, refused=None):
    """Show the dialog anew, with what was refused and what stands in the way."""
    template, _hash, part = template.partition("#")
    asked = asking(request)
    if refused:
        form.add_error(None, str(refused))
    context = {
        "form": form,
        "selection": selection_fields(asked, *filters),
        "in_the_way": refused.records if refused else [],
        "next": next_on_this_host(request),
        **context,
    }
    return page(
        request, template, context, parts=[part], status=refused.status if refused else None
    )
