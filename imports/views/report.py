"""What became of an import. Before it has run, its address leads to the step it is at."""

from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from core.web import page
from imports.views.finding import found


@require_GET
def detail(request, number):
    one = found(request, number)
    step = one.get_step_url()
    if step != one.get_absolute_url():
        return redirect(step)
    return page(request, "imports/report.html", {"import": one})
