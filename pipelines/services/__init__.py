"""Pipelines and stages: what admins do to them.

All by who configures, and all told in the history: what a stage says of its chances weighs every
deal in it.
"""

from pipelines.services.holding import LastStage, PipelineIsDefault, hold_pipeline, hold_stages
from pipelines.services.pipelines import (
    PipelineArchived,
    add_pipeline,
    archive_pipeline,
    change_pipeline,
    copy_pipeline,
    make_default,
    move_pipeline,
    remove_pipeline,
    restore_pipeline,
)
from pipelines.services.requirements import NotOfDeals, drop_requirement, require_field
from pipelines.services.rows import HoldsDeals, TooMany, WasVisited
from pipelines.services.stages import (
    add_stage,
    archive_stage,
    change_stage,
    move_stage,
    remove_stage,
    restore_stage,
)

__all__ = [
    "HoldsDeals",
    "LastStage",
    "NotOfDeals",
    "PipelineArchived",
    "PipelineIsDefault",
    "TooMany",
    "WasVisited",
    "add_pipeline",
    "add_stage",
    "archive_pipeline",
    "archive_stage",
    "change_pipeline",
    "change_stage",
    "copy_pipeline",
    "drop_requirement",
    "hold_pipeline",
    "hold_stages",
    "make_default",
    "move_pipeline",
    "move_stage",
    "remove_pipeline",
    "remove_stage",
    "require_field",
    "restore_pipeline",
    "restore_stage",
]
