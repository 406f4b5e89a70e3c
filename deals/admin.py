"""Where deals have been, what is sold in them and their files, in Django admin; deals themselves
stand beside leads.
"""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from deals.models import DealFile, LineItem, StageVisit


@admin.register(StageVisit)
class StageVisitAdmin(ReadOnlyAdmin):
    list_display = ["deal_id", "stage", "entered_at", "left_at"]
    list_select_related = ["stage__pipeline"]
    ordering = ["-pk"]
    show_full_result_count = False


@admin.register(LineItem)
class LineItemAdmin(ReadOnlyAdmin):
    """The value of a deal follows its lines, so they are changed in the product alone."""

    list_display = ["deal_id", "name", "quantity", "price", "discount", "tax", "frequency"]
    search_fields = ["name"]
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
