"""Activities and notes in Django admin, to look at: next steps of records hang on them."""

from django.contrib import admin

from activities.models import Activity, Note
from core.admin import ReadOnlyAdmin


@admin.register(Activity)
class ActivityAdmin(ReadOnlyAdmin):
    list_display = ["subject", "type", "assignee", "due_on", "done_at"]
    list_select_related = ["type", "assignee"]
    ordering = ["-pk"]
    show_full_result_count = False


@admin.register(Note)
class NoteAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "author", "is_pinned", "created_at"]
    list_select_related = ["author"]
    ordering = ["-pk"]
    show_full_result_count = False
