"""The kinds of custom fields that point at people and organizations."""

from django.utils.translation import gettext_lazy as _

from contacts import services
from contacts.models import Organization, Person
from custom_fields.kinds import PointingKind


class ContactKind(PointingKind):
    """A person or an organization, out of those that whoever chooses may see."""

    def choosable_by(self, user):
        return self.model.objects.visible_to(user)

    def pages_of(self, user):
        return self.model.objects.visible_to(user)

    def hold(self, number):
        services.hold(**{self.name: number})


class PersonKind(ContactKind):
    name, title, icon = "person", _("Person"), "user"
    model = Person
    url = "contacts:person_options"


class OrganizationKind(ContactKind):
    name, title, icon = "organization", _("Organization"), "building-2"
    model = Organization
    url = "contacts:organization_options"
