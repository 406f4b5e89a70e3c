"""The imports that one made, for admins everybody's; and deleting one that has not run."""

from django.db.models import Q
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.policies import may_write, require
from core.web import page, redirect_after, toast
from imports.forgetting import delete_import
from imports.models import Import
from imports.views.finding import found
from lists.keyset import Walk, paginate

LAST_FIRST = (Walk(Q(), ("-id",)),)


@require_GET
def imports(request):
    require(may_write(request.user))
    found = paginate(
        Import.objects.visible_to(request.user).without_samples(),
        LAST_FIRST,
        after=request.GET.get("after"),
        before=request.GET.get("before"),
        load=lambda rows: rows.select_related("by"),
    )
    context = {"imports": found.rows, "page": found, "is_of_all": request.user.is_admin}
    return page(request, "imports/list.html", context, parts=["imports"])


@require_http_methods(["GET", "POST"])
def delete(request, number):
    """Asks, and deletes."""
    one = found(request, number)
    if request.method == "POST":
        delete_import(one, by=request.user)
        toast(request, _("The import of “%(name)s” is deleted.") % {"name": one})
        return redirect_after(request, "imports:list")
    return page(request, "imports/delete.html", {"import": one}, parts=["delete-import"])
