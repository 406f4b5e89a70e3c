"""Each invariant notices when it is broken, and none complains about a sound database."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from conversion.services import convert_leads, return_to_leads
from crm.invariants import INVARIANTS, breaches
from custom_fields.queries import models_with
from deals.models import Deal
from deals.services import merge_deals, move_deals
from imports.reverting import start as start_taking_back
from jobs.models import Job
from jobs.services import run_now
from leads.merging import merge_leads
from leads.models import Lead
from tests import factories
from tests.factories import (
    ActivityFactory,
    DealFactory,
    DealFileFactory,
    FieldFactory,
    LeadFactory,
    NoteFactory,
    ProjectFactory,
)
from tests.imports.ran import ran

# What breaks each invariant. Of the records in ``sound``: {converted} is a lead that became the
# deal {deal}, {returned} a deal that became the lead {lead} again, {plain} a deal that never was
# one; {merged} is part of {survivor}.
BREAKING = {
    "lead_or_deal": "UPDATE leads_lead SET deleted_at = NULL, is_replaced = false"
    " WHERE id = {converted}",
    "standing_pair": "UPDATE conversion_convertedlead SET deal_number = 0"
    " WHERE deal_number = {deal}",
    "replaced_lead": "UPDATE conversion_convertedlead SET ended_at = now()"
    " WHERE lead_number = {converted}",
    "replaced_deal": "DELETE FROM conversion_convertedlead WHERE deal_number = {returned}",
    "pair_numbers": "UPDATE conversion_convertedlead SET lead_id = {lead}"
    " WHERE lead_number = {converted}",
    "conversion_size": "UPDATE conversion_conversion SET size = size + 1",
    "conversion_told": "DELETE FROM history_event"
    " WHERE subject_kind = 'deal' AND subject_id = {deal} AND verb = 'deal.created'",
    "activity_left_behind_on_lead": "UPDATE activities_activity SET deal_id = NULL,"
    " lead_id = {converted} WHERE deal_id = {deal}",
    "activity_left_behind_on_deal": "UPDATE activities_activity SET deal_id = {returned}"
    " WHERE deal_id = {deal}",
    "note_left_behind_on_lead": "UPDATE activities_note SET deal_id = NULL, lead_id = {converted}"
    " WHERE deal_id = {deal}",
    "note_left_behind_on_deal": "UPDATE activities_note SET deal_id = {returned}"
    " WHERE deal_id = {deal}",
    "merged_lead": "UPDATE leads_mergedlead SET lead_number = {survivor}, into_number = {merged}",
    "lead_merging_told": "DELETE FROM history_event"
    " WHERE subject_kind = 'lead' AND subject_id = {merged} AND verb = 'lead.merged'",
    "merged_deal": "UPDATE deals_mergeddeal SET deal_number = {kept}, into_number = {part}",
    "deal_merging_told": "DELETE FROM history_event"
    " WHERE subject_kind = 'deal' AND subject_id = {part} AND verb = 'deal.merged'",
    "deal_in_its_stage": "UPDATE deals_deal SET stage_entered_at = now() WHERE id = {plain}",
    "visits_unbroken": "UPDATE deals_stagevisit SET left_at = left_at - interval '1 microsecond'"
    " WHERE deal_id = {plain} AND left_at IS NOT NULL",
    "value_of_lines": "UPDATE deals_deal SET value = 7, currency = 'EUR', lines_currency = 'EUR',"
    " is_summed = true WHERE id = {plain}",
    "terms_of_lines": "UPDATE deals_deal SET lines_currency = 'EUR' WHERE id = {plain}",
    "file_of_one_record": "DELETE FROM deals_dealfile",
    "lead_next_step": "UPDATE leads_lead SET next_activity_on = now() WHERE id = {lead}",
    "deal_next_step": "UPDATE deals_deal SET next_activity_on = NULL WHERE id = {deal}",
    "project_next_step": "UPDATE projects_project SET next_activity_on = now()"
    " WHERE id = {project}",
    "custom_values_of_fields": "UPDATE leads_lead SET custom = jsonb_build_object('0', 1)"
    " WHERE id = {lead}",
    "default_pipeline": "UPDATE pipelines_pipeline SET is_default = false",
    "event_of_an_operation": "UPDATE history_event SET operation_id = 0"
    " WHERE subject_kind = 'lead' AND subject_id = {converted}",
    "operation_tells": "INSERT INTO history_operation (verb, at) VALUES ('lead.changed', now())",
    "import_told": "DELETE FROM history_event"
    " WHERE subject_kind = 'lead' AND subject_id = {brought} AND verb = 'lead.created'",
    "import_far": "UPDATE imports_import SET done_to = row_count + 1 WHERE stage = 'done'",
    "import_taken_back": "UPDATE leads_lead SET deleted_at = NULL, deleted_by_id = NULL"
    " WHERE id = {taken_back}",
    "import_undone": "UPDATE imports_import SET stage = 'done' WHERE stage = 'reverted'",
    "job_over": "UPDATE jobs_job SET status = 'done'",
}


@pytest.fixture
def sound(alice, pipeline, stages):
    """One record of every fate, each through the services; their numbers by name."""
    converted, lead = (LeadFactory(owner=alice) for _each in range(2))
    today = timezone.localdate()
    ActivityFactory(lead=converted, due_on=today, assignee=alice)
    NoteFactory(lead=converted, author=alice)
    Lead.objects.filter(pk=converted.pk).update(next_activity_on=today)
    conversion = convert_leads([converted, lead], into=pipeline, by=alice)
    deal, returned = (
        Deal.objects.get(pk=pair.deal_number) for pair in conversion.pairs.order_by("lead_number")
    )
    return_to_leads([returned], by=alice)
    convert_leads([lead], into=stages[1], by=alice)
    return_to_leads([returned], by=alice)
    plain = DealFactory(owner=alice, stage=stages[0])
    move_deals([plain], to=stages[2], by=alice)
    survivor = LeadFactory(owner=alice)
    merged = LeadFactory(owner=alice, person=survivor.person)
    merge_leads([merged], into=survivor, by=alice)
    kept = DealFactory(owner=alice, stage=stages[0])
    was_lead = LeadFactory(owner=alice, person=kept.person)
    part = convert_leads([was_lead], into=stages[1], by=alice).pairs.get().deal
    merge_deals([part], into=kept, by=alice)
    DealFileFactory(deal=kept)
    Job.objects.create(kind="tests", by=alice)
    brought, taken_back = (LeadFactory(owner=alice, person=kept.person) for _each in range(2))
    ran(alice, created=[brought], row_count=1, done_to=1)
    one = ran(alice, created=[taken_back], row_count=1, done_to=1)
    run_now(start_taking_back(one, by=alice).job)
    records = {
        "converted": converted, "deal": deal, "lead": lead, "returned": returned, "plain": plain,
        "survivor": survivor, "merged": merged, "kept": kept, "part": part,
        "brought": brought, "taken_back": taken_back,
        "project": ProjectFactory(owner=alice, deals=[kept]),
    }  # fmt: skip
    return {name: record.pk for name, record in records.items()}


def test_there_and_back_again_keeps_the_database_sound(sound, capsys):
    assert breaches() == []

    call_command("check_invariants")
    assert f"All {len(INVARIANTS)} invariants hold." in capsys.readouterr().out


@pytest.mark.django_db
def test_an_empty_database_is_sound():
    assert breaches() == []


def test_each_invariant_has_a_test():
    assert set(BREAKING) == {invariant.name for invariant in INVARIANTS}


@pytest.mark.parametrize("name", BREAKING)
def test_a_broken_invariant_is_named_with_its_rows(sound, name, capsys):
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(BREAKING[name].format(**sound))
            assert cursor.rowcount > 0

        with pytest.raises(CommandError):
            call_command("check_invariants")

        # Foreign keys are looked at when a transaction ends: this one must not try.
        transaction.set_rollback(True)
    told = capsys.readouterr().err.splitlines()
    [place] = [number for number, line in enumerate(told) if line.startswith(f"{name}: ")]
    assert told[place + 1].startswith("    ")


@pytest.mark.parametrize("model", models_with(), ids=lambda model: model._meta.label)
def test_custom_values_are_looked_at_wherever_there_are_some(model, pipeline):
    made = (getattr(factories, name) for name in factories.__all__)
    [factory] = [each for each in made if each._meta.model is model]
    more = {"stage__pipeline": pipeline} if model is Deal else {}
    record, field = factory(**more), FieldFactory(of=model.custom_of)
    model.objects.filter(pk=record.pk).update(custom={str(field.pk): "said"})
    assert breaches() == []

    model.objects.filter(pk=record.pk).update(custom={"0": "said"})

    [breach] = breaches()
    assert breach.rows == [(model._meta.db_table, record.pk, "0")]


def test_at_most_five_rows_are_shown(alice, pipeline, stages):
    for _each in range(7):
        DealFactory(owner=alice, stage=stages[0])
    Deal.objects.update(stage_entered_at=timezone.now())

    [breach] = breaches()

    assert (breach.invariant.name, len(breach.rows)) == ("deal_in_its_stage", 5)
