"""Leads and deals in Django admin, for repair; the services write, and so does the history."""

from django.contrib import admin

from accounts.models import User
from core.admin import ServedAdmin
from deals.models import Deal
from leads.models import Lead
from leads.services import open_lead
from opportunities import services

SHARED = [
    "title",
    "person",
    "organization",
    "owner",
    "visibility",
    "value",
    "currency",
    "expected_close_on",
    "labels",
    "followers",
    "channel",
    "campaign",
]


class OpportunityAdmin(ServedAdmin):
    """Status, archive and conversion are acts of the product, so they are not fields here.

    Deleting sets aside for 30 days, as everywhere.
    """

    fields = SHARED
    raw_id_fields = ["person", "organization"]
    list_display = ["title", "person", "organization", "owner", "value", "currency"]
    list_select_related = ["person", "organization", "owner"]
    list_filter = ["visibility"]
    search_fields = ["plain"]
    ordering = ["-pk"]
    show_full_result_count = False

    def formfield_for_foreignkey(self, field, request, **options):
        if field.name == "owner":
            may_own = User.objects.filter(is_active=True)
            options["queryset"] = may_own.exclude(role__in=["", User.Role.READER]).order_by("name")
        return super().formfield_for_foreignkey(field, request, **options)

    def change(self, request, row, values):
        if owner := values.pop("owner", None):
            services.assign([row], to=owner, by=request.user)
        if values:
            services.change(row, values, by=request.user)

    def remove(self, request, rows):
        services.delete(rows, by=request.user)


@admin.register(Lead)
class LeadAdmin(OpportunityAdmin):
    def add(self, request, row, values):
        lead = open_lead(row, labels=values["labels"], by=request.user)
        if values["followers"]:
            services.change(lead, {"followers": values["followers"]}, by=request.user)


@admin.register(Deal)
class DealAdmin(OpportunityAdmin):
    """Deals are added and moved on the board, where their stages are."""

    fields = ["stage", "status", *SHARED, "probability"]
    readonly_fields = ["stage", "status"]
    list_display = [*OpportunityAdmin.list_display, "stage", "status"]
    list_select_related = [*OpportunityAdmin.list_select_related, "stage"]
    list_filter = ["status", "visibility"]

    def has_add_permission(self, request):
        return False
