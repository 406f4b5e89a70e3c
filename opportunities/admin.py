"""Leads and deals in Django admin, for repair; the services write, and so does the history."""

from django.contrib import admin

from accounts.models import User
from core.admin import ServedAdmin
from deals.models import Deal
from deals.services.opening import change_deal, open_deal
from leads.models import Lead
from leads.services import open_lead
from opportunities import services
from pipelines.models import Stage

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
            options["queryset"] = User.objects.who_may_own().order_by("name")
        return super().formfield_for_foreignkey(field, request, **options)

    def change(self, request, row, values):
        if owner := values.pop("owner", None):
            services.assign([row], to=owner, by=request.user)
        if values:
            self.change_fields(row, values, by=request.user)

    def change_fields(self, row, values, *, by):
        services.change(row, values, by=by)

    def remove(self, request, rows):
        services.delete(rows, by=request.user)

    def follow(self, request, row, followers):
        """Services add a record without followers; the history names them as a change."""
        if followers:
            services.change(row, {"followers": followers}, by=request.user)


@admin.register(Lead)
class LeadAdmin(OpportunityAdmin):
    def add(self, request, row, values):
        lead = open_lead(row, labels=values["labels"], by=request.user)
        self.follow(request, lead, values["followers"])


@admin.register(Deal)
class DealAdmin(OpportunityAdmin):
    """Deals are moved, won and lost in the product; a new one enters the stage chosen here."""

    fields = ["stage", "status", *SHARED, "probability"]
    list_display = [*OpportunityAdmin.list_display, "stage", "status"]
    list_select_related = [*OpportunityAdmin.list_select_related, "stage"]
    list_filter = ["status", "visibility"]

    def get_readonly_fields(self, request, obj=None):
        return ["stage", "status"] if obj else ["status"]

    def formfield_for_foreignkey(self, field, request, **options):
        if field.name == "stage":
            options["queryset"] = Stage.objects.active().in_order()
        return super().formfield_for_foreignkey(field, request, **options)

    def add(self, request, row, values):
        deal = open_deal(row, labels=values["labels"], by=request.user)
        self.follow(request, deal, values["followers"])

    def change_fields(self, row, values, *, by):
        change_deal(row, values, by=by)
