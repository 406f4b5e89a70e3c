"""Hold the record that an activity or a note is about, and keep what it says of them true.

Every act locks the record first, then the activity or note, as conversion locks leads before it
moves what hangs on them: nothing can be left behind on a record that is set aside.
"""

from django.db.models import Min, OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policies import lock
from activities.models import WITH_NEXT_STEP, About, Activity
from contacts.models import Organization, Person
from core.errors import Missing, Stale
from core.frozen import frozen
from deals.models import Deal
from history.services import changed
from leads.models import Lead
from projects.models import Project

MODELS = {model.kind: model for model in (Lead, Deal, Person, Organization, Project)}


def hold_subject(item: About, *, by: User):
    """Lock the record that ``item`` is about and return it, if ``by`` may change it.

    ``Missing`` when it is gone, converted or hidden, ``NotAllowed`` when ``by`` only reads.
    """
    model = MODELS[item.subject_kind]
    [subject] = lock([model(pk=item.subject_id)], by=by)
    return subject


def hold(item: About, *, by: User):
    """Lock the record that ``item`` is about, then ``item``, and return both as they are now.

    ``Missing`` also when ``item`` is gone, or moved to another record a moment ago.
    """
    subject = hold_subject(item, by=by)
    items = type(item).objects.filter(pk=item.pk, **{subject.kind: subject})
    locked = items.select_for_update(of=("self",), no_key=True).first()
    if locked is None:
        raise Missing(_("This is no longer there."))
    return subject, locked


def settle(subject, *, has_news: bool = False) -> None:
    """Make the locked ``subject``'s next step the earliest of its undone activities.

    With news (something done, something said) a deal is no longer idle. One statement; people and
    organizations have neither.
    """
    columns = {}
    if subject.kind in WITH_NEXT_STEP:
        columns["next_activity_on"] = earliest_step(subject.kind)
    if subject.kind == "deal" and has_news:
        columns["idle_since"] = timezone.now()
    if columns:
        type(subject).everything.filter(pk=subject.pk).update(**columns)


def earliest_step(kind: str) -> Subquery:
    """For a record that has a next step: the day of the earliest of its undone activities."""
    of_subject = Activity.objects.undone().filter(**{kind: OuterRef("pk")})
    days = of_subject.order_by().values(kind).annotate(day=Min("due_on"))
    return Subquery(days.values("day"))


def differences(item: About, values: dict, seen: dict | None) -> dict:
    """What ``values`` would change in ``item``, as an event keeps it.

    ``Stale`` when a field says neither what the writer saw nor what they want.
    """
    changes = {}
    for name, value in values.items():
        now = getattr(item, name)
        if frozen(now) == frozen(value):
            continue
        if seen is not None and name in seen and frozen(seen[name]) != frozen(now):
            raise Stale(
                _("“%(field)s” was changed meanwhile.")
                % {"field": item._meta.get_field(name).verbose_name},
                seen=seen[name],
                found=now,
            )
        changes[name] = changed(now, value)
    return changes


def write(item: About, values: dict) -> None:
    """Write ``values`` into the locked ``item``; ``ValidationError`` for what a field cannot
    hold.
    """
    for name, value in values.items():
        setattr(item, name, value)
    item.full_clean(exclude=[f.name for f in item._meta.fields if f.name not in values])
    item.save(update_fields=[*values, "updated_at"])


def columns_of(item: About) -> dict:
    """All that stands in ``item``, as an event of its removal keeps it: undo can make it again."""
    fields = [field for field in item._meta.fields if field.name != "updated_at"]
    return {field.attname: changed(field.value_from_object(item), None) for field in fields}
