"""The carry-over contract: what conversion does with each thing that points at a lead or a deal.

A test walks the model registry and fails when a model points at ``Lead`` or ``Deal`` without a rule
here, so that whoever adds one decides what becomes of it.
"""

import enum

from activities.models import Activity, Note
from conversion.models import ConvertedLead
from deals.models import Deal, DealFile, LineItem, Participant, StageVisit
from leads.models import Lead, SeparateLeads
from projects.models import ProjectDeal


class Rule(enum.Enum):
    """What happens to a child when the record it points at is replaced."""

    MOVES = "moves to the record that takes the other's place"
    CARRIED = "is copied with the fields of Opportunity"
    STAYS = "stays with the record that is set aside"
    HOLDS = (
        "cannot belong to a lead: it forbids to undo, and stays when a deal returns to the leads"
    )


RULES = {
    (Activity, "lead"): Rule.MOVES,
    (Activity, "deal"): Rule.MOVES,
    (Note, "lead"): Rule.MOVES,
    (Note, "deal"): Rule.MOVES,
    (Lead.labels.through, "lead"): Rule.CARRIED,
    (Lead.followers.through, "lead"): Rule.CARRIED,
    (Deal.labels.through, "deal"): Rule.CARRIED,
    (Deal.followers.through, "deal"): Rule.CARRIED,
    (SeparateLeads, "lead"): Rule.STAYS,
    (SeparateLeads, "other"): Rule.STAYS,
    (ConvertedLead, "lead"): Rule.STAYS,
    (ConvertedLead, "deal"): Rule.STAYS,
    (StageVisit, "deal"): Rule.STAYS,
    (Participant, "deal"): Rule.HOLDS,
    (LineItem, "deal"): Rule.HOLDS,
    (ProjectDeal, "deal"): Rule.HOLDS,
    (DealFile, "deal"): Rule.HOLDS,
}

MOVING = [model for (model, key), rule in RULES.items() if rule is Rule.MOVES and key == "lead"]
