"""People of a deal: they join it, leave it, have a role in it, and one is the primary contact.

The deal's own person is that one. A row of ``Participant`` tells who else takes part, and in which
role; there is no mark of the primary contact in it that could be on two people or on none.
"""

import uuid

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policies import lock
from contacts.models import Person
from contacts.services import hold
from core.errors import Missing, Refused, Stale
from deals.models import Deal, Participant
from history.models import Operation
from history.services import begin, changed, changed_again, gone_since, record
from history.undoing import undoes
from opportunities.services import rows
from opportunities.setting import Unlinked


class AlreadyTakesPart(Refused):
    """A person takes part in a deal once."""

    status = 409


@transaction.atomic
def add_participant(
    deal: Deal, person: Person, *, role: str = "", token: uuid.UUID | None = None, by: User
) -> Operation:
    """Let ``person``, whom ``by`` may see, take part in ``deal``, perhaps in a ``role``.

    A repeat with the same ``token`` answers with the first act. Refused: ``Missing``,
    ``NotAllowed``, ``AlreadyTakesPart``; ``ValidationError`` for what a role cannot be.
    """
    operation, is_new = begin("deal.participant_added", by=by, token=token)
    if not is_new:
        return operation
    [deal] = lock([deal], by=by)
    found = Person.objects.visible_to(by).filter(pk=person.pk).first()
    if found is None:
        raise Missing(_("This record is no longer there."))
    refuse_second(deal, found)
    role = join(deal, found, role)
    told = {"participant": changed(None, found)} | role_told("", role)
    return keep(deal, told, operation=operation)


@transaction.atomic
def remove_participant(deal: Deal, person: Person, *, by: User) -> Operation:
    """Take ``person`` off ``deal``. Without its primary contact a deal has none: nobody moves up.

    Refused: ``Missing``, also when the person takes no part; ``NotAllowed``; and ``Unlinked`` when
    the primary contact is all that the deal is linked to.
    """
    [deal] = lock([deal], by=by)
    person = member(deal, person)
    told = {"participant": changed(person, None)}
    if row := taking_part(deal, person).first():
        told |= role_told(row.role, "")
        row.delete()
    columns = {}
    if deal.person_id == person.pk:
        if deal.organization_id is None:
            raise Unlinked(
                _(
                    "“%(person)s” is all that this deal is linked to. Make somebody else its "
                    "primary contact first, or give it an organization."
                )
                % {"person": person},
                records=[deal],
            )
        told["person"] = changed(person, None)
        columns["person"] = None
    operation, _new = begin("deal.participant_removed", by=by)
    return keep(deal, told, operation=operation, **columns)


@transaction.atomic
def set_role(
    deal: Deal, person: Person, role: str, *, seen: str | None = None, by: User
) -> Operation | None:
    """Say in which ``role`` a person of ``deal`` takes part, the primary contact too; ``""``: none.

    ``seen`` is the role that the writer saw. Refused: ``Missing``, also when the person takes no
    part; ``NotAllowed``; ``Stale`` with both roles; ``ValidationError`` for what a role cannot be.
    """
    [deal] = lock([deal], by=by)
    person = member(deal, person)
    row = taking_part(deal, person).first() or Participant(deal=deal, person=person)
    role, now = valid_role(role), row.role
    if role == now:
        return None
    if seen is not None and seen != now:
        raise Stale(
            _("“%(field)s” was changed meanwhile.") % {"field": _("role")},
            seen=seen,
            found=now,
            records=[deal],
        )
    row.role = role
    row.save()
    operation, _new = begin("deal.role_changed", by=by)
    told = {"participant": changed(person, person)} | role_told(now, role)
    return keep(deal, told, operation=operation)


@transaction.atomic
def make_primary(
    deal: Deal, person: Person, *, seen: int | None = None, by: User
) -> Operation | None:
    """Make ``person``, who takes part in ``deal``, its primary contact; the former one goes on
    taking part.

    ``seen`` is the id of the primary contact that the writer saw, 0 for none. Refused: ``Missing``,
    also when the person takes no part; ``NotAllowed``; ``Stale`` with both people.
    """
    [deal] = lock([deal], by=by)
    person = member(deal, person)
    if deal.person_id == person.pk:
        return None
    former = deal.person
    if seen is not None and seen != (deal.person_id or 0):
        seen = Person.everything.filter(pk=seen).first()
        raise Stale(
            _("“%(field)s” was changed meanwhile.") % {"field": _("primary contact")},
            seen=seen,
            found=former,
            records=[deal],
        )
    joins = former is not None and not taking_part(deal, former).exists()
    hold_people(person, former if joins else None)
    told = {"person": changed(former, person)}
    if joins:
        join(deal, former)
        told["participant"] = changed(None, former)
    operation, _new = begin("deal.primary_chosen", by=by)
    return keep(deal, told, operation=operation, person=person)


# --- What these acts are made of ----------------------------------------------------------------


def taking_part(deal: Deal, person: Person) -> QuerySet[Participant]:
    return Participant.objects.filter(deal=deal, person=person)


def member(deal: Deal, person: Person) -> Person:
    """``person``, if that is somebody of the locked ``deal``. Whoever sees a deal knows the names
    of its people, so they need not be visible themselves.
    """
    found = Person.everything.filter(pk=person.pk).first()
    if found and (deal.person_id == found.pk or taking_part(deal, found).exists()):
        return found
    raise Missing(_("This person takes no part in the deal any more."))


def refuse_second(deal: Deal, person: Person) -> None:
    if deal.person_id == person.pk:
        raise AlreadyTakesPart(
            _("“%(person)s” is the primary contact of this deal.") % {"person": person},
            records=[person],
        )
    if taking_part(deal, person).exists():
        raise AlreadyTakesPart(
            _("“%(person)s” takes part in this deal already.") % {"person": person},
            records=[person],
        )


def join(deal: Deal, person: Person, role: str = "") -> str:
    """Write that ``person`` takes part; answers with the role as it is kept."""
    role = valid_role(role)
    hold(person=person.pk)
    Participant.objects.create(deal=deal, person=person, role=role)
    return role


def hold_people(*people: Person | None) -> None:
    """``hold`` each of them in the order of ids: nobody waits for somebody who waits for them."""
    for number in sorted({person.pk for person in people if person}):
        hold(person=number)


def valid_role(role: str) -> str:
    return Participant._meta.get_field("role").clean(role.strip(), None)


def role_told(before: str, after: str) -> dict:
    return {"role": [before, after]} if before != after else {}


def keep(deal: Deal, told: dict, *, operation: Operation, **columns) -> Operation:
    """Write ``columns`` of the locked ``deal``, which is no longer idle, and what history tells."""
    at = timezone.now()
    rows([deal]).update(**columns, idle_since=at, updated_at=at)
    record(operation, [deal], changes=told)
    return operation


# --- Undo ---------------------------------------------------------------------------------------


@undoes("deal.participant_added")
def undo_adding(operation: Operation, *, by: User) -> None:
    """Take the person off again, unless their role was changed or they moved up since."""
    deal, changes = locked_deal(operation, by=by)
    person = changes["participant"][1]
    row = Participant.objects.filter(deal=deal, person=person["id"]).first()
    role = changes.get("role", ["", ""])[1]
    if row is None or row.role != role or deal.person_id == person["id"]:
        raise changed_again([deal])
    row.delete()
    undone, _new = begin("deal.participant_removed", by=by)
    keep(deal, turned(changes), operation=undone)


@undoes("deal.participant_removed")
def undo_removing(operation: Operation, *, by: User) -> None:
    """Let the person take part again, in their role; as the primary contact if they were, unless
    there is another one by now.
    """
    deal, changes = locked_deal(operation, by=by)
    person = still_there(changes["participant"][0])
    refuse_second(deal, person)
    columns = {}
    if "person" in changes:
        if deal.person_id is not None:
            raise changed_again([deal])
        hold(person=person.pk)
        columns["person"] = person
    if "role" in changes or "person" not in changes:
        join(deal, person, changes.get("role", ["", ""])[0])
    undone, _new = begin("deal.participant_added", by=by)
    keep(deal, turned(changes), operation=undone, **columns)


@undoes("deal.role_changed")
def undo_role(operation: Operation, *, by: User) -> None:
    deal, changes = locked_deal(operation, by=by)
    before, after = changes["role"]
    row = Participant.objects.filter(deal=deal, person=changes["participant"][0]["id"]).first()
    if row is None or row.role != after:
        raise changed_again([deal])
    row.role = before
    row.save()
    undone, _new = begin("deal.role_changed", by=by)
    keep(deal, turned(changes), operation=undone)


@undoes("deal.primary_chosen")
def undo_choosing(operation: Operation, *, by: User) -> None:
    """Put the former primary contact back, unless there is another one by now."""
    deal, changes = locked_deal(operation, by=by)
    before, after = changes["person"]
    if deal.person_id != after["id"] or (before is None and deal.organization_id is None):
        raise changed_again([deal])
    left, joined = changes.get("participant", (None, None))
    former, left = (each and still_there(each) for each in (before, left))
    hold_people(former, left)
    if joined:
        Participant.objects.filter(deal=deal, person=joined["id"], role="").delete()
    if left:
        join(deal, left)
    undone, _new = begin("deal.primary_chosen", by=by)
    keep(deal, turned(changes), operation=undone, person=former)


def locked_deal(operation, *, by):
    """The deal of the act, locked, and what the act changed."""
    event = operation.events.get()
    [deal] = lock([Deal(pk=event.subject_id)], by=by)
    return deal, event.changes


def still_there(kept) -> Person:
    """The live person that an event names."""
    person = Person.objects.filter(pk=kept["id"]).first()
    if person is None:
        raise gone_since(kept["name"])
    return person


def turned(changes):
    return {name: [after, before] for name, (before, after) in changes.items()}
