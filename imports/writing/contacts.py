"""Organizations and people of a chunk, with their labels and the ways to reach people."""

from contacts.models import EmailAddress, Organization, Person, PhoneNumber
from core.statements import run, table
from imports.writing.chunk import Chunk
from imports.writing.statements import listed, names, rows_of, text, typed, values

# A value that empties a field says nothing of a record that is new.
CUSTOM = """CASE WHEN row.said ? 'custom' THEN COALESCE((
        SELECT jsonb_object_agg(key, value) FROM jsonb_each(row.said->'custom')
        WHERE value NOT IN ('null', '""', '[]')
    ), '{}') ELSE '{}' END"""
# What all records that somebody owns have in common.
OWNED = {
    "id": "row.id",
    "owner_id": f"COALESCE({typed('owner', 'bigint')}, %(by)s)",
    "visibility": "COALESCE(NULLIF(row.said->>'visibility', ''), 'everyone')",
    "custom": CUSTOM,
    "created_by_id": "%(by)s",
    "created_at": f"COALESCE({typed('created_at', 'timestamptz')}, %(at)s)",
    "updated_at": "%(at)s",
}
ORGANIZATION = OWNED | {
    "name": text("name"),
    "website": text("website"),
    "address": text("address"),
}
PERSON = OWNED | {
    "name": text("name"),
    "job_title": text("job_title"),
    "organization_id": "row.organization_id",
}


def add_organizations(chunk: Chunk) -> None:
    insert(chunk, Organization, ORGANIZATION)
    add_labels(Organization)


def add_people(chunk: Chunk) -> None:
    """A new person works for the organization of their row."""
    insert(chunk, Person, PERSON, organization="organization")
    add_labels(Person)
    add_reaches(EmailAddress, "address", "emails")
    add_reaches(PhoneNumber, "number", "phones")


def insert(
    chunk: Chunk, model, columns: dict[str, str], *, kind: str = "", rank: str = "", **also
) -> None:
    """Write a row of ``model`` for each new record; ``columns`` are SQL over what is said, and
    over the ids of the other kinds ``also`` that the row means.
    """
    run(
        "INSERT INTO {table} ({names}) SELECT {values} FROM {rows}",
        chunk.parameters | {"rank": rank},
        table=table(model),
        names=names(columns),
        values=values(columns),
        rows=rows_of(kind or model.kind, **also),
    )


def add_labels(model) -> None:
    """Put the labels of the rows on new records, each once."""
    field = model._meta.get_field("labels")
    run(
        """
        INSERT INTO {links} ({key}, label_id)
        SELECT DISTINCT row.id, label.said::bigint
        FROM {rows} CROSS JOIN LATERAL jsonb_array_elements({labels}) AS label (said)
        WHERE row.said ? 'labels'
        """,
        links=table(field.remote_field.through),
        key=names([field.m2m_column_name()]),
        rows=rows_of(model.kind),
        labels=values({"": listed("labels")}),
    )


def add_reaches(model, column: str, said: str) -> None:
    """The addresses or numbers of new people; the first is the primary one."""
    run(
        """
        INSERT INTO {reaches} (person_id, {column}, kind, is_primary)
        SELECT row.id, reach.said->>%(column)s, COALESCE(reach.said->>'kind', 'work'), place = 1
        FROM {rows}
        CROSS JOIN LATERAL jsonb_array_elements({listed}) WITH ORDINALITY AS reach (said, place)
        WHERE row.said ? %(said)s
        ORDER BY row.number, place
        """,
        {"column": column, "said": said},
        reaches=table(model),
        column=names([column]),
        rows=rows_of("person"),
        listed=values({"": listed(said)}),
    )
