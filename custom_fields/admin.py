"""Custom fields and their options in Django admin: the same services as in the settings."""

from django import forms
from django.contrib import admin

from core.admin import ServedAdmin
from custom_fields import services
from custom_fields.forms import kind_choices
from custom_fields.models import Field, Option


@admin.register(Field)
class FieldAdmin(ServedAdmin):
    """Order, options, formulas and restoring are kept in the settings."""

    list_display = ["name", "of", "kind", "group", "is_required"]
    list_filter = ["of"]
    fields = ["of", "kind", "name", "help_text", "group", "is_required"]
    search_fields = ["name"]
    ordering = ["of", "position", "pk"]

    def get_readonly_fields(self, request, obj=None):
        if obj is None:
            return []
        return ["of", "kind", "is_required"] if obj.is_calculated else ["of", "kind"]

    def formfield_for_dbfield(self, field, request, **options):
        if field.name == "kind":
            return forms.ChoiceField(choices=kind_choices)
        return super().formfield_for_dbfield(field, request, **options)

    def add(self, request, row, values):
        services.add_field(row, by=request.user)

    def change(self, request, row, values):
        services.change_field(row, values, by=request.user)

    def remove(self, request, rows):
        for field in rows:
            services.delete_field(field, by=request.user)


@admin.register(Option)
class OptionAdmin(ServedAdmin):
    """An option is archived and restored in the settings; here it is added, renamed, removed."""

    list_display = ["name", "field", "archived_at"]
    list_select_related = ["field"]
    list_filter = ["field"]
    fields = ["field", "name"]
    search_fields = ["name"]
    ordering = ["field", "position", "pk"]

    def get_readonly_fields(self, request, obj=None):
        return ["field"] if obj else []

    def add(self, request, row, values):
        row.pk = services.add_option(row.field, row.name, by=request.user).pk

    def change(self, request, row, values):
        if "name" in values:
            services.rename_option(row, values["name"], by=request.user)

    def remove(self, request, rows):
        for option in rows:
            services.remove_option(option, by=request.user)
