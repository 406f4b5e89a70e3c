"""Pipelines and stages in Django admin: the same services as in the settings."""

from django.contrib import admin

from core.admin import ServedAdmin
from pipelines import services
from pipelines.models import Pipeline, Stage


@admin.register(Pipeline)
class PipelineAdmin(ServedAdmin):
    """Order, default and archive are kept in the settings, where deals can move elsewhere first."""

    list_display = ["name", "is_default", "archived_at"]
    fields = ["name", "lost_needs_reason", "won_starts_project"]
    ordering = ["position", "pk"]

    def add(self, request, row, values):
        services.add_pipeline(row, by=request.user)

    def change(self, request, row, values):
        services.change_pipeline(row, values, by=request.user)

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Stage)
class StageAdmin(ServedAdmin):
    list_display = ["name", "pipeline", "probability", "rotting_days", "archived_at"]
    list_filter = ["pipeline"]
    list_select_related = ["pipeline"]
    fields = ["pipeline", "name", "probability", "rotting_days"]
    ordering = ["pipeline__position", "pipeline", "position", "pk"]

    def get_readonly_fields(self, request, obj=None):
        return ["pipeline"] if obj else []

    def add(self, request, row, values):
        services.add_stage(row, by=request.user)

    def change(self, request, row, values):
        services.change_stage(row, values, by=request.user)

    def remove(self, request, rows):
        for stage in rows:
            services.remove_stage(stage, by=request.user)
