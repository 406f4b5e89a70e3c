"""Where deals have been and their files, in Django admin; deals themselves stand beside leads."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from deals.models import DealFile, StageVisit


@admin.register(StageVisit)
class StageVisitAdmin(ReadOnlyAdmin):
    list_display = ["deal_id", "stage", "entered_at", "left_at"]
    list_select_related = ["stage__pipeline"]
    ordering = ["-pk"]
    show_full_result_count = False


@admin.register(DealFile)
class DealFileAdmin(ReadOnlyAdmin):
    list_display = ["file", "deal_id", "description", "created_at", "deleted_at"]
    list_select_related = ["file"]
    ordering = ["-pk"]
    show_full_result_count = False

    def get_queryset(self, request):
        return DealFile.everything.select_related("file")
