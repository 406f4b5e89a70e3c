"""Operations and events in Django admin: to look at, never to change."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from history.models import Event, Operation


@admin.register(Operation)
class OperationAdmin(ReadOnlyAdmin):
    list_display = ["verb", "by", "at", "undone_at"]
    list_select_related = ["by"]
    list_filter = ["verb"]
    ordering = ["-pk"]
    show_full_result_count = False


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ["verb", "subject_kind", "subject_id", "title", "operation"]
    list_select_related = ["operation"]
    ordering = ["-pk"]
    show_full_result_count = False
