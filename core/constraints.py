"""A constraint that PostgreSQL has no word for: what was written once stays."""

from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS
from django.db.models import BaseConstraint


class Unchanging(BaseConstraint):
    """No update changes ``fields``; one that writes what stands there already may pass.

    A trigger holds it, whatever door an update comes through, and breaks off with the name of the
    constraint. ``full_clean`` says it in words, and asks the database only when one of the fields
    is among those it checks.
    """

    def __init__(self, *, fields, name, violation_error_code=None, violation_error_message=None):
        self.fields = tuple(fields)
        super().__init__(
            name=name,
            violation_error_code=violation_error_code,
            violation_error_message=violation_error_message,
        )

    def create_sql(self, model, schema_editor):
        quote = schema_editor.quote_name
        columns = [quote(model._meta.get_field(name).column) for name in self.fields]
        old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("OLD", "NEW"))
        name, table = quote(self.name), quote(model._meta.db_table)
        return f"""
            CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION 'What came in once stays as it is: {", ".join(self.fields)}'
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME,
                    TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
            END $$;
            CREATE TRIGGER {name} BEFORE UPDATE OF {", ".join(columns)} ON {table}
            FOR EACH ROW WHEN (ROW({old}) IS DISTINCT FROM ROW({new}))
            EXECUTE FUNCTION {name}();
        """

    def constraint_sql(self, model, schema_editor):
        """Nothing within CREATE TABLE: the trigger follows when the table stands."""
        schema_editor.deferred_sql.append(self.create_sql(model, schema_editor))

    def remove_sql(self, model, schema_editor):
        # The trigger goes with its function.
        return f"DROP FUNCTION {schema_editor.quote_name(self.name)}() CASCADE"

    def validate(self, model, instance, exclude=None, using=DEFAULT_DB_ALIAS):
        checked = [name for name in self.fields if name not in (exclude or ())]
        if instance._state.adding or not checked:
            return
        rows = model._base_manager.using(using).filter(pk=instance.pk)
        kept = rows.values_list(*checked).first()
        if kept and kept != tuple(getattr(instance, name) for name in checked):
            raise ValidationError(
                self.get_violation_error_message(), code=self.violation_error_code
            )

    def deconstruct(self):
        path, args, kwargs = super().deconstruct()
        return path, args, kwargs | {"fields": self.fields}

    def __eq__(self, other):
        if not isinstance(other, Unchanging):
            return NotImplemented
        return self.deconstruct() == other.deconstruct()

    __hash__ = None
