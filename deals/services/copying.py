"""A deal is copied: the same sale once more, from the beginning of its own story."""

import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policies import lock
from contacts.models import Person
from deals.models import Deal, LineItem, Participant
from deals.services.opening import lock_stage, put_on_top
from deals.services.valuing import TERMS
from history.models import Operation
from history.services import changed
from history.undoing import undoes
from opportunities import services as opportunities
from opportunities.models import Opportunity

# A copy was made by hand, by whoever copied it, today.
ITS_OWN = frozenset(
    ("owner", "origin", "origin_id", "created_at", "created_by", "next_activity_on", "custom")
)


@transaction.atomic
def copy_deal(deal: Deal, *, token: uuid.UUID | None = None, by: User) -> Deal:
    """Open a deal of ``by`` that says what ``deal`` says: its fields, custom ones too, its chance,
    its products, its labels and who takes part, at the top of the stage in which ``by`` saw it.

    It is open, whatever became of ``deal``; activities, notes, files, followers and history stay
    where they are. A repeat with the same ``token`` answers with the first copy. Refused:
    ``Missing``, ``NotAllowed``, ``StageArchived``; ``AlreadyDone`` to the repeat whose copy was
    deleted.
    """
    stage = deal.stage
    lock_stage(stage)  # before the deal, as whoever moves it does
    [deal] = lock([deal], by=by)
    copied = [f.name for f in Opportunity.carried_fields() if f.name not in ITS_OWN]
    copy = Deal(stage=stage, probability=deal.probability)
    for name in [*copied, *TERMS, "is_summed"]:
        setattr(copy, name, getattr(deal, name))
    copy.title = title_of_copy(deal.title)
    participants = living_participants(deal)
    items = list(LineItem.objects.filter(deal=deal).in_order())

    def save(copy):
        # As it stands, what is out of use by now included: the locked deal holds what it points at.
        copy.custom = deal.custom
        put_on_top(copy)
        copy.labels.set(deal.labels.all())
        Participant.objects.bulk_create(
            Participant(deal=copy, person_id=person, role=role) for person, role in participants
        )
        for item in items:
            item.pk, item.deal, item.created_at = None, copy, copy.stage_entered_at
        LineItem.objects.bulk_create(items)

    told = {"copied": changed(None, deal)}
    return opportunities.create(copy, by=by, token=token, save=save, verb="copied", changes=told)


def title_of_copy(title: str) -> str:
    """``title`` and the word that tells two cards apart, within the bounds of a title."""
    words = _("%(title)s (copy)")
    over = len(words % {"title": title}) - Deal._meta.get_field("title").max_length
    return words % {"title": title[: len(title) - max(0, over)]}


def living_participants(deal):
    """Who takes part in ``deal`` with their roles, held until the copy is written; its primary
    contact with them, in the order of ids and before any organization, as everybody holds people.
    """
    roles = dict(Participant.objects.filter(deal=deal).values_list("person", "role"))
    people = Person.objects.filter(pk__among={*roles, deal.person_id}).order_by("pk")
    held = people.select_for_update(of=("self",), no_key=True).values_list("pk", flat=True)
    return [(number, roles[number]) for number in held if number in roles]


@undoes("deal.copied")
def undo_copying(operation: Operation, *, by: User) -> None:
    """Delete the copy; it can be brought back as any other."""
    number = operation.events.get().subject_id
    opportunities.delete([Deal(pk=number)], by=by)
