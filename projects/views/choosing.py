"""Find a deal or a project while one types."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from deals.models import Deal
from projects.models import Project
from projects.queries import suggest


@require_GET
def deal_options(request):
    """Deals that the reader may change: to link one is news of it."""
    deals = Deal.objects.changeable_by(request.user).not_archived().select_related("stage")
    return options(request, suggest(deals, asked(request)), lambda deal: deal.stage)


@require_GET
def project_options(request):
    """Projects that the reader may change: to link one is news of it."""
    projects = Project.objects.changeable_by(request.user).not_archived().select_related("phase")
    return options(request, suggest(projects, asked(request)), lambda project: project.phase)


def asked(request):
    return request.GET.get("q", "")[:200]


def options(request, records, detail):
    """The list items of a combobox."""
    shown = [{"pk": each.pk, "name": each.title, "detail": detail(each)} for each in records]
    return render(request, "ui/options.html", {"options": shown})
