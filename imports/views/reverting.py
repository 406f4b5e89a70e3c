"""Take an import back: first what that would do, then the work, which its report tells of."""

from django.views.decorators.http import require_http_methods

from core.web import page, redirect_after
from imports.reporting import TITLES
from imports.restoring.looking_back import look_back
from imports.reverting import require_revertible, start
from imports.views.finding import found


@require_http_methods(["GET", "POST"])
def revert(request, number):
    one = found(request, number)
    if request.method == "POST":
        start(one, insists=request.POST.get("insists") == "1", by=request.user)
        return redirect_after(request, one)
    require_revertible(one)
    outlook = look_back(one, request.user)
    context = {
        "import": one,
        "outlook": outlook,
        "going": titled(outlook.going),
        "restored": titled(outlook.restored),
    }
    return page(request, "imports/revert.html", context, parts=["revert"])


def titled(counts):
    return [(title, counts[kind]) for kind, title in TITLES.items() if counts.get(kind)]
