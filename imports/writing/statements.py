"""How a statement names what stands in it, and how it reads what a row says of a record."""

from psycopg import sql


def names(columns):
    return sql.SQL(", ").join(map(sql.Identifier, columns))


def values(columns):
    return sql.SQL(", ").join(map(sql.SQL, columns.values()))


def text(name):
    """What a row says there, nothing where it says none."""
    return f"COALESCE(row.said->>'{name}', '')"


def typed(name, kind):
    """The same as another type of the database; NULL where it says none."""
    return f"NULLIF(row.said->>'{name}', '')::{kind}"


def listed(name):
    """A list that a row says there; without one an empty one."""
    is_list = f"jsonb_typeof(row.said->'{name}') = 'array'"
    return f"CASE WHEN {is_list} THEN row.said->'{name}' ELSE '[]' END"


def rows_of(kind, *, what="created", **also):
    """The rows that make a record of ``kind``: its id, what they say of it under ``said``, and the
    records of ``also``, other kinds, that they mean besides.
    """
    others = [
        (
            sql.SQL(", {name}.id AS {key}").format(
                name=sql.Identifier(name), key=sql.Identifier(f"{name}_id")
            ),
            sql.SQL(
                " LEFT JOIN meant AS {name}"
                " ON {name}.kind = {kind} AND {name}.number = meant.number"
            ).format(name=sql.Identifier(name), kind=sql.Literal(other)),
        )
        for name, other in also.items()
    ]
    return sql.SQL(
        "(SELECT meant.id, meant.number, coming.said->{kind} AS said{columns}"
        " FROM meant JOIN coming ON coming.number = meant.number{joins}"
        " WHERE meant.kind = {kind} AND meant.what = {what} ORDER BY meant.number) AS row"
    ).format(
        kind=sql.Literal(kind),
        what=sql.Literal(what),
        columns=sql.SQL("").join(column for column, _join in others),
        joins=sql.SQL("").join(join for _column, join in others),
    )
