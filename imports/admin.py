"""Imports in Django admin: to look at. What they did is taken back from their own pages."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from imports.models import ExternalId, Import, SavedMatching


@admin.register(Import)
class ImportAdmin(ReadOnlyAdmin):
    list_display = ["name", "kind", "stage", "by", "row_count", "created_at"]
    list_select_related = ["by"]
    list_filter = ["stage", "kind"]
    search_fields = ["name"]
    ordering = ["-pk"]
    show_full_result_count = False


@admin.register(ExternalId)
class ExternalIdAdmin(ReadOnlyAdmin):
    list_display = ["external_id", "system", "kind", "record_id", "of"]
    list_select_related = ["of"]
    list_filter = ["kind"]
    search_fields = ["=external_id"]
    ordering = ["-pk"]
    show_full_result_count = False


@admin.register(SavedMatching)
class SavedMatchingAdmin(ReadOnlyAdmin):
    list_display = ["name", "kind", "owner", "is_shared", "updated_at"]
    list_select_related = ["owner"]
    list_filter = ["kind", "is_shared"]
    ordering = ["name", "pk"]
