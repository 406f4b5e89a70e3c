"""How every page of an import finds it: the user's own, or for admins anyone's."""

from django.shortcuts import get_object_or_404

from accounts.policies import may_write, require
from imports.models import Import


def found(request, number) -> Import:
    """The import of this number that the user may go on with; readers have none."""
    require(may_write(request.user))
    return get_object_or_404(Import.objects.visible_to(request.user), pk=number)
