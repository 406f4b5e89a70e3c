"""The columns that lists of leads and of deals have in common, and what their rows must carry."""

from collections.abc import Collection, Iterable, Mapping

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject, Lower
from django.utils.translation import gettext_lazy as _

from accounts.days import today_of
from accounts.models import User, Visibility
from contacts.models import EmailAddress, Organization, Person, PhoneNumber
from custom_fields.calculated import name_of, value_in
from custom_fields.columns import custom_column
from custom_fields.formulas import calculation
from custom_fields.models import Field
from custom_fields.queries import names_among
from labels.models import Label
from lists.columns import Column
from lists.sorting import Order, seen_by

CONTACTS = {"person": Person, "organization": Organization}
NAMED = ("person", "organization", "owner", "channel")
PERSON, ORGANIZATION = _("Person"), _("Organization")
MORE = _("More fields")
MOST_CALCULATED = 100_000  # rows that are sorted, and added up, by what is calculated for each


def of_contact(reaches, field):
    """The first way to reach a row's person: the primary one, if there is any."""
    own = reaches.objects.filter(person=OuterRef("person"))
    return Subquery(own.order_by("-is_primary", "pk").values(field)[:1])


def labels_of(name, contact):
    """The labels of the contact in the field ``contact`` of a row."""
    own = Label.objects.filter(**{name: OuterRef(contact)}).order_by("name", "pk")
    return ArraySubquery(own.values(json=JSONObject(name="name", hue="hue")))


def carried(name, path):
    """An order by the name of what a row points at: no index holds it."""
    return Order(f"{name}_name", F(path), is_nullable=True, is_indexed=False)


TITLE = Column(
    "title",
    _("Title"),
    "title",
    lambda row: row.title,
    order=Order("plain"),
    edits=("title",),
    is_on_phones=True,
)
NEXT_STEP = Column(
    "next",
    _("Next step"),
    "step",
    lambda row: row.next_activity_on,
    order=Order("next_activity_on", is_nullable=True),
    is_on_phones=True,
)
SHARED = (
    Column(
        "labels",
        _("Labels"),
        "labels",
        lambda row: sorted(row.labels.all(), key=str),
        edits=("labels",),
        loads=("labels",),
    ),
    Column(
        "person",
        PERSON,
        "text",
        lambda row: row.person,
        order=carried("person", "person__plain"),
        edits=("person",),
        is_on_phones=True,
    ),
    Column(
        "organization",
        ORGANIZATION,
        "text",
        lambda row: row.organization,
        order=carried("organization", "organization__plain"),
        edits=("organization",),
    ),
    Column(
        "source",
        _("Source"),
        "word",
        lambda row: row.Origin(row.origin).label,
        order=Order("origin", is_indexed=False),
    ),
    Column(
        "channel",
        _("Channel"),
        "word",
        lambda row: row.channel,
        order=carried("channel", "channel__name"),
        edits=("channel",),
    ),
    Column(
        "campaign",
        _("Campaign"),
        "text",
        lambda row: row.campaign,
        order=Order("campaign", is_indexed=False),
        edits=("campaign",),
    ),
    Column(
        "value",
        _("Value"),
        "money",
        lambda row: (row.value, row.currency),
        order=Order("value", is_nullable=True, starts_down=True),
        edits=("value", "currency"),
        is_on_phones=True,
    ),
    Column(
        "close",
        _("Expected close"),
        "day",
        lambda row: row.expected_close_on,
        order=Order("expected_close_on", is_nullable=True),
        edits=("expected_close_on",),
    ),
    Column(
        "owner",
        _("Owner"),
        "user",
        lambda row: row.owner,
        order=Order("owner_name", Lower("owner__name"), is_indexed=False),
        edits=("owner",),
    ),
    Column(
        "visibility",
        _("Visible to"),
        "word",
        lambda row: Visibility(row.visibility).label,
        order=Order("visibility", is_indexed=False),
        edits=("visibility",),
    ),
    Column(
        "created",
        _("Added"),
        "ago",
        lambda row: row.created_at,
        order=Order("created_at", starts_down=True),
    ),
    Column(
        "updated",
        _("Changed"),
        "ago",
        lambda row: row.updated_at,
        order=Order("updated_at", starts_down=True),
    ),
)
OF_PERSON = (
    Column(
        "person-job-title",
        _("Job title"),
        "text",
        lambda row: row.person.job_title,
        group=PERSON,
        private_to="person",
    ),
    Column(
        "person-email",
        _("E-mail"),
        "email",
        lambda row: row.person_email,
        group=PERSON,
        finds=(("person_email", of_contact(EmailAddress, "address")),),
        private_to="person",
    ),
    Column(
        "person-phone",
        _("Phone"),
        "phone",
        lambda row: row.person_phone,
        group=PERSON,
        finds=(("person_phone", of_contact(PhoneNumber, "number")),),
        private_to="person",
    ),
    Column(
        "person-labels",
        _("Labels of the person"),
        "labels",
        lambda row: [Label(**each) for each in row.person_labels],
        group=PERSON,
        finds=(("person_labels", labels_of("people", "person")),),
        private_to="person",
    ),
)
OF_ORGANIZATION = (
    Column(
        "organization-website",
        _("Website"),
        "url",
        lambda row: row.organization.website,
        group=ORGANIZATION,
        private_to="organization",
    ),
    Column(
        "organization-address",
        _("Address"),
        "text",
        lambda row: row.organization.address,
        group=ORGANIZATION,
        private_to="organization",
    ),
    Column(
        "organization-labels",
        _("Labels of the organization"),
        "labels",
        lambda row: [Label(**each) for each in row.organization_labels],
        group=ORGANIZATION,
        finds=(("organization_labels", labels_of("organizations", "organization")),),
        private_to="organization",
    ),
)


def custom_columns(fields: Mapping[str, Iterable[Field]]) -> list[Column]:
    """A column for each custom field of the sale itself, of its person and of its organization."""
    found = [custom_column(field, MORE) for field in fields[Field.Of.OPPORTUNITY]]
    for name, title in (("person", PERSON), ("organization", ORGANIZATION)):
        found += [custom_column(field, title, private_to=name) for field in fields[name]]
    return found


def calculated_columns(fields: Iterable[Field]) -> list[Column]:
    """A column for each of the calculated ``fields``, as they are on the viewer's day."""
    return [calculated_column(field) for field in fields]


def calculated_column(field: Field) -> Column:
    name = name_of(field)

    def given(user):
        return calculation(field, today=today_of(user))

    return Column(
        field.key,
        field.name,
        "money" if field.is_money else "number",
        lambda row: value_in(row, field),
        group=field.group or MORE,
        order=Order(
            name, given, is_nullable=True, starts_down=True, is_indexed=False, most=MOST_CALCULATED
        ),
        finds=((name, given),),
        adds_up=True,
    )


def with_custom_names(rows: list, columns: Iterable[Column]) -> None:
    """Let every row tell the names of what its custom values, and those of its contacts, point at:
    one statement for each kind of record that they do point at.
    """
    holders = []
    for private_to in ("", *CONTACTS):
        if fields := [c.custom for c in columns if c.custom and c.private_to == private_to]:
            holding = [getattr(row, private_to) for row in rows] if private_to else rows
            holders.append(([each for each in holding if each], fields))
    names = names_among(holders)
    for row in rows:
        row.custom_names = names


def by_name(*columns: Column) -> dict[str, Column]:
    return {column.name: column for column in columns}


def carrying(rows: QuerySet, columns: Iterable[Column], user: User) -> QuerySet:
    """``rows`` with all that ``columns`` show of them to ``user``, in a fixed number of statements.

    Each row says whether ``user`` may see its person (``shows_person``) and its organization, where
    a column asks for it.
    """
    private = {column.private_to for column in columns if column.private_to}
    seen = {
        f"shows_{name}": Exists(CONTACTS[name].objects.visible_to(user).filter(pk=OuterRef(name)))
        for name in sorted(private)
    }
    loads = {load for column in columns for load in column.loads}
    joins = {join for column in columns for join in column.joins}
    named = [name for name in NAMED if hasattr(rows.model, name)]
    rows = rows.select_related(*named, *sorted(joins)).defer(*unshown(rows.model, named, private))
    found = {name: seen_by(user, find) for column in columns for name, find in column.finds}
    return rows.annotate(**seen, **found).prefetch_related(*sorted(loads))


def unshown(model: type[Model], named: list[str], private: Collection[str]) -> list[str]:
    """The columns of the records beside a row that nobody asks for: a list shows their names, and
    more only of those in ``private``. Reading them would cost as much as the rows themselves.
    """
    return [
        f"{name}__{field.name}"
        for name in named
        if name not in private
        for field in model._meta.get_field(name).related_model._meta.concrete_fields
        if field.name not in ("id", "name")
    ]
