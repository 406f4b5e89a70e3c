"""People and organizations as a file: what their lists show, or all that is known of them."""

from functools import partial

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User, Visibility
from contacts.models import EmailAddress, Organization, Person, PhoneNumber
from contacts.narrowing import ContactFilter
from custom_fields.columns import custom_column
from custom_fields.queries import fields_of, names_of
from exports.registry import Export
from lists.columns import Column
from lists.joining import joined
from lists.selection import in_order, selected

FILTERS = ("q", "owner", "label", "act")


NAME = Column("name", _("Name"), "title", lambda contact: contact.name)
LABELS = Column(
    "labels", _("Labels"), "labels", lambda contact: sorted(contact.labels.all(), key=str)
)
OWNER = Column("owner", _("Owner"), "user", lambda contact: contact.owner)
ALWAYS = (
    Column(
        "visibility",
        _("Visible to"),
        "word",
        lambda contact: Visibility(contact.visibility).label,
    ),
    Column("created", _("Added"), "ago", lambda contact: contact.created_at),
    Column("updated", _("Changed"), "ago", lambda contact: contact.updated_at),
)
# A comma may stand in a number: its extension.
OF_PEOPLE = (
    NAME,
    Column("job-title", _("Job title"), "text", lambda person: person.job_title),
    Column("organization", _("Organization"), "text", lambda person: person.organization),
    Column("emails", _("E-mail"), "words", lambda person: person.reached_at),
    Column("phones", _("Phone"), "text", lambda person: joined(person.called_at, "; ")),
    LABELS,
    OWNER,
)
OF_ORGANIZATIONS = (
    NAME,
    Column("website", _("Website"), "text", lambda organization: organization.website),
    Column("address", _("Address"), "text", lambda organization: organization.address),
    LABELS,
    OWNER,
)


def chosen(model, query: QueryDict, user: User) -> QuerySet:
    """The contacts that ``query`` selects, found among all that ``user`` may see now."""
    visible = model.objects.visible_to(user)
    matching = ContactFilter(query, model, user).matching()
    return in_order(query, selected(query, matching, within=visible))


def every(model, own, _page: QueryDict, _user: User) -> dict[str, Column]:
    customs = (custom_column(field, "") for field in fields_of(model.custom_of))
    return {each.name: each for each in (*own, *ALWAYS, *customs)}


def all_of(reaches, field):
    """All ways to reach a person, the primary one first."""
    theirs = reaches.objects.filter(person=OuterRef("pk")).order_by("-is_primary", "pk")
    return ArraySubquery(theirs.values(field))


def carrying(contacts: QuerySet, _shown: list[Column], _user: User) -> QuerySet:
    """``contacts`` with all that is written of them."""
    contacts = contacts.select_related("owner").prefetch_related("labels")
    if contacts.model is Organization:
        return contacts
    return contacts.select_related("organization").annotate(
        reached_at=all_of(EmailAddress, "address"), called_at=all_of(PhoneNumber, "number")
    )


def with_custom_names(contacts: list, shown: list[Column]) -> None:
    """Let each contact tell the names of what its custom values point at."""
    names = names_of(contacts, [each.custom for each in shown if each.custom])
    for contact in contacts:
        contact.custom_names = names


def people_to_export(number):
    return ngettext("Export %(count)d person", "Export %(count)d people", number)


def people_exported(number):
    return ngettext("%(count)d person exported.", "%(count)d people exported.", number)


def organizations_to_export(number):
    return ngettext("Export %(count)d organization", "Export %(count)d organizations", number)


def organizations_exported(number):
    return ngettext("%(count)d organization exported.", "%(count)d organizations exported.", number)


def export_of(model, title, own, *, name, asks, done):
    return Export(
        name=name,
        title=title,
        home=f"contacts:{name}",
        filters=FILTERS,
        everything=model.objects.visible_to,
        chosen=partial(chosen, model),
        every=partial(every, model, own),
        shown=lambda _page, _user, _every: list(own),
        carrying=carrying,
        completed=with_custom_names,
        asks=asks,
        done=done,
    )


PEOPLE = export_of(
    Person, _("People"), OF_PEOPLE, name="people", asks=people_to_export, done=people_exported
)
ORGANIZATIONS = export_of(
    Organization,
    _("Organizations"),
    OF_ORGANIZATIONS,
    name="organizations",
    asks=organizations_to_export,
    done=organizations_exported,
)
