"""What others did to what one follows; and that one has looked."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from activities.queries.news import KEPT_DAYS, news
from activities.services import look_at_news
from core.lookups import number_in
from core.web import page


@require_GET
def show_news(request):
    context = {
        "news": news(request.user, before=request.GET.get("before", "")),
        "is_older": "before" in request.GET,
        "days": KEPT_DAYS,
        "user": request.user,
    }
    return page(request, "activities/news.html", context)


@require_POST
def looked(request):
    """``last`` is the number of the newest event that was shown; what came since stays new."""
    last = number_in(request.POST.get("last", ""))
    if last is not None:
        look_at_news(last, by=request.user)
    if request.htmx:
        return HttpResponse()
    return redirect("activities:news")
