"""Products in Django admin: the services write, and so does the history."""

from django.contrib import admin

from core.admin import ServedAdmin
from custom_fields.kinds import Money
from products import services
from products.models import Price, Product


class PriceInline(admin.TabularInline):
    model = Price
    fields = ["amount", "currency"]
    extra = 0


@admin.register(Product)
class ProductAdmin(ServedAdmin):
    """Deleting sets aside; the prices are part of the product, as one whole list."""

    search_fields = ["found_by"]
    list_display = ["name", "code", "category", "is_active"]
    list_select_related = ["category"]
    list_filter = ["is_active", "category"]
    ordering = ["plain", "pk"]
    show_full_result_count = False
    fields = [
        "name",
        "code",
        "category",
        "unit",
        "tax",
        "frequency",
        "cycles",
        "description",
        "is_active",
    ]
    inlines = [PriceInline]

    def add(self, request, row, values):
        services.create(row, by=request.user)

    def change(self, request, row, values):
        services.change(row, values, by=request.user)

    def remove(self, request, rows):
        services.delete(rows, by=request.user)

    def save_formset(self, request, form, formset, change):
        # What the admin's own log asks of a formset that it has saved.
        formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []
        if not formset.has_changed():
            return
        kept = [
            Money(typed["amount"], typed["currency"])
            for each in formset.forms
            if (typed := getattr(each, "cleaned_data", None)) and not typed.get("DELETE")
        ]
        services.change(form.instance, {"prices": kept}, by=request.user)
