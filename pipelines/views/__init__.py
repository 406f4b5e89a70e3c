"""The settings pages of pipelines: all of them, one with its stages, and how they end."""

from pipelines.views.ending import end_pipeline, end_stage, restore_pipeline, restore_stage
from pipelines.views.one import drop_requirement, move_stage, pipeline, require_field
from pipelines.views.pipelines import (
    add_pipeline,
    copy_pipeline,
    make_default,
    move_pipeline,
    pipelines,
)

__all__ = [
    "add_pipeline",
    "copy_pipeline",
    "drop_requirement",
    "end_pipeline",
    "end_stage",
    "make_default",
    "move_pipeline",
    "move_stage",
    "pipeline",
    "pipelines",
    "require_field",
    "restore_pipeline",
    "restore_stage",
]
