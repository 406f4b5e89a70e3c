"""Projects in Django admin, for repair; the services write, and so does the history.

Phases are kept in the settings, where their projects can move elsewhere first.
"""

from django.contrib import admin

from accounts.models import User
from core.admin import ReadOnlyAdmin, ServedAdmin
from opportunities import services as opportunities
from projects.models import Phase, Project, ProjectFile
from projects.services import change_project, start_project


@admin.register(Project)
class ProjectAdmin(ServedAdmin):
    """Projects are moved, linked and ended in the product; a new one enters the chosen phase."""

    fields = [
        "phase",
        "status",
        "title",
        "description",
        "starts_on",
        "ends_on",
        "owner",
        "visibility",
        "labels",
        "followers",
    ]
    list_display = ["title", "phase", "status", "owner", "ends_on"]
    list_select_related = ["phase", "owner"]
    list_filter = ["status", "visibility"]
    search_fields = ["plain"]
    ordering = ["-pk"]
    show_full_result_count = False

    def get_readonly_fields(self, request, obj=None):
        return ["phase", "status"] if obj else ["status"]

    def formfield_for_foreignkey(self, field, request, **options):
        if field.name == "owner":
            options["queryset"] = User.objects.who_may_own().order_by("name")
        if field.name == "phase":
            options["queryset"] = Phase.objects.active().in_order()
        return super().formfield_for_foreignkey(field, request, **options)

    def add(self, request, row, values):
        project = start_project(row, labels=values["labels"], by=request.user)
        if values["followers"]:
            change_project(project, {"followers": values["followers"]}, by=request.user)

    def change(self, request, row, values):
        if owner := values.pop("owner", None):
            opportunities.assign([row], to=owner, by=request.user)
        if values:
            change_project(row, values, by=request.user)

    def remove(self, request, rows):
        opportunities.delete(rows, by=request.user)


@admin.register(ProjectFile)
class ProjectFileAdmin(ReadOnlyAdmin):
    list_display = ["file", "project_id", "description", "created_at", "deleted_at"]
    list_select_related = ["file"]
    ordering = ["-pk"]
    show_full_result_count = False

    def get_queryset(self, request):
        return ProjectFile.everything.select_related("file")
