"""What becomes of records that are merged: the values, labels and followers of the one that stays,
and the others set aside.
"""

from django.utils import timezone

from accounts.models import User
from accounts.policies import require_owner
from contacts.services import hold
from custom_fields.values import hold_target, is_custom, known_fields, stored_value
from history.models import Operation
from history.services import changed
from opportunities.facts import CustomFact, proposed
from opportunities.merging.kinds import Kind
from opportunities.models import Opportunity


def chosen_values(records, facts, into, values) -> dict:
    """The value of every column and custom field of ``into``: chosen, or by the rule."""
    known = {name for fact in facts for name in fact.names}
    known_fields({name for name in values if is_custom(name)} - known, into.custom_of)
    result = {}
    for fact in facts:
        if values.keys() & set(fact.names):
            own = fact.of(into)
            result |= {name: values.get(name, own[name]) for name in fact.names}
        else:
            result |= fact.of(proposed(fact, records, into))
    return result


def renewed(into: Opportunity, values) -> list[str]:
    """The columns in which ``into`` would say something else."""
    own = {name: value for name, value in values.items() if not is_custom(name)}
    return [name for name, value in own.items() if getattr(into, name) != value]


def write(into: Opportunity, records, facts, values: dict, **also) -> dict:
    """Write ``values``, and the columns in ``also``, into ``into``; answer with what changed."""
    before = {name: value for fact in facts for name, value in fact.of(into).items()}
    news = {name: value for name, value in values.items() if value != before[name]}
    columns = {name: value for name, value in news.items() if not is_custom(name)}
    if len(columns) < len(news):
        columns["custom"] = custom_values(into, records, facts, news)
    hold(**{name: news[name].pk for name in ("person", "organization") if news.get(name)})
    if "owner" in news:
        require_owner(news["owner"])
    for name, value in {**columns, **also}.items():
        setattr(into, name, value)
    others = [field.name for field in into._meta.fields if field.name not in columns]
    into.full_clean(exclude=others)
    into.save(update_fields=[*columns, *also, "updated_at"])
    return {name: changed(before[name], value) for name, value in news.items()}


def custom_values(into: Opportunity, records, facts, news: dict) -> dict:
    """``into.custom`` with the ``news`` of live fields; nothing else in it is touched.

    What one of ``records`` points at is held by that one: only what nobody points at yet could go.
    """
    kept = dict(into.custom)
    for fact in facts:
        if not isinstance(fact, CustomFact) or fact.name not in news:
            continue
        key, value = str(fact.field.pk), stored_value(fact.field, news[fact.name])
        if value is None:
            kept.pop(key, None)
            continue
        said = [each.custom.get(key) for each in records]
        if value not in said:
            hold_target(fact.field, value, had=said)
        kept[key] = value
    return kept


def unite_sets(merged, into) -> dict:
    """Give ``into`` the labels and followers of all, each once; answer with what changed."""
    changes, model = {}, type(into)
    for field in Opportunity.carried_sets():
        links = getattr(model, field.name).through
        key = model._meta.get_field(field.name).m2m_reverse_name()
        members = getattr(into, field.name)
        before = list(members.order_by("pk"))
        found = links.objects.filter(**{f"{into.kind}__in": merged})
        added = set(found.values_list(key, flat=True).distinct())
        added -= {member.pk for member in before}
        if added:
            links.objects.bulk_create(
                links(**{into.kind: into, key: number}) for number in sorted(added)
            )
            changes[field.name] = changed(before, list(members.order_by("pk")))
    return changes


def set_aside(kind: Kind, merged, into, *, operation: Operation, by: User) -> None:
    """Take the merged records out of sight, and remember where they are now."""
    numbers = [each.pk for each in merged]
    kind.model.everything.filter(pk__among=numbers).update(
        deleted_at=operation.at, deleted_by=by, is_replaced=True, updated_at=timezone.now()
    )
    kind.memory.objects.filter(into_number__in=numbers).update(into_number=into.pk)
    kind.memory.objects.bulk_create(
        kind.memory(operation=operation, into_number=into.pk, **{kind.number: number})
        for number in numbers
    )
