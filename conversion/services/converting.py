"""Leads become deals."""

import uuid
from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.policies import may_write, named, require, require_owner
from conversion import carrying
from conversion.carrying import Pairs
from conversion.models import Conversion, ConvertedLead
from core.errors import Missing, NotAllowed, Refused
from core.ordering import rank_first
from custom_fields.values import write
from deals.models import Deal
from deals.services import FieldsMissing
from history.services import begin, hold_begins
from leads.merging import LEADS
from leads.models import Lead
from lists.selection import NothingSelected
from opportunities.merging import refuse_merged
from opportunities.setting import fill_in
from pipelines.models import Pipeline, Requirement, Stage
from pipelines.queries import required_fields

STEPS = 8  # how often ``convert_leads`` tells how far it is
MOST_TOLD = 100  # leads that a refusal lists


class NoUsableStage(Refused):
    """Deals cannot enter an archived stage or pipeline, nor a pipeline without stages."""


class LeadArchived(Refused):
    """An archived lead is restored before it is converted."""


class AlreadyConverted(Refused):
    """Somebody else was faster: the leads are deals by now. ``records`` are those deals."""

    status = 409


class ConversionUndone(Refused):
    """This submission was carried out, and then undone."""

    status = 409


@transaction.atomic
def convert_leads(
    leads,
    *,
    into: Stage | Pipeline | None,
    owner: User | None = None,
    values: dict | None = None,
    asks_required: bool = True,
    token: uuid.UUID | None = None,
    by: User,
    tell: Callable[[int], None] = lambda step: None,
) -> Conversion:
    """Replace ``leads`` with deals, in their order, at the top of a stage's column.

    ``leads`` is a queryset or a list; ``into`` a stage, a pipeline (its first stage) or ``None``
    (the first stage of the default pipeline). The deals carry every field of ``Opportunity``,
    activities and notes move to them, and the leads are set aside. A lead whose earlier deal is
    set aside gets that same deal back, or that of a lead which is part of it. With ``owner`` the
    deals are theirs; people and organizations keep their owners. ``values`` are one answer for all
    leads that say nothing in these custom fields, by their keys; others keep what they say.

    Refused as a whole, and nothing is changed: ``Missing`` when a lead is gone or hidden from
    ``by``, ``AlreadyConverted``, ``AlreadyMerged``, ``LeadArchived``, ``NotAllowed``,
    ``NoUsableStage``, ``OwnerInactive``, ``NothingSelected``, and ``FieldsMissing`` when a lead
    says nothing in a field that the stage requires, unless not ``asks_required``: deals that are
    only put back. A repeat with the same ``token`` answers with the first conversion, or with
    ``ConversionUndone`` after Undo. ``tell`` hears the number of each step of ``STEPS``. The number
    of statements does not depend on the number of leads.
    """
    require(may_write(by))
    operation, is_new = begin("lead.converted", by=by, token=token)
    if not is_new:
        return first_answer(operation)
    stage = stage_for(into)
    if owner is not None:
        require_owner(owner)
    numbers = chosen(leads)
    lock_leads(numbers, by=by)
    hold_begins(operation)  # a lead may have returned while the stage was waited for
    answers = Deal()
    write(answers, values or {})
    if asks_required:
        refuse_incomplete(numbers, stage, answers.custom)
    tell(1)
    conversion = Conversion.objects.create(
        operation=operation, stage=stage, owner=owner, size=len(numbers)
    )
    carrying.pair_leads(numbers, conversion=conversion.pk)
    pairs = Pairs("conversion_id", [conversion.pk])
    revives = Deal.everything.filter(
        pk__in=conversion.pairs.values("deal_number"), is_replaced=True
    ).exists()
    tell(2)
    carrying.put_deals(
        pairs,
        stage=stage,
        owner=owner and owner.pk,
        rank=rank_first(operation.at),
        at=operation.at,
    )
    if answers.custom:  # an act of its own, which can be undone without undoing the conversion
        made = Deal.everything.filter(pk__in=conversion.pairs.values("deal_number"))
        fill_in(made, answers, by=by)
    tell(3)
    carrying.carry_sets(pairs, source=Lead, target=Deal, anew=revives)
    tell(4)
    carrying.move_children(pairs, source=Lead, target=Deal)
    tell(5)
    carrying.enter_stage(pairs, stage=stage, at=operation.at)
    tell(6)
    carrying.set_aside(pairs, model=Lead, by=by.pk, at=operation.at)
    tell(7)
    carrying.record_both(
        pairs, operation=operation.pk, lead_verb="lead.converted", deal_verb="deal.created"
    )
    tell(8)
    return conversion


def refuse_incomplete(numbers, stage, answers):
    """Refuse unless each lead says what the stage requires, or an answer says it for all."""
    needed = required_fields(Requirement.Moment.ENTER, [stage.pk]).get(stage.pk, ())
    asked = [field for field in needed if str(field.pk) not in answers]
    if not asked:
        return
    lacking = Lead.everything.filter(pk__among=numbers).lacking(asked).order_by("pk")
    if first := list(lacking[:MOST_TOLD]):
        titles = named(first, of=lacking.count())
        words = {"titles": titles, "fields": ", ".join(f"“{each}”" for each in asked)}
        raise FieldsMissing(
            _("“%(stage)s” requires %(fields)s, which is still empty: %(titles)s.")
            % {"stage": stage, **words},
            fields=asked,
            records=first,
        )


def first_answer(operation):
    """The answer to a submission that was carried out before."""
    if operation.undone_at is not None:
        raise ConversionUndone(_("This conversion was undone."))
    return operation.conversion


def stage_for(into: Stage | Pipeline | None) -> Stage:
    """The stage that deals enter: ``into`` itself, or the first stage of the pipeline; held until
    the end.
    """
    stages = Stage.objects.active().select_related("pipeline").in_order()
    match into:
        case Stage():
            stages = stages.filter(pk=into.pk)
        case Pipeline():
            stages = stages.filter(pipeline=into)
        case None:
            stages = stages.filter(pipeline__is_default=True)
    stage = stages.first()
    if stage is None or not carrying.hold_stage(stage):
        raise NoUsableStage(_("Choose a pipeline with a stage that deals can enter."))
    return stage


def chosen(records) -> list[int]:
    """The numbers of ``records`` in their order, each once."""
    if hasattr(records, "values_list"):
        numbers = records.values_list("pk", flat=True)
    else:
        numbers = [record.pk for record in records]
    numbers = list(dict.fromkeys(numbers))
    if not numbers:
        raise NothingSelected(_("Nothing is selected."))
    return numbers


def lock_leads(numbers: list[int], *, by: User) -> None:
    """Lock the leads in id order and check rights and state of all of them on what was locked."""
    convertible = Lead.everything.filter(pk__among=numbers).convertible_by(by)
    locked = convertible.order_by("pk").select_for_update(of=("self",), no_key=True)
    if len(locked.values_list("pk")) < len(numbers):
        refuse_leads(numbers, by=by)


def refuse_leads(numbers, *, by):
    """Say why not all of the leads can be converted. What may not be seen is as good as missing."""
    asked = Lead.everything.filter(pk__among=numbers).order_by("pk")
    visible = asked.visible_to(by)
    if visible.filter(is_replaced=False, deleted_at__isnull=False).exists() or (
        visible.count() < len(numbers)
    ):
        raise Missing(
            ngettext(
                "This lead is no longer there.",
                "Some of these leads are no longer there.",
                len(numbers),
            )
        )
    if replaced := list(visible.filter(is_replaced=True)):
        refuse_merged(LEADS, replaced, by=by)
        pairs = ConvertedLead.objects.standing().filter(
            lead_number__among=[one.pk for one in replaced]
        )
        deals = Deal.objects.visible_to(by).filter(pk__in=pairs.values("deal_number"))
        raise AlreadyConverted(
            _("Already converted: %(titles)s.") % {"titles": named(replaced)}, records=deals
        )
    if archived := list(visible.archived()):
        raise LeadArchived(
            _("Archived: %(titles)s. Restore first, then convert.") % {"titles": named(archived)},
            records=archived,
        )
    raise NotAllowed(_("You may not convert these leads."))
