"""The contacts app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContactsConfig(AppConfig):
    name = "contacts"
    verbose_name = _("Contacts")

    def ready(self):
        from contacts.exporting import ORGANIZATIONS, PEOPLE
        from contacts.kinds import OrganizationKind, PersonKind
        from contacts.models import Organization, Person
        from contacts.undo import undo_on
        from custom_fields.kinds import register
        from exports import registry as exports

        register(PersonKind())
        register(OrganizationKind())
        undo_on(Person)
        undo_on(Organization)
        exports.register(PEOPLE)
        exports.register(ORGANIZATIONS)
