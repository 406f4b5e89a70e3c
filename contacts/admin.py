"""People and organizations in Django admin: the services write, and so does the history."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from contacts import services
from contacts.models import EmailAddress, Organization, Person, PhoneNumber
from core.admin import ServedAdmin


class ContactAdmin(ServedAdmin):
    """Deleting sets aside, and is refused while leads, deals or people name the contact."""

    search_fields = ["plain"]
    list_filter = ["visibility"]
    ordering = ["-pk"]
    show_full_result_count = False

    def remove(self, request, rows):
        services.delete(rows, by=request.user)


@admin.register(Organization)
class OrganizationAdmin(ContactAdmin):
    list_display = ["name", "website", "owner"]
    list_select_related = ["owner"]
    fields = ["name", "website", "address", "labels", "owner", "visibility"]

    def add(self, request, row, values):
        services.create_organization(row, labels=values["labels"], by=request.user)

    def change(self, request, row, values):
        services.change_organization(row, values, by=request.user)


class ReachInline(admin.TabularInline):
    """The ways to reach a person, as the person's own page lists them."""

    extra = 0


class EmailAddressInline(ReachInline):
    model = EmailAddress
    fields = ["address", "kind", "is_primary"]
    verbose_name_plural = _("e-mail addresses")


class PhoneNumberInline(ReachInline):
    model = PhoneNumber
    fields = ["number", "kind", "is_primary"]
    verbose_name_plural = _("phone numbers")


@admin.register(Person)
class PersonAdmin(ContactAdmin):
    list_display = ["name", "job_title", "organization", "owner"]
    list_select_related = ["organization", "owner"]
    raw_id_fields = ["organization"]
    fields = ["name", "job_title", "organization", "labels", "owner", "visibility"]
    inlines = [EmailAddressInline, PhoneNumberInline]

    def add(self, request, row, values):
        services.create_person(row, labels=values["labels"], by=request.user)

    def change(self, request, row, values):
        services.change_person(row, values, by=request.user)

    def save_formset(self, request, form, formset, change):
        """Addresses and numbers are part of the person, each kind as one whole list."""
        # What the admin's own log asks of a formset that it has saved.
        formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []
        if not formset.has_changed():
            return
        written = set(formset.form.base_fields) - {"id", "person", "DELETE"}
        kept = [
            formset.model(**{name: typed[name] for name in written})
            for each in formset.forms
            if (typed := getattr(each, "cleaned_data", None)) and not typed.get("DELETE")
        ]
        name = formset.fk.remote_field.get_accessor_name()
        services.change_person(form.instance, {name: kept}, by=request.user)
