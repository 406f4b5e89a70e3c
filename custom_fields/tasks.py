"""What happens to custom fields out of requests: indexes are built, deleted fields are purged."""

import datetime

from django.db import transaction
from django.db.models import F, Func, JSONField, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from custom_fields import indexes
from custom_fields.models import Field
from custom_fields.queries import models_with
from jobs.models import Job
from jobs.registry import daily, job
from jobs.services import start

KEPT_DAYS = 30


def start_settling(field: Field, *, by: User) -> Job:
    """Let a job build the indexes of ``field``, or drop them, as the field then says."""
    return start("custom_fields.settle", by=by, field=field.pk)


@job("custom_fields.settle", title=gettext_lazy("Make a field sortable"))
def settle_in_job(job, *, field):
    found = Field.objects.filter(pk=field).first()
    if found is None:
        return {}
    settle(found)
    words = (
        _("Lists can be sorted by “%(field)s”.")
        if found.is_sortable
        else _("Lists are no longer sorted by “%(field)s”.")
    )
    url = f"{reverse('custom_fields:list')}?of={found.of}"
    return {"text": words % {"field": found}, "url": url}


def settle(field: Field) -> None:
    """Build or drop the indexes of ``field``; only what stands is noted as standing."""
    if not field.is_sortable:
        indexes.drop(field)
        return
    indexes.build(field)
    wanted = Field.objects.filter(pk=field.pk, is_sortable=True)
    wanted.update(sortable_since=timezone.now())


@daily("custom_fields.purge")
def purge():
    """What was deleted a month ago goes for good, with all values; failed indexes are built."""
    purge_fields(before=timezone.now() - datetime.timedelta(days=KEPT_DAYS))
    for field in Field.objects.filter(is_sortable=True, sortable_since=None):
        settle(field)


def purge_fields(*, before: datetime.datetime) -> int:
    """Remove the fields deleted earlier than ``before``, their values and their indexes; say how
    many went.
    """
    gone = list(Field.everything.filter(deleted_at__lt=before).order_by("pk"))
    return sum(purge_field(field, before) for field in gone)


def purge_field(field, before):
    indexes.drop(field)
    with transaction.atomic():
        doomed = Field.everything.filter(pk=field.pk, deleted_at__lt=before)
        if not doomed.select_for_update(of=("self",)):  # restored a moment ago
            return False
        key = str(field.pk)
        without = Func(
            F("custom"),
            Value(key),
            template="(%(expressions)s)",
            arg_joiner=" - ",
            output_field=JSONField(),
        )
        for model in models_with(field.of):
            model.everything.filter(custom__has_key=key).update(custom=without)
        doomed.delete()
    return True
