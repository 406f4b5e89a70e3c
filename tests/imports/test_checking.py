"""A check tells what would become of each row, and writes no record."""

import csv
import datetime

import pytest
from django.conf import settings

from accounts.models import Visibility
from contacts.models import Organization, Person
from core.errors import Missing
from custom_fields.models import Field
from deals.models import Deal
from imports import checking
from imports.checking import NotToCheck, check_as_chosen, start_check
from imports.correcting import correct_alike
from imports.holding import AlreadyRun
from imports.judging.recognising import Recognising
from imports.models import Import, Row
from jobs.services import run_now
from leads.models import Lead
from pipelines.models import Requirement
from tests.factories import (
    ActivityTypeFactory,
    CorrectionFactory,
    DealFactory,
    EmailAddressFactory,
    ExternalIdFactory,
    FieldFactory,
    LeadFactory,
    LostReasonFactory,
    OrganizationFactory,
    PersonFactory,
    ProductFactory,
    SkippedRowFactory,
)
from tests.imports.checks import checked, importing

FIELDS = ["lead.title", "person.name", "person.email", "organization.name", "lead.value"]
HEADS = "Title,Name,E-mail,Company,Value\n"


def rows(one):
    return list(Row.objects.filter(of=one).order_by("number"))


def reasons(row):
    return [each["reason"] for each in row.problems]


def test_what_a_row_says_is_prepared_and_nothing_is_written(alice):
    one = checked(alice, HEADS + "Desks,Amy Wong,AMY@client.example,Acme,12.50\n", FIELDS)

    [row] = rows(one)
    assert (row.verdict, row.problems, row.line) == ("ready", [], 2)
    assert row.prepared == {
        "lead": {"title": "Desks", "value": "12.5", "currency": "EUR"},
        "person": {
            "name": "Amy Wong",
            "emails": [{"address": "AMY@client.example", "kind": "work"}],
        },
        "organization": {"name": "Acme"},
    }
    assert one.counts["rows"] == {"ready": 1, "skipped": 0, "refused": 0}
    assert one.counts["records"]["lead"]["created"] == 1
    assert not Lead.objects.exists()
    assert not Person.objects.exists()
    assert not Organization.objects.exists()


def test_a_cell_that_is_not_understood_refuses_its_row_and_says_why(alice):
    one = checked(alice, HEADS + "Desks,Amy,nobody,Acme,much\nChairs,Bo,,Acme,5\n", FIELDS)

    wrong, right = rows(one)
    assert (wrong.verdict, wrong.prepared) == ("refused", {})
    assert [(each["column"], each["value"]) for each in wrong.problems] == [
        (2, "nobody"),
        (4, "much"),
    ]
    assert right.verdict == "ready"
    assert one.counts["rows"] == {"ready": 1, "skipped": 0, "refused": 1}
    assert one.counts["records"]["organization"]["created"] == 1
    assert [(each["column"], each["rows"], each["values"]) for each in one.counts["reasons"]] == [
        (2, 1, [["nobody", 1]]),
        (4, 1, [["much", 1]]),
    ]


def test_a_row_without_anybody_is_refused_where_the_name_is_missing(alice):
    one = checked(alice, HEADS + "Desks,,,,\n", FIELDS)

    [row] = rows(one)
    assert row.verdict == "refused"
    assert row.problems == [
        {"column": 3, "value": "", "reason": "It has neither a person nor an organization."}
    ]


def test_the_same_amount_stands_in_the_currency_of_its_own_row(alice):
    key = FieldFactory(kind="money").key
    fields = ["lead.title", "organization.name", f"lead.{key}", f"lead.{key}_currency"]
    text = "Title,Company,Budget,Currency\nA,Acme,100,USD\nB,Acme,100,GBP\nC,Acme,100,\n"
    amounts = [row.prepared["lead"]["custom"] for row in rows(checked(alice, text, fields))]
    assert [list(each.values()) for each in amounts] == [
        [{"amount": "100", "currency": currency}] for currency in ("USD", "GBP", "EUR")
    ]


def test_what_is_put_together_of_columns_fits_where_it_is_kept(alice):
    names = ["person.first_name", "person.last_name"]
    text = f"First,Last\n{'a' * 150},{'b' * 150}\n{'a' * 99},{'b' * 100}\n"
    too_long, fitting = rows(checked(alice, text, names, kind="person"))
    assert "together these are 301" in reasons(too_long)[0]
    assert fitting.verdict == "ready"

    parts = ["organization.name", "organization.street", "organization.city", "organization.region"]
    text = f"Name,Street,City,Region\nAcme,{'d' * 190},{'c' * 190},{'e' * 190}\nBolts,1,2,3\n"
    too_long, fitting = rows(checked(alice, text, parts, kind="organization"))
    assert "together these are 572" in reasons(too_long)[0]
    assert fitting.verdict == "ready"


def test_a_person_is_called_by_as_much_of_an_address_as_a_name_holds(alice):
    local, labels = "a" * 60, ".".join(["b" * 60] * 3)
    address = f"{local}@{labels}.example"
    text = f"Title,E-mail\nDesks,{address}\n"
    [row] = rows(checked(alice, text, ["lead.title", "person.email"]))
    assert row.prepared["person"]["name"] == address[:200]


def test_what_goes_without_saying_is_said(alice):
    one = checked(alice, HEADS + ",,amy@client.example,,\n,,,Acme,\n", FIELDS)

    addressed, named = rows(one)
    assert addressed.prepared["person"]["name"] == "amy@client.example"
    assert addressed.prepared["lead"] == {"title": "amy@client.example"}
    assert named.prepared["lead"] == {"title": "Acme"}


def test_a_short_row_has_nothing_there_and_a_long_one_is_refused(alice):
    one = checked(alice, HEADS + "Desks,Amy\nChairs,Bo,,,5,and more\n", FIELDS)

    short, long = rows(one)
    assert short.verdict == "ready"
    assert reasons(long) == ["The row has more cells than the file has columns."]


# --- Who is there already ------------------------------------------------------------------------


def test_contacts_that_are_there_are_linked_and_repeated_ones_are_created_once(alice):
    amy = PersonFactory(name="Amy Wong", owner=alice)
    EmailAddressFactory(person=amy, address="amy@client.example")
    acme = OrganizationFactory(name="Acme", owner=alice)
    one = checked(
        alice,
        HEADS
        + "Desks,Amy,Amy@Client.example,ACME,\n"
        + "Chairs,Bo,bo@client.example,Bolts,\n"
        + "Lamps,Bo,BO@client.example,bolts,\n",
        FIELDS,
    )

    known, first, again = rows(one)
    assert known.matched["person"] == amy.pk
    assert known.matched["organization"] == acme.pk
    assert first.matched["person"] == again.matched["person"]
    assert again.matched["again"] == {"person": 2, "organization": 2}
    counts = one.counts["records"]
    assert counts["lead"]["created"] == 3
    assert counts["person"] == {"created": 1, "updated": 0, "linked": 1, "again": 1}
    assert counts["organization"] == {"created": 1, "updated": 0, "linked": 1, "again": 1}


def test_a_repeated_contact_is_found_again_in_a_later_chunk(alice, monkeypatch):
    monkeypatch.setattr(checking, "AT_A_TIME", 1)
    one = checked(
        alice, HEADS + "Desks,Bo,bo@client.example,,\nLamps,Bo,bo@client.example,,\n", FIELDS
    )

    assert one.counts["records"]["person"] == {"created": 1, "updated": 0, "linked": 0, "again": 1}


def test_a_refused_row_brings_nobody_along(alice):
    one = checked(
        alice, HEADS + "Desks,Bo,bo@client.example,,much\nLamps,Bo,bo@client.example,,\n", FIELDS
    )

    refused, first = rows(one)
    assert refused.matched == {}
    assert "again" not in first.matched
    assert one.counts["records"]["person"]["created"] == 1


def test_a_hidden_contact_is_nobody(alice, charlie):
    hidden = PersonFactory(owner=charlie, visibility=Visibility.OWNER)
    EmailAddressFactory(person=hidden, address="amy@client.example")
    one = checked(alice, HEADS + "Desks,Amy,amy@client.example,,\n", FIELDS)

    assert one.counts["records"]["person"]["created"] == 1


@pytest.mark.parametrize(
    ("choice", "verdicts", "counts"),
    [
        ("link", ["ready", "ready", "ready"], (1, 0, 1)),
        ("update", ["ready", "ready", "ready"], (1, 1, 0)),
        ("create", ["ready", "ready", "ready"], (3, 0, 0)),
        ("skip", ["skipped", "ready", "skipped"], (1, 0, 0)),
    ],
)
def test_whoever_imports_chooses_what_becomes_of_who_is_there(alice, choice, verdicts, counts):
    amy = PersonFactory(name="Amy Wong", owner=alice)
    EmailAddressFactory(person=amy, address="amy@client.example")
    one = checked(
        alice,
        HEADS
        + "Desks,Amy,amy@client.example,,\n"
        + "Chairs,Bo,bo@client.example,,\n"
        + "Lamps,Bo,bo@client.example,,\n",
        FIELDS,
        choices={"person": choice},
    )

    assert [row.verdict for row in rows(one)] == verdicts
    found = one.counts["records"]["person"]
    assert (found["created"], found["updated"], found["linked"]) == counts


def test_rows_that_lack_the_same_of_one_record_are_refused_together(alice, monkeypatch):
    rounds = []
    recognise = Recognising.recognise

    def counted(recognising, but):
        rounds.append(len(but))
        return recognise(recognising, but)

    monkeypatch.setattr(Recognising, "recognise", counted)
    fields = ["lead.title", "organization.external_id", "organization.name"]
    text = "Title,Number,Company\n" + "Desks,17,\n" * 30
    one = checked(alice, text, fields)
    assert one.counts["rows"] == {"ready": 0, "skipped": 0, "refused": 30}
    assert {why for row in rows(one) for why in reasons(row)} == {"An organization has a name."}
    assert rounds == [0, 30]

    one = checked(alice, text + "Lamps,17,Acme\nChairs,17,\n", fields)
    *refused, first, again = rows(one)
    assert {row.verdict for row in refused} == {"refused"}
    assert (first.verdict, again.verdict) == ("ready", "ready")
    assert again.matched["again"] == {"organization": first.number}
    assert "name" not in again.prepared["organization"]


def test_a_skipped_repetition_names_the_row_that_says_it_first(alice):
    text = HEADS + "Desks,Bo,bo@client.example,,\nLamps,Bo,bo@client.example,,\n"
    one = checked(alice, text, FIELDS, choices={"person": "skip"})

    assert reasons(rows(one)[1]) == ["Row 1 says it already."]


# --- Numbers of another system -------------------------------------------------------------------

NUMBERED = ["lead.external_id", "lead.title", "organization.name"]


def test_a_known_number_means_an_update(alice):
    lead = LeadFactory(owner=alice)
    ExternalIdFactory(kind="lead", external_id="881", record_id=lead.pk)
    one = checked(alice, "ID,Title,Company\n881,Desks,Acme\n882,Lamps,Acme\n", NUMBERED)

    assert rows(one)[0].matched["lead"] == lead.pk
    assert one.counts["records"]["lead"] == {"created": 1, "updated": 1, "linked": 0, "again": 0}


def test_a_converted_lead_is_skipped_with_its_reason(alice, stages):
    from conversion.services import convert_leads

    lead = LeadFactory(owner=alice)
    ExternalIdFactory(kind="lead", external_id="881", record_id=lead.pk)
    convert_leads([lead], into=stages[0], by=alice)
    one = checked(alice, "ID,Title,Company\n881,Desks,Acme\n", NUMBERED)

    [row] = rows(one)
    assert (row.verdict, reasons(row)) == ("skipped", ["It was converted or merged since."])


def test_a_hidden_record_of_that_number_refuses_the_row(alice, charlie):
    lead = LeadFactory(owner=charlie, visibility=Visibility.OWNER)
    ExternalIdFactory(kind="lead", external_id="881", record_id=lead.pk)
    one = checked(alice, "ID,Title,Company\n881,Desks,Acme\n", NUMBERED)

    [row] = rows(one)
    assert (row.verdict, reasons(row)) == ("refused", ["This number is taken."])


def test_nothing_is_told_of_what_became_of_a_hidden_record(alice, charlie, stages):
    from conversion.services import convert_leads

    lead = LeadFactory(owner=charlie, visibility=Visibility.OWNER)
    ExternalIdFactory(kind="lead", external_id="881", record_id=lead.pk)
    convert_leads([lead], into=stages[0], by=charlie)
    one = checked(alice, "ID,Title,Company\n881,Desks,Acme\n", NUMBERED)

    [row] = rows(one)
    assert (row.verdict, reasons(row)) == ("refused", ["This number is taken."])


def test_archived_leads_are_updated_or_left_alone(alice):
    from opportunities.services import archive

    lead = LeadFactory(owner=alice)
    archive([lead], by=alice)
    ExternalIdFactory(kind="lead", external_id="881", record_id=lead.pk)
    text = "ID,Title,Company\n881,Desks,Acme\n"

    assert rows(checked(alice, text, NUMBERED))[0].verdict == "ready"
    [row] = rows(checked(alice, text, NUMBERED, choices={"archived": "skip"}))
    assert (row.verdict, reasons(row)) == ("skipped", ["It is archived."])


# --- Empty cells and required fields -------------------------------------------------------------


def test_an_empty_cell_leaves_or_clears_as_chosen(alice):
    lead = LeadFactory(owner=alice, value=5, currency="USD")
    ExternalIdFactory(kind="lead", external_id="881", record_id=lead.pk)
    fields = [*NUMBERED, "lead.value", "lead.campaign"]
    text = "ID,Title,Company,Value,Campaign\n881,,Acme,,\n"

    [left] = rows(checked(alice, text, fields))
    assert left.prepared["lead"] == {"external_id": "881"}
    [cleared] = rows(checked(alice, text, fields, choices={"empty": "clear"}))
    assert cleared.prepared["lead"] == {
        "external_id": "881",
        "value": None,
        "currency": None,
        "campaign": None,
    }


def test_a_required_field_is_asked_of_what_is_new_and_not_emptied_in_what_is_there(alice):
    field = FieldFactory(name="Region", kind="text", is_required=True)
    lead = LeadFactory(owner=alice)
    ExternalIdFactory(kind="lead", external_id="881", record_id=lead.pk)
    fields = [*NUMBERED, f"lead.{field.key}"]
    text = "ID,Title,Company,Region\n881,Desks,Acme,\n882,Lamps,Acme,\n"

    known, new = rows(checked(alice, text, fields))
    assert known.verdict == "ready"
    assert new.problems == [{"column": 3, "value": "", "reason": "“Region” is required."}]
    known, new = rows(checked(alice, text, fields, choices={"empty": "clear"}))
    assert reasons(known) == ["“Region” is required."]


def test_a_field_that_was_deleted_since_ends_the_check_in_words(alice):
    field = FieldFactory(name="Region", kind="text")
    one = importing(alice, "Company,Region\nAcme,North\n", ["organization.name", "lead.custom_0"])
    one.columns[1]["field"] = f"lead.{field.key}"
    one.save()
    Field.objects.filter(pk=field.pk).update(deleted_at="2026-01-01T00:00:00Z")

    job = run_now(start_check(one, by=alice))
    assert job.status == "failed"
    assert "Region" in job.error


# --- What people did before, and doing it again --------------------------------------------------


def test_corrections_and_rows_left_out_survive_another_check(alice):
    one = importing(alice, HEADS + "Desks,Amy,nobody,,\nLamps,Bo,,,\n", FIELDS)
    CorrectionFactory(of=one, number=1, column=2, text="amy@client.example")
    SkippedRowFactory(of=one, number=2)
    for _time in range(2):
        run_now(start_check(one, by=alice))
        corrected, left_out = rows(one)
        assert corrected.verdict == "ready"
        assert corrected.cells[2] == "nobody"  # as it was read
        assert (left_out.verdict, reasons(left_out)) == ("skipped", ["You left it out."])


def test_two_clicks_start_one_check(alice):
    one = importing(alice, HEADS + "Desks,Amy,,,\n", FIELDS)
    first = start_check(one, by=alice)
    assert start_check(one, by=alice) == first


def test_a_check_of_what_was_changed_meanwhile_counts_for_nothing(alice):
    one = importing(alice, HEADS + "Desks,Amy,,,\n", FIELDS)
    job = start_check(one, by=alice)
    Import.objects.filter(pk=one.pk).update(stage=Import.Stage.COLUMNS)

    assert run_now(job).status == "failed"
    assert not Row.objects.filter(of=one).exists()


def test_a_check_that_nobody_waits_for_any_more_stops_behind_its_chunk(alice, monkeypatch):
    one = importing(alice, HEADS + "Desks,Amy,,,\n" * 5, FIELDS)
    job = start_check(one, by=alice)
    copied = []

    def changed(rows):
        copied.extend(row.number for row in rows)
        if len(copied) == 2:
            Import.objects.filter(pk=one.pk).update(stage=Import.Stage.COLUMNS)

    monkeypatch.setattr(checking, "AT_A_TIME", 1)
    monkeypatch.setattr(checking, "copy", changed)
    assert run_now(job).status == "failed"
    assert copied == [1, 2]


def test_other_choices_check_once_more_and_the_same_ones_do_not(alice):
    one = checked(alice, HEADS + "Desks,Amy,amy@client.example,,\n", FIELDS)
    choices = {"person": "link", "organization": "link", "empty": "leave", "archived": "update"}

    check_as_chosen(one, choices, by=alice)
    assert Import.objects.get(pk=one.pk).stage == Import.Stage.CHECKED
    check_as_chosen(one, choices | {"person": "skip"}, by=alice)
    assert Import.objects.get(pk=one.pk).stage == Import.Stage.CHECKING


def test_nobody_else_checks_an_import_and_none_that_ran(alice, bob):
    one = importing(alice, HEADS + "Desks,Amy,,,\n", FIELDS)
    with pytest.raises(Missing):
        start_check(one, by=bob)
    one.columns[1]["field"] = one.columns[3]["field"] = None
    one.columns[2]["field"] = None
    one.save()
    with pytest.raises(NotToCheck):
        start_check(one, by=alice)
    Import.objects.filter(pk=one.pk).update(stage=Import.Stage.DONE)
    with pytest.raises(AlreadyRun):
        start_check(one, by=alice)


@pytest.mark.parametrize("size", [1, 5])
def test_a_chunk_costs_as_many_statements_for_one_row_as_for_five(
    alice, size, django_assert_num_queries
):
    lines = [f"Desk {n},Amy {n},amy{n}@client.example,Acme {n},5" for n in range(size)]
    one = importing(alice, HEADS + "\n".join(lines), FIELDS)
    with django_assert_num_queries(17):
        checking.check(one, tell=lambda done: None)


# --- Deals ---------------------------------------------------------------------------------------

DEAL_FIELDS = ["deal.title", "organization.name", "deal.status", "deal.closed_at"]


def test_deals_need_in_their_stage_what_the_pages_ask_for_too(alice, stages):
    field = FieldFactory(name="Budget", kind="text")
    Requirement.objects.create(pipeline=stages[0].pipeline, field=field, moment="won")
    text = "Title,Company,Status,Closed\nDesks,Acme,Won,2026-01-31\nLamps,Acme,Open,\n"
    won, still_open = rows(checked(alice, text, DEAL_FIELDS, kind="deal"))

    assert reasons(won) == ["“Qualified” requires “Budget”."]
    assert still_open.prepared["deal"]["stage"] == stages[0].pk


def known_deal(stages, **columns):
    deal = DealFactory(stage=stages[0], **columns)
    ExternalIdFactory(kind="deal", external_id="1", record_id=deal.pk)
    return deal


def judged(alice, text, *fields, **keywords):
    """What is wrong with the rows of a file about deals that are there, by number."""
    fields = ["deal.external_id", *fields, "organization.name"]
    text = text.replace("\n", ",Company\n", 1)
    return [reasons(row) for row in rows(checked(alice, text, fields, kind="deal", **keywords))]


def test_a_deal_that_is_there_needs_in_its_stage_what_the_pages_ask_for(alice, stages):
    field = FieldFactory(name="Budget", kind="text")
    Requirement.objects.create(
        pipeline=stages[1].pipeline, field=field, stage=stages[1], moment="enter"
    )
    deal = known_deal(stages, owner=alice)
    lacks = ["“Offer” requires “Budget”."]

    text = "No,Stage,Budget\n1,Offer,\n1,Qualified,\n1,Offer,9\n1,Offer,\n"
    columns = ["deal.stage", f"deal.{field.key}"]
    assert judged(alice, text, *columns) == [lacks, [], [], []]
    assert judged(alice, text, *columns, choices={"empty": "clear"}) == [lacks, [], [], lacks]

    Deal.objects.filter(pk=deal.pk).update(stage=stages[1], custom={str(field.pk): "9"})
    assert judged(alice, text, *columns) == [[], [], [], []]


@pytest.mark.parametrize("size", [1, 5])
def test_the_rules_of_known_deals_cost_no_statement_a_row(
    alice, stages, size, django_assert_num_queries
):
    text = "No,Stage,Company\n"
    for number in range(size):
        deal = DealFactory(stage=stages[0], owner=alice)
        ExternalIdFactory(kind="deal", external_id=str(number), record_id=deal.pk)
        text += f"{number},Offer,\n"
    fields = ["deal.external_id", "deal.stage", "organization.name"]
    one = importing(alice, text, fields, kind="deal")
    with django_assert_num_queries(20):
        checking.check(one, tell=lambda done: None)


def test_a_deal_that_is_there_ends_as_it_may_end_in_the_pages(alice, stages):
    field = FieldFactory(name="Budget", kind="text")
    Requirement.objects.create(pipeline=stages[0].pipeline, field=field, moment="won")
    LostReasonFactory(name="Other", needs_comment=True)
    known_deal(stages, owner=alice)
    text = "No,Status,Reason\n1,Won,\n1,Lost,\n1,Lost,Other\n"
    assert judged(alice, text, "deal.status", "deal.lost_reason") == [
        ["“Qualified” requires “Budget”."],
        ["A lost deal needs a reason."],
        ["The reason “Other” needs a comment."],
    ]


def test_what_a_known_deal_keeps_is_refused_and_what_it_says_already_is_not(alice, stages):
    price = LostReasonFactory(name="Price")
    LostReasonFactory(name="Time")
    at = datetime.datetime(2026, 3, 1, 15, 30, 20, tzinfo=datetime.UTC)
    known_deal(stages, owner=alice, status="lost", lost_at=at, lost_by=alice, lost_reason=price)
    text = (
        "No,Stage,Lost,Reason\n1,Qualified,2026-03-01,Price\n1,,2026-03-01T15:30:00Z,\n"
        "1,Offer,,\n1,,2026-03-02,\n1,,,Time\n"
    )
    told = judged(alice, text, "deal.stage", "deal.lost_at", "deal.lost_reason")
    assert told[:2] == [[], []]
    assert [len(each) for each in told[2:]] == [1, 1, 1]
    assert "stays in its stage" in told[2][0]
    assert "at another moment" in told[3][0]
    assert "for another reason" in told[4][0]


def test_a_value_that_follows_the_products_is_not_typed(alice, stages):
    known_deal(stages, owner=alice, is_summed=True, value=5, currency="EUR", lines_currency="EUR")
    text = "No,Value\n1,5.00\n1,6\n1,\n"
    reason = ["The value of this deal is what its products come to."]
    assert judged(alice, text, "deal.value") == [[], reason, []]


def test_a_lost_deal_has_a_reason_or_the_one_that_is_chosen_for_all(alice, stages):
    reason = LostReasonFactory(name="Price")
    text = "Title,Company,Status,Closed\nDesks,Acme,Lost,2026-01-31\n"

    [refused] = rows(checked(alice, text, DEAL_FIELDS, kind="deal"))
    assert reasons(refused) == ["A lost deal needs a reason."]
    chosen = {"lost_reason": str(reason.pk)}
    [ready] = rows(checked(alice, text, DEAL_FIELDS, kind="deal", choices=chosen))
    assert ready.prepared["deal"]["lost_reason"] == reason.pk


def test_a_code_is_that_of_one_product(admin, monkeypatch):
    first, second = ProductFactory(code="B-1"), ProductFactory(code="B-2")
    ExternalIdFactory(kind="product", external_id="1", record_id=first.pk)
    ExternalIdFactory(kind="product", external_id="2", record_id=second.pk)
    text = "No,Name,Code\n1,One,b-1\n2,Two,b-1\n3,Three,N\n4,Four,n\n3,Three,N\n5,Five,\n"
    fields = ["product.external_id", "product.name", "product.code"]
    for size in (5_000, 1):
        monkeypatch.setattr(checking, "AT_A_TIME", size)
        one = checked(admin, text, fields, kind="product")
        refused = {row.number: reasons(row) for row in rows(one) if row.verdict != "ready"}
        reason = ["There is already a product with this code."]
        assert refused == {2: reason, 4: reason}


def test_an_activity_is_about_something_that_is_here(alice):
    fields = ["activity.subject", "deal.external_id", "person.email"]
    text = "Subject,Deal,E-mail\nCall,77,\nMeet,,amy@client.example\nWrite,,\n"
    ActivityTypeFactory(name="Task")
    nowhere, with_amy, lost = rows(checked(alice, text, fields, kind="activity"))

    assert nowhere.problems[0]["reason"] == "It is not here yet. Import it first."
    assert with_amy.verdict == "ready"
    assert with_amy.prepared["activity"]["due_on"]
    assert reasons(lost) == ["It does not say which record it belongs to."]


def test_an_activity_needs_a_type_that_there_is(alice):
    fields = ["activity.subject", "person.email"]
    (one,) = rows(checked(alice, "S,E\nMeet,amy@client.example\n", fields, kind="activity"))
    assert reasons(one) == ["There is no type of activities yet. Add one first."]


@pytest.mark.parametrize("size", [1, 5])
def test_an_activity_is_given_to_people_who_see_what_it_is_about(
    alice, charlie, size, django_assert_num_queries
):
    ActivityTypeFactory(name="Task")
    hidden, shared = LeadFactory(owner=alice, visibility="team"), LeadFactory(owner=alice)
    ExternalIdFactory(kind="lead", external_id="1", record_id=hidden.pk)
    ExternalIdFactory(kind="lead", external_id="2", record_id=shared.pk)
    fields = ["activity.subject", "lead.external_id", "activity.assignee"]
    text = "Subject,Lead,For\n"
    for _row in range(size):
        text += f"Call,1,{charlie.email}\nCall,2,{charlie.email}\nCall,1,\n"
    one = importing(alice, text, fields, kind="activity")
    with django_assert_num_queries(22):
        checking.check(one, tell=lambda done: None)
    reason = "Charlie Roux cannot see this record. Choose somebody else, or share it first."
    assert [reasons(row) for row in rows(one)] == [[reason], [], []] * size


# --- A file of others ----------------------------------------------------------------------------

SALES = settings.BASE_DIR.parent / "shared" / "data" / "sales-opportunities"


@pytest.mark.skipif(not SALES.exists(), reason="the real sales opportunities are not here")
def test_the_sales_of_others_are_told_row_by_row(alice, stages):
    products = csv.DictReader((SALES / "products.csv").read_text().splitlines())
    for product in products:
        ProductFactory(name=product["product"], prices={"USD": product["sales_price"]})
    lines = (SALES / "sales_pipeline.csv").read_text().splitlines()[:801]
    sales = list(csv.DictReader(lines))
    fields = {
        "opportunity_id": "deal.external_id",
        "product": "line.product",
        "account": "organization.name",
        "deal_stage": "deal.status",
        "close_date": "deal.closed_at",
        "close_value": "deal.value",
    }
    meant = {"Engaging": "open", "Prospecting": "skip", "Won": "won", "Lost": "lost"}
    one = checked(
        alice,
        "\n".join(lines),
        [fields.get(header) for header in lines[0].split(",")],
        kind="deal",
        options={
            lines[0].split(",").index("deal_stage"): {"values": meant},
            lines[0].split(",").index("close_value"): {"currency": "USD"},  # that of the prices
        },
    )

    prospecting = [sale for sale in sales if sale["deal_stage"] == "Prospecting"]
    others = [sale for sale in sales if sale["deal_stage"] != "Prospecting"]
    misspelt = [sale for sale in others if sale["product"] == "GTXPro"]
    nameless = [sale for sale in others if not sale["account"] and sale["product"] != "GTXPro"]
    assert one.counts["rows"] == {
        "ready": len(others) - len(misspelt) - len(nameless),
        "skipped": len(prospecting),
        "refused": len(misspelt) + len(nameless),
    }
    told = {each["reason"]: each["rows"] for each in one.counts["reasons"]}
    assert told["There is no product “GTXPro”."] == len(misspelt)
    assert told["It has neither a person nor an organization."] == len(nameless)
    column = lines[0].split(",").index("product")
    correct_alike(one, column, "GTXPro", "GTX Pro", by=alice)
    one.refresh_from_db()
    left = [sale for sale in others if not sale["account"]]
    assert one.counts["rows"]["refused"] == len(left)
    names = {sale["account"] for sale in others if sale["account"]}
    assert one.counts["records"]["organization"]["created"] == len(names)
