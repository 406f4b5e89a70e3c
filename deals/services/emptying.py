"""Stages and pipelines end: all of their deals go elsewhere first, in the same transaction.

All of them: open, closed, archived, deleted and replaced ones alike, whoever may see them, and
whatever the stages they go to require. They keep their order, their outcome and the time they
idle, and history tells where they went. A few statements over all of them, however many there are.
"""

from collections.abc import Mapping

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policies import may_configure, require
from core.ordering import rank_last
from deals.services.opening import StageArchived, refuse_unusable
from history.services import begin
from opportunities.services import LOCKED, WRITTEN, Tell, silent
from pipelines import services as pipelines
from pipelines.models import Pipeline, Stage


@transaction.atomic
def end_stage(stage: Stage, *, into: Stage | None = None, by: User, tell: Tell = silent) -> bool:
    """Move all deals of ``stage`` to the end of the column ``into``; then remove the stage if no
    deal ever was in it, else archive it. Whether it was archived.

    Refused as a whole: ``NotAllowed``, ``Missing``, ``LastStage``, ``StageArchived`` where deals
    cannot enter the other one, ``HoldsDeals`` without one.
    """
    require(may_configure(by))
    pipelines.hold_pipeline(stage.pipeline_id)
    goes = {stage.pk: into.pk} if into else {}
    pipelines.hold_stages((), {stage.pk, *goes.values()})
    empty(goes, by=by, tell=tell)
    if Stage.objects.filter(pk=stage.pk).visited().exists():
        pipelines.archive_stage(stage, by=by)
        return True
    pipelines.remove_stage(stage, by=by)
    return False


@transaction.atomic
def end_pipeline(
    pipeline: Pipeline, *, into: Mapping[int, Stage], by: User, tell: Tell = silent
) -> bool:
    """Move all deals of ``pipeline`` to where ``into`` says, by the ids of its stages; then remove
    it if no deal ever was in it, else archive it. Deals of several stages that go to one follow
    each other as the stages did. Whether it was archived.

    Refused as a whole: ``NotAllowed``, ``Missing``, ``PipelineIsDefault``, ``StageArchived`` where
    deals cannot enter, ``HoldsDeals`` where one has no place to go.
    """
    require(may_configure(by))
    pipelines.hold_pipeline(pipeline.pk)
    stages = list(pipeline.stages.in_order())
    goes = {stage.pk: into[stage.pk].pk for stage in stages if stage.pk in into}
    pipelines.hold_stages((), {*(stage.pk for stage in stages), *goes.values()})
    if set(goes.values()) & {stage.pk for stage in stages}:
        raise nowhere()
    empty(goes, by=by, tell=tell)
    if pipeline.stages.visited().exists():
        pipelines.archive_pipeline(pipeline, by=by)
        return True
    pipelines.remove_pipeline(pipeline, by=by)
    return False


def empty(goes: dict[int, int], *, by: User, tell: Tell) -> None:
    """Move all deals out of the stages with the ids of ``goes``, in this order, to those that it
    names. Nobody moves a deal into them meanwhile: the caller holds them.

    The deals are locked before the stages that they leave: whoever has written a deal twice looks
    for its stage once more at the end. Only conversions come in as long as that is possible, so
    that their deals are locked thereafter.
    """
    into = Stage.objects.select_related("pipeline").in_bulk(set(goes.values()))
    for came_from, to in goes.items():
        refuse_unusable(into.get(to))
        if to == came_from:
            raise nowhere()
    lock_all_in(goes)
    pipelines.hold_stages(goes)
    if not lock_all_in(goes):
        return
    tell(LOCKED)
    at = timezone.now()
    operation, _new = begin("stage.emptied", by=by)
    with connection.cursor() as cursor:
        cursor.execute(
            MOVE_ALL,
            {
                "came_from": list(goes),
                "goes_to": list(goes.values()),
                "rank": rank_last(at),
                "at": at,
                "operation": operation.pk,
            },
        )
    tell(WRITTEN)


def lock_all_in(goes):
    """Lock the deals, in the order of ids as everybody does; whether there are any."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*) FROM (
                SELECT FROM deals_deal WHERE stage_id = ANY(%s::bigint[])
                ORDER BY id FOR NO KEY UPDATE
            ) AS locked
            """,
            [list(goes)],
        )
        return cursor.fetchone()[0]


def nowhere():
    return StageArchived(_("Choose another stage to move the deals to."))


# What stands last in a column keeps its place by a rank from the clock, see ``core.ordering``. A
# deal that was set aside for a lead is on no visit, and begins none.
MOVE_ALL = """
WITH placed AS MATERIALIZED (
    SELECT deal.id, left_stage.id AS left_id, left_stage.name AS left_name,
        entered.id AS entered_id, entered.name AS entered_name, deal.position AS was,
        left(deal.title, 200) AS title, %(rank)s || lpad((
            row_number() OVER (ORDER BY goes.place, deal.position, deal.id) - 1
        )::text, 9, '0') || 'i' AS rank
    FROM unnest(%(came_from)s::bigint[], %(goes_to)s::bigint[]) WITH ORDINALITY
        AS goes (came_from, goes_to, place)
    JOIN deals_deal AS deal ON deal.stage_id = goes.came_from
    JOIN pipelines_stage AS left_stage ON left_stage.id = goes.came_from
    JOIN pipelines_stage AS entered ON entered.id = goes.goes_to
), told AS (
    INSERT INTO history_event (operation_id, verb, subject_kind, subject_id, title, changes)
    SELECT %(operation)s, 'deal.moved', 'deal', id, title, jsonb_build_object(
        'stage', jsonb_build_array(
            jsonb_build_object('id', left_id, 'name', left_name),
            jsonb_build_object('id', entered_id, 'name', entered_name)
        ),
        'position', jsonb_build_array(was, rank)
    )
    FROM placed
), gone AS (
    UPDATE deals_stagevisit AS visit SET left_at = %(at)s
    FROM placed WHERE visit.deal_id = placed.id AND visit.left_at IS NULL
    RETURNING visit.deal_id, placed.entered_id
), entered AS (
    INSERT INTO deals_stagevisit (deal_id, stage_id, entered_at)
    SELECT deal_id, entered_id, %(at)s FROM gone
)
UPDATE deals_deal AS deal SET
    stage_id = placed.entered_id,
    position = placed.rank,
    stage_entered_at = %(at)s,
    updated_at = %(at)s
FROM placed WHERE deal.id = placed.id
"""
