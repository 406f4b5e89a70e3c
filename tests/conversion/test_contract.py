"""Whatever points at a lead or a deal has a rule for conversion, and the rule is kept."""

import pytest
from django.apps import apps
from django.db import models

from conversion.carrying import MOVING
from conversion.contract import RULES, Rule
from conversion.services.undoing import GAINS
from deals.models import Deal
from leads.models import Lead
from opportunities.models import Opportunity


def keys_to(target):
    """Every foreign key of the project that points at ``target``: pairs of model and field name."""
    return {
        (model, field.name)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey) and field.related_model is target
    }


@pytest.mark.parametrize("target", [Lead, Deal])
def test_everything_that_points_here_has_a_rule(target):  # D14
    ruled = {
        (model, key) for model, key in RULES if model._meta.get_field(key).related_model is target
    }

    assert keys_to(target) == ruled


@pytest.mark.parametrize("target", [Lead, Deal])
def test_a_new_model_without_a_rule_would_be_noticed(target):
    """The control arm: a model that nobody thought of."""

    class Thought(models.Model):
        about = models.ForeignKey(target, models.CASCADE)

        class Meta:
            app_label = "conversion"

    try:
        assert (Thought, "about") in keys_to(target)
        assert (Thought, "about") not in RULES
    finally:
        del apps.all_models["conversion"]["thought"]
        apps.clear_cache()


def test_what_moves_can_belong_to_both():
    for model in MOVING:
        assert RULES[model, "lead"] is RULES[model, "deal"] is Rule.MOVES


def test_whatever_forbids_to_undo_has_a_name():
    holding = {model for (model, _key), rule in RULES.items() if rule is Rule.HOLDS}

    assert set(GAINS) == holding


def test_labels_and_followers_are_carried_as_sets():
    carried = {field.name for field in Opportunity.carried_sets()}

    assert carried == {"labels", "followers"}
    for model in (Lead, Deal):
        for name in carried:
            through = model._meta.get_field(name).remote_field.through
            assert RULES[through, model.kind] is Rule.CARRIED


def test_every_column_both_have_is_carried_or_named_as_the_rows_own():
    carried = {field.name for field in Opportunity.carried_fields()}
    own = {field.name for field in Lead._meta.concrete_fields} - carried

    assert own == {*Opportunity.NOT_CARRIED, "id", "seen_at"}
