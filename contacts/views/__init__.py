"""The pages of people and organizations: lists, records, forms, what was deleted, suggestions."""

from contacts.views.deleting import (
    bring_back_organization,
    bring_back_person,
    delete_organization,
    delete_person,
    deleted_organizations,
    deleted_people,
)
from contacts.views.editing import (
    change_organization,
    change_person,
    create_organization,
    create_person,
    reach_row,
)
from contacts.views.lists import organization_options, organizations, people, person_options
from contacts.views.records import organization, person

__all__ = [
    "bring_back_organization",
    "bring_back_person",
    "change_organization",
    "change_person",
    "create_organization",
    "create_person",
    "delete_organization",
    "delete_person",
    "deleted_organizations",
    "deleted_people",
    "organization",
    "organization_options",
    "organizations",
    "people",
    "person",
    "person_options",
    "reach_row",
]
