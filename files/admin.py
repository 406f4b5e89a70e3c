"""Stored files in Django admin, to look at: who sent how much, and of what sort."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from files.models import File


@admin.register(File)
class FileAdmin(ReadOnlyAdmin):
    list_display = ["name", "type", "size", "uploaded_by", "uploaded_at"]
    list_select_related = ["uploaded_by"]
    search_fields = ["name", "checksum"]
    ordering = ["-pk"]
    show_full_result_count = False
