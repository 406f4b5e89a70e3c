"""Taking an import back: what goes, what is left and why, who may, and at what cost."""

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Visibility
from activities.models import Activity
from activities.services.planning import complete, plan
from contacts.models import Organization, Person
from conversion.services import convert_leads, undo_conversion
from core.errors import Missing, NotAllowed
from crm.invariants import breaches
from deals.models import LineItem
from deals.services.items import add_line
from history.models import Event, Operation
from history.services import undo
from imports.models import ExternalId, Import, Trace
from imports.restoring.looking_back import look_back
from imports.reverting import TURNS, NothingToTakeBack, is_stuck, start, step
from jobs.services import fail, run_now
from leads.models import Lead
from opportunities import services as opportunities
from products.models import Product
from tests.factories import (
    ActivityFactory,
    ActivityTypeFactory,
    DealFactory,
    EmailAddressFactory,
    ExternalIdFactory,
    FieldFactory,
    LabelFactory,
    LeadFactory,
    NoteFactory,
    OrganizationFactory,
    PersonFactory,
    ProductFactory,
)
from tests.imports.ran import ran
from tests.imports.runs import checked, choosing
from tests.imports.runs import ran as run_of

pytestmark = pytest.mark.django_db


def brought(owner, **fields):
    """A lead with its person and organization, as an import brings them."""
    organization = OrganizationFactory(owner=owner)
    person = PersonFactory(owner=owner, organization=organization)
    lead = LeadFactory(
        owner=owner, person=person, organization=organization, origin="import", **fields
    )
    return lead, person, organization


def take_back(one, *, by=None, **how):
    one = start(one, by=by or one.by, **how)
    run_now(one.job)
    one.refresh_from_db()
    one.job.refresh_from_db()
    assert one.job.status == "done", one.job.error
    assert breaches() == []
    return one


def reasons(one):
    traces = Trace.objects.filter(of=one).exclude(left="")
    return set(traces.values_list("kind", "record_id", "left"))


def test_what_an_import_created_goes(alice):
    lead, person, organization = brought(alice)
    other = LeadFactory(owner=alice)
    one = take_back(ran(alice, created=[lead, person, organization]))

    assert one.stage == Import.Stage.REVERTED
    assert list(Lead.objects.all()) == [other]
    assert list(Person.objects.all()) == [other.person]
    assert not Organization.objects.exists()
    assert Lead.everything.get(pk=lead.pk).deleted_by == alice
    assert one.counts["reverted"]["removed"] == {"lead": 1, "person": 1, "organization": 1}
    assert one.job.result["text"] == "3 records removed."
    told = Event.objects.filter(operation__undoes=one.operation).order_by("pk")
    assert list(told.values_list("verb", flat=True)) == [
        "import.reverted", "lead.deleted", "person.deleted", "organization.deleted",
    ]  # fmt: skip
    assert one.operation.undone_by == alice


def test_what_was_changed_since_is_left_with_what_it_names(alice, bob):
    lead, person, organization = brought(alice)
    free, *theirs = brought(alice)
    one = ran(alice, created=[lead, person, organization, free, *theirs])
    opportunities.change(lead, {"title": "Warm"}, by=bob)

    outlook = look_back(one, alice)
    assert outlook.left == 1
    assert [(each.record, each.reason.label) for each in outlook.listed] == [
        (lead, "Changed since")
    ]
    assert outlook.going == {"lead": 1, "person": 2, "organization": 2}

    one = take_back(one)
    assert list(Lead.objects.all()) == [lead]
    assert list(Person.objects.all()) == [person]
    assert list(Organization.objects.all()) == [organization]
    assert reasons(one) == {
        ("lead", lead.pk, "changed"),
        ("person", person.pk, "named"),
        ("organization", organization.pk, "named"),
    }
    assert one.counts["reverted"]["left"] == {"lead": 1, "person": 1, "organization": 1}
    assert "3 are left: changed since, or in use." in one.job.result["text"]


def test_who_insists_takes_back_what_was_changed_too(alice, bob):
    lead, person, organization = brought(alice)
    given_away, *theirs = brought(alice)
    one = ran(alice, created=[lead, person, organization, given_away, *theirs])
    opportunities.change(lead, {"title": "Warm"}, by=bob)
    opportunities.assign([given_away], to=bob, by=alice)

    one = take_back(one, insists=True)

    # Only its owner may delete what was given away.
    assert list(Lead.objects.all()) == [given_away]
    assert reasons(one) == {
        ("lead", given_away.pk, "kept"),
        ("person", theirs[0].pk, "named"),
        ("organization", theirs[1].pk, "named"),
    }


def test_what_was_taken_back_changed_nothing(alice, bob):
    lead, *rest = brought(alice)
    one = ran(alice, created=[lead, *rest])
    undo(opportunities.change(lead, {"title": "Warm"}, by=bob), by=bob)
    opportunities.archive([lead], by=bob)
    undo(Operation.objects.filter(verb="lead.archived").get(), by=bob)

    assert look_back(one, alice).left == 0
    take_back(one)
    assert not Lead.objects.exists()


def test_what_somebody_deleted_stays_deleted_and_is_not_counted(alice):
    lead, *rest = brought(alice)
    one = ran(alice, created=[lead, *rest])
    opportunities.delete([lead], by=alice)

    assert look_back(one, alice).going == {"lead": 0, "person": 1, "organization": 1}
    one = take_back(one)
    assert one.counts["reverted"]["removed"] == {"person": 1, "organization": 1}
    assert reasons(one) == set()


def test_a_converted_lead_is_left_and_goes_with_its_deal_for_who_insists(alice, stages):
    lead, *rest = brought(alice)
    one = ran(alice, created=[lead, *rest])
    conversion = convert_leads([lead], into=stages[0], by=alice)

    assert [each.reason for each in look_back(one, alice).listed] == ["converted"]
    left = take_back(one)
    assert ("lead", lead.pk, "converted") in reasons(left)
    deal = conversion.pairs.get().deal
    deal.refresh_from_db()
    assert deal.deleted_at is None

    lead, *rest = brought(alice)
    two = ran(alice, created=[lead, *rest])
    deal = convert_leads([lead], into=stages[0], by=alice).pairs.get().deal
    two = take_back(two, insists=True)
    deal.refresh_from_db()
    assert deal.deleted_at is not None
    assert reasons(two) == set()


def test_a_lead_that_was_a_deal_meanwhile_is_left(alice, stages):
    """It says what the deal said by then."""
    lead, *rest = brought(alice)
    one = ran(alice, created=[lead, *rest])
    undo_conversion(convert_leads([lead], into=stages[0], by=alice), by=alice)

    assert ("lead", lead.pk, "changed") in reasons(take_back(one))


@pytest.mark.parametrize("naming", ["lead", "person", "custom value"])
def test_a_contact_that_others_name_by_now_is_left(alice, naming):
    lead, person, organization = brought(alice)
    one = ran(alice, created=[lead, person, organization])
    if naming == "lead":
        LeadFactory(owner=alice, person=person)
    elif naming == "person":
        PersonFactory(owner=alice, organization=organization)
    else:
        field = FieldFactory(of="opportunity", kind="person", name="Adviser")
        LeadFactory(owner=alice, custom={str(field.pk): person.pk})
    one = take_back(one)

    assert not Lead.objects.filter(pk=lead.pk).exists()
    kept = organization if naming == "person" else person
    assert (kept.kind, kept.pk, "named") in reasons(one)


def test_fields_of_people_and_organizations_name_contacts_too(alice):
    people, companies = (
        [PersonFactory(owner=alice), OrganizationFactory(owner=alice)] for _ in "ab"
    )
    one = ran(alice, created=[*people, *companies])
    for field_of, naming in (("person", PersonFactory), ("organization", OrganizationFactory)):
        for kind, target in zip(("person", "organization"), people, strict=True):
            field = FieldFactory(of=field_of, kind=kind, name=f"{kind} of {field_of}")
            naming(owner=alice, custom={str(field.pk): target.pk})
    one = take_back(one)
    assert reasons(one) == {(each.kind, each.pk, "named") for each in people}


@pytest.mark.parametrize("size", [1, 5])
def test_values_that_name_contacts_are_read_once_for_all_of_them(alice, size):
    field = FieldFactory(of="person", kind="organization", name="Employer before")
    for _number in range(20):
        PersonFactory(owner=alice, custom={str(field.pk): OrganizationFactory().pk})
    created = [OrganizationFactory(owner=alice) for _number in range(size)]
    one = start(ran(alice, created=created), by=alice)
    one.counts["reverted"]["turn"] = TURNS.index(("created", "organization"))
    one.save()
    before = scans_of(Person)
    step(one.job, one.pk)
    assert scans_of(Person) - before <= 1
    assert Organization.objects.filter(pk__in=[each.pk for each in created]).count() == 0


def scans_of(model):
    """How often this transaction walked through the whole table of ``model``."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relname = %s",
            [model._meta.db_table],
        )
        return cursor.fetchone()[0]


def test_a_contact_of_a_deleted_lead_comes_back_with_it(alice):
    lead, person, organization = brought(alice)
    take_back(ran(alice, created=[lead, person, organization]))

    opportunities.bring_back([Lead(pk=lead.pk)], by=alice)

    assert Person.objects.filter(pk=person.pk).exists()
    assert Organization.objects.filter(pk=organization.pk).exists()
    verbs = Event.objects.order_by("-pk").values_list("verb", flat=True)[:3]
    assert set(verbs) == {"lead.brought_back", "person.brought_back", "organization.brought_back"}


def test_activities_and_notes_about_records_that_were_there_go(alice, bob):
    lead = LeadFactory(owner=alice)
    call = ActivityFactory(lead=lead, assignee=alice)
    done = ActivityFactory(lead=lead, assignee=alice)
    note = NoteFactory(lead=lead, author=alice)
    Lead.objects.filter(pk=lead.pk).update(next_activity_on=min(call.due_on, done.due_on))
    one = ran(alice, created=[call, done, note], kind="activity")
    complete(done, by=bob)

    one = take_back(one)

    assert list(Activity.objects.all()) == [done]
    assert not lead.note_set.exists()
    lead.refresh_from_db()
    assert lead.next_activity_on is None
    assert reasons(one) == {("activity", done.pk, "changed")}
    removed = Event.objects.get(verb="activity.removed")
    assert (removed.subject_kind, removed.subject_id) == ("lead", lead.pk)


def test_activities_and_notes_of_what_goes_hang_on_it(alice):
    lead, *rest = brought(alice)
    call = ActivityFactory(lead=lead, assignee=alice)
    Lead.objects.filter(pk=lead.pk).update(next_activity_on=call.due_on)
    take_back(ran(alice, created=[lead, *rest, call, NoteFactory(lead=lead, author=alice)]))

    assert Activity.objects.get().lead_id == lead.pk
    assert not Event.objects.filter(verb="activity.removed").exists()


def test_a_lead_with_a_step_that_somebody_planned_is_left(alice, bob):
    lead, *rest = brought(alice)
    one = ran(alice, created=[lead, *rest])
    call = {"subject": "Call", "type": ActivityTypeFactory(), "due_on": timezone.localdate()}
    plan(Activity(lead=lead, **call), by=bob)

    take_back(one)
    assert Lead.objects.filter(pk=lead.pk).exists()


def test_products_go(admin):
    product = ProductFactory()
    take_back(ran(admin, created=[product], kind="product"))
    product.refresh_from_db()
    assert product.deleted_at is not None


def test_their_numbers_elsewhere_are_free_again(alice):
    lead, *rest = brought(alice)
    one = ran(alice, created=[lead, *rest])
    ExternalIdFactory(kind="lead", record_id=lead.pk, external_id="881", of=one)
    take_back(one)
    assert not ExternalId.objects.exists()


def test_what_was_there_before_is_not_called_by_them_any_more(alice, monkeypatch):
    monkeypatch.setattr("imports.reverting.AT_ONCE", 1)
    for name in ("amy", "bea"):
        person = PersonFactory(owner=alice, name=name.title())
        EmailAddressFactory(person=person, address=f"{name}@x.example", is_primary=True)
    one = run_of(people_called(alice, {"amy": "1", "bea": "2", "zoe": "3"}))
    assert ExternalId.objects.filter(of=one).count() == 3
    take_back(one)
    assert not ExternalId.objects.exists()


def test_what_a_later_import_found_again_keeps_its_number(alice):
    known = PersonFactory(owner=alice, name="Amy")
    EmailAddressFactory(person=known, address="amy@x.example", is_primary=True)
    one = run_of(people_called(alice, {"amy": "1", "zoe": "2"}))
    run_of(people_called(alice, {"amy": "1"}))
    take_back(one)
    assert ExternalId.objects.get().record_id == known.pk


def people_called(by, numbers):
    said = [
        {
            "person": {
                "name": name.title(),
                "emails": [{"address": f"{name}@x.example"}],
                "external_id": number,
            }
        }
        for name, number in numbers.items()
    ]
    how = choosing("person.name", "person.email", "person.external_id", person="link")
    return checked(by, *said, kind="person", system="Pipedrive", **how)


# --- Once, by whom, and what is interrupted ------------------------------------------------------


def test_it_works_once(alice):
    one = ran(alice, created=brought(alice))
    first, second = start(one, by=alice), start(one, by=alice)
    assert first.job == second.job
    run_now(first.job)
    with pytest.raises(NothingToTakeBack, match="already"):
        start(one, by=alice)


@pytest.mark.parametrize("stage", ["columns", "check", "checking", "checked", "running"])
def test_what_did_not_run_is_not_taken_back(alice, stage):
    one = ran(alice, created=brought(alice), stage=stage)
    with pytest.raises(NothingToTakeBack):
        start(one, by=alice)


@pytest.mark.parametrize("stage", ["done", "cancelled", "failed"])
def test_what_ended_halfway_is_taken_back_too(alice, stage):
    take_back(ran(alice, created=brought(alice), stage=stage))
    assert not Lead.objects.exists()


def test_only_who_made_it_and_admins_take_it_back(alice, bob, charlie, reader, admin):
    one = ran(alice, created=brought(alice))
    for other in (bob, charlie):
        with pytest.raises(Missing):
            start(one, by=other)
    with pytest.raises(NotAllowed):
        start(one, by=reader)
    take_back(one, by=admin)


def test_what_a_file_gave_to_colleagues_goes_as_long_as_it_is_seen(alice, bob):
    seen, *rest = brought(bob)
    unseen, *others = brought(bob)
    one = ran(alice, created=[seen, *rest, unseen, *others])
    Lead.objects.filter(pk=unseen.pk).update(visibility=Visibility.OWNER)

    one = take_back(one)

    assert list(Lead.objects.all()) == [unseen]
    assert ("lead", unseen.pk, "kept") in reasons(one)
    assert one.counts["reverted"]["left"] == {"lead": 1, "person": 1, "organization": 1}


@pytest.mark.parametrize("insists", [False, True])
def test_what_was_taken_from_ones_sight_is_not_written(alice, bob, insists):
    lead = LeadFactory(owner=alice, title="Desk")
    one = updated_by(alice, lead, {"title": "Chair"}, note={"text": "Said so."})
    note = lead.note_set.get()
    Lead.objects.filter(pk=lead.pk).update(owner=bob, visibility=Visibility.OWNER)

    one = take_back(one, insists=insists)

    lead.refresh_from_db()
    assert lead.title == "Chair"
    assert reasons(one) == {("lead", lead.pk, "kept"), ("note", note.pk, "kept")}
    assert "restored" not in one.counts["reverted"]
    assert "removed" not in one.counts["reverted"]


def test_products_are_taken_back_by_who_may_configure(admin):
    product = ProductFactory()
    one = ran(admin, created=[product], kind="product")
    admin.role = "rep"
    admin.save()
    one = take_back(one)
    assert reasons(one) == {("product", product.pk, "kept")}


def test_it_goes_on_where_it_stopped(alice, monkeypatch):
    monkeypatch.setattr("imports.reverting.AT_ONCE", 1)
    one = ran(alice, created=[each for _n in range(3) for each in brought(alice)])
    one = start(one, by=alice)
    while Lead.objects.count() > 1:
        step(one.job, one.pk)
    fail(one.job, "killed")
    one.refresh_from_db()
    assert is_stuck(one)

    one = take_back(one)
    assert one.counts["reverted"]["removed"] == {"lead": 3, "person": 3, "organization": 3}
    assert Event.objects.filter(verb="lead.deleted").count() == 3
    assert Operation.objects.filter(verb="import.reverted").count() == 1


@pytest.mark.parametrize("size", [1, 5])
def test_a_step_costs_the_same_for_any_number(alice, django_assert_num_queries, size):
    one = ran(alice, created=[brought(alice)[0] for _n in range(size)])
    one = start(one, by=alice)
    one.counts["reverted"]["turn"] = TURNS.index(("created", "lead"))
    one.save()
    # The import, held; the next records, held; their fates; the team, and what may be changed; what
    # they name is not asked of leads; events, the records, their numbers elsewhere; where it
    # stands, in the import and in the job.
    with django_assert_num_queries(13):
        step(one.job, one.pk)


def test_what_hidden_colleagues_have_is_not_named(alice, charlie):
    lead, *rest = brought(alice)
    one = ran(alice, created=[lead, *rest])
    opportunities.assign([lead], to=charlie, by=alice)
    Lead.objects.filter(pk=lead.pk).update(visibility=Visibility.OWNER)

    outlook = look_back(one, alice)
    assert (outlook.left, outlook.listed, outlook.hidden) == (1, [], 1)


# --- What was updated ---------------------------------------------------------------------------


def test_updated_records_say_again_what_they_said(alice, bob, stages):
    hot, cold = LabelFactory(name="Hot"), LabelFactory(name="Cold")
    OrganizationFactory(owner=alice, name="Lac")
    field = FieldFactory(of="person", kind="text", name="Nickname")
    person = PersonFactory(
        owner=alice, name="Amy Wong", job_title="Buyer", custom={str(field.pk): "Ames"}
    )
    person.labels.set([hot])
    EmailAddressFactory(person=person, address="amy@old.example", is_primary=True)
    before = seen(person)
    update = {
        "name": "Amy Kroker", "job_title": "", "owner": bob.pk,
        "labels": [cold.pk], "emails": [{"address": "amy@new.example", "kind": "home"}],
        "custom": {str(field.pk): "A."},
    }  # fmt: skip
    one = updated_by(alice, person, update, organization={"name": "Lac"})
    assert seen(person) != before

    one = take_back(one)

    assert seen(person) == before
    assert one.counts["reverted"]["restored"] == {"person": 1}
    told = Event.objects.filter(operation__verb="import.reverted", verb="person.changed").get()
    assert told.changes["name"] == ["Amy Kroker", "Amy Wong"]
    assert told.changes[field.key] == ["A.", "Ames"]


def seen(person):
    person = Person.objects.get(pk=person.pk)
    reaches = person.email_addresses.values_list("address", "kind", "is_primary")
    columns = ("name", "job_title", "organization_id", "owner_id", "custom")
    labels = set(person.labels.values_list("name", flat=True))
    return [getattr(person, name) for name in columns], labels, sorted(reaches)


def updated_by(by, *pairs, **also):
    """The import of ``by`` that updated records: (record, what a row says of it) after another, and
    what each row says of others.
    """
    pairs = list(zip(pairs[::2], pairs[1::2], strict=True))
    kind, rows = pairs[0][0].kind, []
    for number in {record.pk for record, _said in pairs}:
        ExternalIdFactory(kind=kind, record_id=number, external_id=f"{number}", of=None)
    for record, said in pairs:
        rows.append({kind: {"external_id": f"{record.pk}"} | said} | also)
    choices = {kind: "update"} | dict.fromkeys(also, "link")
    how = choosing(f"{kind}.external_id", f"{kind}.name", f"{kind}.owner", **choices)
    return run_of(checked(by, *rows, kind=kind, **how))


def test_what_was_updated_and_changed_again_in_just_that_is_left(alice, bob):
    again, elsewhere = (LeadFactory(owner=alice, title=f"Desk {n}", campaign="") for n in (1, 2))
    one = updated_by(alice, again, {"title": "Chair 1"}, elsewhere, {"title": "Chair 2"})
    opportunities.change(again, {"title": "Stool 1"}, by=bob)
    opportunities.change(elsewhere, {"campaign": "Fair"}, by=bob)

    outlook = look_back(one, alice)
    assert (outlook.restored, outlook.left) == ({"lead": 1}, 1)
    one = take_back(one)

    assert set(Lead.objects.values_list("title", "campaign")) == {
        ("Stool 1", ""), ("Desk 2", "Fair"),
    }  # fmt: skip
    assert reasons(one) == {("lead", again.pk, "changed")}


def test_who_insists_gets_back_what_it_was_before_the_import(alice, bob):
    lead = LeadFactory(owner=alice, title="Desk")
    one = updated_by(alice, lead, {"title": "Chair"})
    opportunities.change(lead, {"title": "Stool"}, by=bob)

    take_back(one, insists=True)
    lead.refresh_from_db()
    assert lead.title == "Desk"


@pytest.mark.parametrize("chunk", [1, 2])
def test_what_was_updated_twice_becomes_what_it_was_at_first(alice, monkeypatch, chunk):
    monkeypatch.setattr("imports.running.CHUNK", chunk)
    lead = LeadFactory(owner=alice, title="Desk", campaign="Fair")
    again = {"title": "Stool", "campaign": "Expo"}
    take_back(updated_by(alice, lead, {"title": "Chair"}, lead, again))
    lead.refresh_from_db()
    assert (lead.title, lead.campaign) == ("Desk", "Fair")


def test_a_value_and_its_currency_go_back_together(alice):
    lead = LeadFactory(owner=alice, value=None, currency="")
    take_back(updated_by(alice, lead, {"value": "12.50", "currency": "USD"}))
    lead.refresh_from_db()
    assert (lead.value, lead.currency) == (None, "")


def test_what_can_no_longer_be_named_stays_as_the_import_left_it(alice, bob, charlie):
    lead = LeadFactory(owner=bob, title="Desk")
    one = updated_by(alice, lead, {"title": "Chair", "owner": charlie.pk})
    bob.is_active = False
    bob.save()

    take_back(one)
    lead.refresh_from_db()
    assert (lead.title, lead.owner) == ("Desk", charlie)


def test_prices_and_codes_go_back_but_a_code_that_is_taken(admin):
    mill = ProductFactory(name="Mill", code="M-1", prices={"EUR": 10})
    press = ProductFactory(name="Press", code="P-1", prices={"USD": 5})
    one = updated_by(
        admin,
        mill, {"code": "M-2", "price": "12", "currency": "EUR"},
        press, {"code": "P-2", "price": "7", "currency": "EUR"},
    )  # fmt: skip
    ProductFactory(name="Other", code="p-1")

    take_back(one)
    told = Product.objects.filter(pk__in=[mill.pk, press.pk]).order_by("pk")
    assert [product.code for product in told] == ["M-1", "P-2"]
    assert [{each.currency: each.amount for each in product.prices.all()} for product in told] == [
        {"EUR": 10}, {"USD": 5},
    ]  # fmt: skip


def test_lines_of_deals_that_were_there_are_taken_off(alice, stages):
    deal = DealFactory(owner=alice, stage=stages[0], value=None, currency="")
    add_line(deal, {"name": "Own", "price": 20}, by=alice)
    one = updated_by(alice, deal, {}, line={"name": "Brought", "price": "30"})
    deal.refresh_from_db()
    assert deal.value == 50

    take_back(one)
    deal.refresh_from_db()
    assert [each.name for each in deal.items.all()] == ["Own"]
    assert deal.value == 20


@pytest.mark.parametrize("size", [1, 5])
def test_a_step_of_lines_costs_the_same_for_any_number(
    alice, stages, django_assert_num_queries, size
):
    rows = []
    for number in range(size):
        deal = DealFactory(owner=alice, stage=stages[0], value=None, currency="")
        ExternalIdFactory(kind="deal", record_id=deal.pk, external_id=f"{number}", of=None)
        line = {"product": ProductFactory(prices={"EUR": 20}).pk}
        rows.append({"deal": {"external_id": f"{number}"}, "line": line})
    how = choosing("deal.external_id", "line.product", deal="update")
    one = start(run_of(checked(alice, *rows, kind="deal", **how)), by=alice)
    one.counts["reverted"]["turn"] = TURNS.index(("created", "line"))
    one.save()
    # As above; the deals, held, the lines, held; what was changed; whose they are; what is left
    # of the deals; the lines, the deals, the events.
    with django_assert_num_queries(17):
        step(one.job, one.pk)
    assert not LineItem.objects.exists()
    assert breaches() == []
