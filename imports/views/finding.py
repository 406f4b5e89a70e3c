"""How every page of an import finds it."""

from django.shortcuts import get_object_or_404

from imports.models import Import


def found(request, number, *, with_samples: bool = False) -> Import:
    """The import of this number that the user may go on with: their own, for admins anybody's; for
    those who only read there is none. The first rows of its file come along where they are shown.
    """
    imports = Import.objects.changeable_by(request.user).select_related("by", "job", "operation")
    if not with_samples:
        imports = imports.without_samples()
    return get_object_or_404(imports, pk=number)
