"""Conversions in Django admin: to look at. Nothing becomes converted by setting a field here."""

from django.contrib import admin

from conversion.models import Conversion, ConvertedLead
from core.admin import ReadOnlyAdmin


@admin.register(Conversion)
class ConversionAdmin(ReadOnlyAdmin):
    list_display = ["pk", "size", "stage", "owner", "operation"]
    list_select_related = ["stage", "owner", "operation"]
    ordering = ["-pk"]
    show_full_result_count = False


@admin.register(ConvertedLead)
class ConvertedLeadAdmin(ReadOnlyAdmin):
    list_display = ["lead_number", "deal_number", "conversion", "ended_at"]
    list_select_related = ["conversion"]
    ordering = ["-pk"]
    show_full_result_count = False
