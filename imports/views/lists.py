"""The imports that one made; an admin sees everybody's."""

from django.views.decorators.http import require_GET

from accounts.policies import may_write, require
from core.web import page
from imports.models import Import


@require_GET
def imports(request):
    require(may_write(request.user))
    found = Import.objects.visible_to(request.user).select_related("by").order_by("-pk")
    return page(request, "imports/list.html", {"imports": found[:100]})
