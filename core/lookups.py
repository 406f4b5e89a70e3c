"""``among``: one of many values, as one array parameter whatever their number."""

from django.db.models import Field, Lookup


@Field.register_lookup
class Among(Lookup):
    """``pk__among=ids`` is ``id = ANY(array)``: ten thousand ids are one parameter, not as many."""

    lookup_name = "among"
    prepare_rhs = False

    def get_prep_lookup(self):
        return list(self.rhs)

    def get_db_prep_lookup(self, value, connection):
        return "%s", [value]

    def as_sql(self, compiler, connection):
        column, parameters = self.process_lhs(compiler, connection)
        kind = self.lhs.output_field.cast_db_type(connection)
        return f"{column} = ANY(%s::{kind}[])", [*parameters, self.rhs]
