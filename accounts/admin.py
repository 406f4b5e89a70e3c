"""Users and teams in Django admin: the same services as in the settings."""

from django.contrib import admin
from django.contrib.auth.models import Group

from accounts import services
from accounts.models import Team, User
from core.admin import ServedAdmin

admin.site.unregister(Group)  # a user's role says what they may do


@admin.register(Team)
class TeamAdmin(ServedAdmin):
    search_fields = ["name"]

    def add(self, request, row, values):
        services.save_team(row, by=request.user)

    def change(self, request, row, values):
        row.name = values.get("name", row.name)
        services.save_team(row, by=request.user)

    def remove(self, request, rows):
        for team in rows:
            services.remove_team(team, by=request.user)


@admin.register(User)
class UserAdmin(ServedAdmin):
    """Deactivating needs an heir, so it is done in the settings; nobody is ever deleted."""

    list_display = ["name", "email", "role", "team", "is_active"]
    list_filter = ["role", "team", "is_active"]
    list_select_related = ["team"]
    search_fields = ["name", "email"]
    ordering = ["name"]
    fields = [
        "name",
        "email",
        "role",
        "team",
        "language",
        "time_zone",
        "currency",
        "theme",
        "is_active",
        "last_login",
        "date_joined",
    ]
    readonly_fields = ["is_active", "last_login", "date_joined"]

    def add(self, request, row, values):
        services.add_user(row, by=request.user)

    def change(self, request, row, values):
        services.change_user(row, values, by=request.user)

    def has_delete_permission(self, request, obj=None):
        return False
