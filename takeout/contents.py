"""What is everything: each table of ours, whole, but for what is no data of a company.

What a new app keeps belongs to it by itself.
"""

from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db.models import Field, Model

# Tables that stay here: how the house works, which is of no use elsewhere.
LEFT_OUT = {"jobs.job", "imports.row"}
# Columns that nobody takes along: the secret of somebody, or what the database makes of others.
SECRET = {"accounts.user.password"}


def tables() -> list[type[Model]]:
    """The tables of the company, links between records among them, by their names."""
    ours = [
        model
        for config in apps.get_app_configs()
        if Path(config.path).parent == Path(settings.BASE_DIR)
        for model in config.get_models(include_auto_created=True)
        if model._meta.label_lower not in LEFT_OUT and not model._meta.proxy
    ]
    return sorted(ours, key=lambda model: model._meta.db_table)


def columns_of(model: type[Model]) -> list[Field]:
    """What of ``model`` was put in, by people or by what they did."""
    return [
        field
        for field in model._meta.concrete_fields
        if f"{model._meta.label_lower}.{field.name}" not in SECRET and not field.generated
    ]
