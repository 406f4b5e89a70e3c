"""Jobs in Django admin: to look at."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from jobs.models import Job


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ["kind", "by", "status", "created_at", "finished_at"]
    list_select_related = ["by"]
    list_filter = ["status", "kind"]
    ordering = ["-pk"]
