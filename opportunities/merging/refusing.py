"""What forbids to merge records."""

from collections import defaultdict

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.policies import named
from contacts.models import EmailAddress
from core.errors import Missing, NotAllowed, Refused, Stale
from opportunities.facts import as_seen
from opportunities.merging.kinds import Kind

MOST = 20  # records that are merged at once: more cannot be looked at side by side


class TooFew(Refused):
    """It takes two to merge."""


class TooMany(Refused):
    """More than one can compare."""


class NotOneContact(Refused):
    """The records have no contact in common. ``records`` are all of them."""


class AlreadyMerged(Refused):
    """Somebody else was faster. ``records`` are those that the merged ones are part of now."""

    status = 409


class NoLonger(Refused):
    """A lead was converted meanwhile, or a deal returned. Its address, in ``records``, leads on."""

    status = 409


def require_number(kind: Kind, numbers) -> None:
    if len(numbers) < 2:
        raise TooFew(str(kind.too_few))
    if len(numbers) > MOST:
        raise TooMany(kind.too_many % {"most": MOST})


def require_mergeable(kind: Kind, records: list, numbers, *, by: User) -> None:
    """Refuse unless ``records``, read for all of ``numbers``, are some that ``by`` may merge."""
    require_there(kind, records, numbers, by=by)
    if replaced := [each for each in records if each.is_replaced]:
        raise NoLonger(kind.no_longer % {"titles": named(replaced)}, records=replaced)
    require_owned(kind, records, numbers, by=by)
    kind.refuse(records)
    require_one_contact(kind, records)


def require_there(kind: Kind, records: list, numbers, *, by: User) -> None:
    """Refuse unless ``records``, read for all of ``numbers``, are seen by ``by`` and nobody deleted
    one; and when one is part of another one already.
    """
    asked = kind.model.everything.filter(pk__among=numbers)
    seen = set(asked.visible_to(by).values_list("pk", flat=True))
    is_deleted = any(each.deleted_at and not each.is_replaced for each in records)
    if seen != set(numbers) or is_deleted:
        raise Missing(
            ngettext(
                "This record is no longer there.",
                "Some of these records are no longer there.",
                len(numbers),
            )
        )
    refuse_merged(kind, records, by=by)


def require_owned(kind: Kind, records: list, numbers, *, by: User) -> None:
    asked = kind.model.everything.filter(pk__among=numbers)
    allowed = set(asked.deletable_by(by).values_list("pk", flat=True))
    if refused := [each for each in records if each.pk not in allowed]:
        raise NotAllowed(kind.not_own % {"titles": named(refused)}, records=refused)


def require_one_contact(kind: Kind, records: list) -> None:
    if not have_one_contact(records):
        raise NotOneContact(str(kind.not_one_contact), records=records)


def refuse_merged(kind: Kind, records: list, *, by: User) -> None:
    """Refuse when one of ``records`` is part of another one already, and say of which."""
    replaced = [each.pk for each in records if each.is_replaced]
    rows = kind.memory.objects.filter(**{f"{kind.number}__in": replaced})
    into = dict(rows.values_list(kind.number, "into_number")) if replaced else {}
    if not into:
        return
    merged = [each for each in records if each.pk in into]
    raise AlreadyMerged(
        _("Already merged: %(titles)s.") % {"titles": named(merged)},
        records=kind.model.objects.visible_to(by).filter(pk__in=set(into.values())).order_by("pk"),
    )


def have_one_contact(records: list) -> bool:
    """Whether one contact is that of all ``records``: a person, an organization, or one and the
    same e-mail address of their people. Names and phone numbers are shared by too many.
    """
    people = {each.person_id for each in records}
    organizations = {each.organization_id for each in records}
    if any(len(common) == 1 and None not in common for common in (people, organizations)):
        return True
    addresses = defaultdict(set)
    rows = EmailAddress.objects.filter(person__in=people - {None})
    for person, address in rows.values_list("person_id", "normalized"):
        addresses[person].add(address)
    return bool(set.intersection(*(addresses[each.person_id] for each in records)))


def refuse_changed(records, facts, seen) -> None:
    """Refuse when a record says something else than the writer saw."""
    if seen is None:
        return
    by_number = {str(each.pk): each for each in records}
    for number, now in as_seen(records, facts).items():
        for fact in facts:
            for name in fact.names:
                before, found = seen.get(number, {}).get(name), now[name]
                if before != found:
                    raise Stale(
                        _("“%(field)s” of “%(title)s” was changed meanwhile.")
                        % {"field": fact.label_of(name), "title": by_number[number]},
                        seen=before,
                        found=found,
                        records=[by_number[number]],
                    )
