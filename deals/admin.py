"""Where deals have been, in Django admin; deals themselves stand beside leads."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from deals.models import StageVisit


@admin.register(StageVisit)
class StageVisitAdmin(ReadOnlyAdmin):
    list_display = ["deal_id", "stage", "entered_at", "left_at"]
    list_select_related = ["stage__pipeline"]
    ordering = ["-pk"]
    show_full_result_count = False
