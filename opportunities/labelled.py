"""The labels of a record, brought along with its row."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject

from opportunities.services import label_links


def with_labels(records: QuerySet) -> QuerySet:
    """Let each record bring along its ``kept_labels``, by name, only to be shown: no further
    statement.
    """
    through, key = label_links(records.model)
    links = through.objects.filter(**{key: OuterRef("pk")}).order_by("label__name", "label")
    named = links.values(data=JSONObject(name="label__name", hue="label__hue"))
    return records.annotate(kept_labels=ArraySubquery(named))
