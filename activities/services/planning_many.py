"""Plan the same for many records at once, in statements over all of them."""

import datetime
import uuid

from django.db import models, transaction
from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import JSONArray, JSONObject, Least
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policies import lock_rows, may_write, require
from activities.models import SUBJECTS, Activity, ActivityType
from activities.services.holding import earliest_step
from activities.services.planning import AssigneeCannotSee
from core.frozen import frozen
from core.selecting import insert_from
from history.models import Operation
from history.services import begin, changed_again, record_rows
from opportunities.services import LOCKED, RECORDED, WRITTEN, Tell, silent

NOTHING = Value(None, models.JSONField())


@transaction.atomic
def plan_many(
    records,
    *,
    activity_type: ActivityType,
    subject: str,
    due_on: datetime.date,
    assignee: User | None = None,
    token: uuid.UUID | None = None,
    by: User,
    tell: Tell = silent,
) -> Operation | None:
    """Plan an activity for each of ``records``, leads, deals or projects; their next steps tell.

    Without ``assignee`` each goes to the owner of its record, or to ``by`` where that one left. A
    repeat with the same ``token`` answers with the first act. Refused as a whole: ``Missing`` and
    ``NotAllowed`` as for changing the records, ``AssigneeCannotSee``; ``ValidationError`` for what
    a field cannot hold.
    """
    require(may_write(by))
    operation, is_new = begin("activities.planned", by=by, token=token)
    if not is_new:
        return operation
    held = lock_rows(records, by=by)
    tell(LOCKED)
    require_sight(held, assignee, by=by)
    kind = held.model.kind
    Activity(type=activity_type, subject=subject, due_on=due_on, assignee=by).clean_fields(
        exclude=SUBJECTS
    )
    at, of_owner = operation.at, Case(When(owner__is_active=True, then="owner"), default=by.pk)
    insert_from(
        held,
        Activity,
        **{kind: F("pk")},
        type=Value(activity_type.pk),
        subject=Value(subject),
        due_on=Value(due_on, models.DateField()),
        assignee=Value(assignee.pk) if assignee else of_owner,
        text=Value(""),
        created_by=Value(by.pk),
        created_at=Value(at, models.DateTimeField()),
        updated_at=Value(at, models.DateTimeField()),
    )
    made = Activity.objects.filter(created_by=by, created_at=at, **{kind: OuterRef("pk")})
    told = {
        "activity": JSONObject(id=Subquery(made.values("pk")[:1]), name=Value(subject)),
        "type": Value(frozen(activity_type), models.JSONField()),
        "due_on": Value(frozen(due_on), models.JSONField()),
        "assignee": Subquery(made.values(of=JSONObject(id="assignee", name="assignee__name"))[:1]),
    }
    changes = JSONObject(**{name: JSONArray(NOTHING, after) for name, after in told.items()})
    record_rows(operation, held, verb="activity.planned", changes=changes)
    tell(RECORDED)
    held.order_by().update(
        next_activity_on=Least("next_activity_on", Value(due_on, models.DateField()))
    )
    tell(WRITTEN)
    return operation


def require_sight(held, assignee, *, by):
    """Refuse to give somebody something about records that they could not see."""
    if assignee is None or assignee.pk == by.pk:
        return
    seen = held.order_by().visible_to(assignee).values("pk")
    hidden = list(held.exclude(pk__in=seen))
    if hidden or not may_write(assignee):
        raise AssigneeCannotSee(
            _("%(name)s cannot see some of these. Choose somebody else, or share them first.")
            % {"name": assignee},
            records=hidden,
        )


@transaction.atomic
def remove_planned(operation: Operation, *, by: User) -> Operation:
    """Remove what ``plan_many`` planned, with the records locked first.

    ``Stale``, and nothing is removed, when some of it was done or changed since; ``Missing`` when a
    record is gone.
    """
    kind = operation.events.values_list("subject_kind", flat=True)[:1].get()
    model = Activity._meta.get_field(kind).related_model
    numbers = operation.events.values_list("subject_id", flat=True)
    held = lock_rows([model(pk=number) for number in numbers], by=by)
    planned = Activity.objects.filter(
        created_by=operation.by, created_at=operation.at, **{f"{kind}__isnull": False}
    )
    locked = planned.order_by("pk").select_for_update(of=("self",), no_key=True)
    touched = Q(done_at__isnull=False) | ~Q(updated_at=operation.at)
    rows = list(locked.values_list("pk", f"{kind}_id"))
    if stale := list(held.filter(pk__in=planned.filter(touched).values(kind))):
        raise changed_again(stale)
    undone, _new = begin("activities.removed", by=by)
    of_record = planned.filter(**{kind: OuterRef("pk")})
    before = Subquery(of_record.values(of=JSONObject(id="pk", name="subject"))[:1])
    left = held.filter(pk__among=[number for _pk, number in rows])
    record_rows(
        undone,
        left,
        verb="activity.removed",
        changes=JSONObject(activity=JSONArray(before, NOTHING)),
    )
    Activity.objects.filter(pk__among=[pk for pk, _number in rows]).delete()
    held.order_by().update(next_activity_on=earliest_step(kind))
    return undone
