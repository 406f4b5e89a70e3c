"""Many people at once, with their addresses and numbers, most of them in organizations."""

from contacts.models import EmailAddress, Organization, Person, PhoneNumber
from crm.generating.statements import draw, insert, one_of, run, some_time_ago, tell


def add_people(count, parameters):
    """People with an address and a number, two of three of them in one of the organizations."""
    organizations = 1 + count // 4
    draw_contacts(
        "fresh_organization",
        Organization,
        organizations,
        f"{one_of('trades')} || ' ' || {one_of('last_names')}",
        parameters,
    )
    insert(
        Organization,
        {"name": "title", "website": "''", "address": one_of("places")} | contact_columns(),
        "fresh_organization",
        parameters,
    )
    draw_contacts(
        "fresh_person",
        Person,
        count,
        f"{one_of('first_names')} || ' ' || {one_of('last_names')}",
        parameters,
    )
    insert(
        Person,
        {
            "name": "fresh.title",
            "job_title": "''",
            "organization_id": "organization.id",
            **contact_columns("fresh."),
        },
        """
        fresh_person AS fresh
        LEFT JOIN fresh_organization AS organization
            ON organization.number = fresh.number %% %(organizations)s + 1
            AND fresh.number %% 3 <> 0
        """,
        parameters | {"organizations": organizations},
    )
    address = "'person' || id || '@customer' || id %% 1000 || '.example'"
    reach = {"person_id": "id", "kind": "'work'", "is_primary": "true"}
    insert(EmailAddress, {"address": address, **reach}, "fresh_person", parameters)
    number = (
        "'+33 1 99 00 ' || to_char(id / 100 %% 100, 'FM00') || ' ' || to_char(id %% 100, 'FM00')"
    )
    insert(PhoneNumber, {"number": number, **reach}, "fresh_person", parameters)
    tell(Organization, "fresh_organization", parameters)
    tell(Person, "fresh_person", parameters)


def draw_contacts(name, model, count, title, parameters):
    draw(
        name,
        model,
        f"""
        SELECT {one_of("owners", "bigint")} AS owner_id, {title} AS title,
            {some_time_ago()} AS created_at
        FROM generate_series(1, %(count)s)
        """,  # noqa: S608
        parameters | {"count": count},
    )


def contact_columns(prefix=""):
    return {
        "id": f"{prefix}id",
        "owner_id": f"{prefix}owner_id",
        "created_by_id": f"{prefix}owner_id",
        "visibility": "'everyone'",
        "custom": "'{}'",
        "created_at": f"{prefix}created_at",
        "updated_at": f"{prefix}created_at",
    }


def number_everybody():
    """All people in a row, so that one can be drawn by a number."""
    run(
        """
        CREATE TEMP TABLE everybody ON COMMIT DROP AS
        SELECT row_number() OVER (ORDER BY id) AS number, id, organization_id
        FROM contacts_person WHERE deleted_at IS NULL
        """
    )
    run("ANALYZE everybody")
