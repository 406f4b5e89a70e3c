"""A deal begins: at the top of a column, with its first stage visit. And what is said of it
changes.
"""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from contacts.services import create_organization, create_person
from core.errors import Refused
from core.ordering import rank_first
from custom_fields.values import EMPTY, is_custom
from deals.models import Deal, StageVisit
from deals.services.needs import refuse_emptied, refuse_needed
from deals.services.valuing import refuse_typing
from history.models import Operation
from labels.models import Label
from opportunities import services as opportunities
from opportunities.services import Tell, silent
from opportunities.setting import set_fields
from pipelines.models import Stage


class StageArchived(Refused):
    """Deals cannot enter a stage that is archived or gone, nor one of an archived pipeline."""


@transaction.atomic
def open_deal(
    deal: Deal, *, labels: list[Label] = (), token: uuid.UUID | None = None, by: User
) -> Deal:
    """Save an unsaved ``deal`` at the top of its stage's column, with its labels and first event.

    A person or organization of it that is not saved yet is created along with it. Its owner is
    ``by`` unless it has one. A repeat with the same ``token`` answers with the first deal and
    creates nothing. Refused to people who may not write, and with ``StageArchived``;
    ``ValidationError`` without a person or an organization.
    """

    def save(deal):
        if deal.organization and deal.organization.pk is None:
            deal.organization = create_organization(deal.organization, by=by)
        if deal.person and deal.person.pk is None:
            deal.person.organization = deal.organization
            deal.person = create_person(deal.person, by=by)
        put_on_top(deal)
        deal.labels.set(labels)

    lock_stage(deal.stage)  # before contacts and deals, as whoever moves a deal does
    return opportunities.create(deal, by=by, token=token, save=save)


def put_on_top(deal: Deal) -> None:
    """Save an unsaved ``deal`` at the top of the column of its stage, which the caller locked, on
    its first visit there.
    """
    deal.stage = usable(deal.stage)
    deal.stage_entered_at = deal.idle_since = timezone.now()
    deal.position = rank_first(deal.stage_entered_at)
    deal.full_clean()
    deal.save()
    StageVisit.objects.create(deal=deal, stage=deal.stage, entered_at=deal.stage_entered_at)


@transaction.atomic
def change_deal(
    deal: Deal, values: dict, *, by: User, seen: dict | None = None
) -> Operation | None:
    """Set fields of one deal to ``values``; whoever edits a deal keeps it from idling.

    ``seen`` holds what the writer saw there. Refused: ``Missing``, ``NotAllowed``, and ``Stale``
    with both values; ``ValueFollows`` for a value where that follows products; ``ValidationError``
    for what a field cannot hold, and for taking away what the deal needs where it stands. Changing
    nothing records nothing.
    """
    operation = opportunities.change(deal, values, by=by, seen=seen, refuse=refuse_typing)
    if operation and any(map(is_custom, values)):
        refuse_emptied(deal, operation)
    return operation


@transaction.atomic
def change_deals(
    deals, values: Mapping[str, Any], *, by: User, tell: Tell = silent
) -> Operation | None:
    """Set fields of many deals to the same ``values``, as ``set_fields`` does.

    Refused besides: ``ValueFollows``, and ``ValidationError`` for taking away what one of them
    needs where it stands.
    """
    operation = set_fields(deals, values, by=by, tell=tell, refuse=refuse_typing)
    if operation:
        emptied = {key for key, value in values.items() if is_custom(key) and value in EMPTY}
        numbers = operation.events.values("subject_id")
        refuse_needed(Stage.objects.filter(deals__in=numbers), emptied)
    return operation


def lock_stage(stage: Stage) -> None:
    """Lock ``stage``, of which the caller knows nothing before it has read it once more.

    It stays usable until the transaction ends, if it is, and its column in order.
    """
    lock_stages([stage.pk])


def lock_stages(numbers: Iterable[int]) -> None:
    """Lock the stages with these ids in their order, as ``lock_stage`` does one."""
    stages = Stage.objects.filter(pk__in=set(numbers)).order_by("pk")
    list(stages.select_for_update(no_key=True).values_list("pk"))


def usable(stage: Stage) -> Stage:
    """The locked ``stage`` as it is now, if deals may enter it."""
    return refuse_unusable(Stage.objects.select_related("pipeline").filter(pk=stage.pk).first())


def refuse_unusable(stage: Stage | None) -> Stage:
    """Answer with ``stage``, unless it or its pipeline is archived or gone."""
    if stage is None or stage.archived_at or stage.pipeline.archived_at:
        raise StageArchived(_("Deals cannot enter this stage any more. Choose another one."))
    return stage
