"""What the values of a row say together: a stage of its pipeline, how a deal ended and when, what
an activity is called; and what goes without saying.
"""

from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from core.words import plain
from deals.models import Deal
from imports.known import Known

Problem = tuple[str, str]  # the field, and the reason in words


def agree(says: dict[str, dict], known: Known) -> Iterator[Problem]:
    """Let the records of which a row ``says`` something be of one piece, as they are kept; tell
    what contradicts itself.
    """
    if "deal" in says:
        deal = says["deal"]
        yield from in_pipeline(deal, known)
        ended(deal)
    if "line" in says:
        yield from of_line(says["line"])
    if "activity" in says:
        called_by_type(says["activity"], known)


def begin_activity(activity: dict, known: Known) -> None:
    """A new activity has a type and a day: the first of the list, the day on which it was done."""
    if activity.get("type") is None and (types := known.activity_types):
        activity["type"] = types[0]
        called_by_type(activity, known)
    if not activity.get("due_on"):
        moment = activity.get("done_at") or activity.get("created_at")
        at = datetime.fromisoformat(moment) if moment else timezone.now()
        activity["due_on"] = at.astimezone(known.zone).date().isoformat()


def in_pipeline(deal, known):
    """The stage of that name in the pipeline that is named beside it, or its first one."""
    pipeline = deal.pop("pipeline", None)
    if pipeline is None:
        return
    own = [stage for stage in known.stages if stage.pipeline_id == pipeline]
    if not own:
        yield "deal.pipeline", _("This pipeline has no stages.")
    elif deal.get("stage") is None:
        deal["stage"] = own[0].pk
    elif deal["stage"] not in {stage.pk for stage in own}:
        name = next(stage.name for stage in known.stages if stage.pk == deal["stage"])
        same = [stage for stage in own if plain(stage.name) == plain(name)]
        if same:
            deal["stage"] = same[0].pk
        else:
            yield (
                "deal.stage",
                _("The pipeline “%(pipeline)s” has no stage “%(stage)s”.")
                % {"pipeline": own[0].pipeline, "stage": name},
            )


def ended(deal):
    """One moment at which deals ended is that of either; one alone tells how a deal ended."""
    closed = deal.pop("closed_at", None)
    status = deal.get("status")
    if status is None and (deal.get("won_at") or deal.get("lost_at") or deal.get("lost_reason")):
        status = Deal.Status.WON if deal.get("won_at") else Deal.Status.LOST
        deal["status"] = status.value
    if status in ("won", "lost") and closed and not deal.get(f"{status}_at"):
        deal[f"{status}_at"] = closed
    for other in {"won", "lost"} - {status}:
        deal.pop(f"{other}_at", None)
    if status != "lost":
        deal.pop("lost_reason", None)
        deal.pop("lost_comment", None)


def of_line(line):
    if line.get("discount_kind", "percent") == "percent" and float(line.get("discount") or 0) > 100:
        yield "line.discount", _("A discount takes off no more than there is.")
    if line.get("frequency", "one_time") == "one_time":
        line.pop("cycles", None)


def called_by_type(activity, known):
    """Without a subject, an activity is called as what it is: a call, a meeting."""
    if not activity.get("subject") and (number := activity.get("type")):
        names = dict(known.vocabulary("activity_type").in_use)
        activity["subject"] = number if isinstance(number, str) else names[number]
