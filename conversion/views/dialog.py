"""What the dialogs of conversion share: which records they are about, and asking again."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.errors import Refused
from core.web import next_on_this_host, page
from lists.selection import has_grown, selection_fields

LARGEST_ADDRESS = 200  # ids that an address may carry; more are posted


class AddressTooLong(Refused):
    """An address names at most 200 records: on its way a longer one may be cut."""


def asking(request):
    """The part of the request that says which records it is about."""
    if len(request.GET.getlist("ids")) > LARGEST_ADDRESS:
        raise AddressTooLong(_("Too many records for one address. Please select them in the list."))
    return request.POST if request.method == "POST" else request.GET


def asked_again(form, asked, size) -> bool:
    """Whether more match by now than the dialog said; the form then asks whether all are meant."""
    if not has_grown(asked, size):
        return False
    words = ngettext(
        "By now %(count)d record matches. Go on?",
        "By now %(count)d records match. Go on with all of them?",
        size,
    )
    form.add_error(None, words % {"count": size})
    return True


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
