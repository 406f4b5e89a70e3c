"""What rows make equals what people make in the pages; and what they change says what it was."""

import datetime

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from activities.models import Activity, Note
from activities.services import plan, write_note
from contacts.models import EmailAddress, Organization, Person, PhoneNumber
from contacts.services import create_organization, create_person
from custom_fields.models import Field
from deals.models import Deal, LineItem, StageVisit
from deals.services import add_line, lose_deals, open_deal, win_deals
from history.models import Event, Operation
from imports import running
from imports.models import ExternalId, Row, Trace
from imports.writing.chunk import gather
from imports.writing.meeting import Meant
from imports.writing.ruling import forbidden
from leads.models import Lead
from leads.services import open_lead
from pipelines.models import Requirement
from products import services as products
from products.models import Price, Product
from tests.factories import (
    ActivityTypeFactory,
    ChannelFactory,
    DealFactory,
    FieldFactory,
    LabelFactory,
    LeadFactory,
    LostReasonFactory,
    OrganizationFactory,
    PersonFactory,
    PhaseFactory,
    ProductFactory,
)
from tests.imports.everything import everything, wiped
from tests.imports.runs import checked, choosing, ran

pytestmark = pytest.mark.django_db


@pytest.fixture
def typed_field():
    return FieldFactory(of=Field.Of.OPPORTUNITY, kind="text", name="Size")


def test_a_lead_with_all_that_comes_along_equals_one_made_in_the_pages(alice, bob, typed_field):
    label, channel = LabelFactory(), ChannelFactory()
    organization = create_organization(
        Organization(name="Bakery", website="bakery.example", address="1, rue"), by=alice
    )
    person = create_person(
        Person(name="Zoé", job_title="Owner", organization=organization, owner=bob),
        labels=[label],
        email_addresses=[
            EmailAddress(address="Zoe@X.example"),
            EmailAddress(address="b@x.example"),
        ],
        phone_numbers=[PhoneNumber(number="+33 1", kind="mobile")],
        by=alice,
    )
    lead = Lead(
        title="Desks",
        person=person,
        organization=organization,
        value="12.5",
        currency="USD",
        expected_close_on=datetime.date(2026, 12, 1),
        channel=channel,
        campaign="Fair",
        custom={str(typed_field.pk): "XL"},
        visibility="team",
    )
    open_lead(lead, labels=[label], by=alice)
    write_note(Note(lead=lead, text="Said **so**." * 9), by=alice)
    by_hand = everything()
    wiped(Event, Operation, Note, Lead, Person, Organization)

    ran(
        checked(
            alice,
            {
                "lead": {
                    "title": "Desks",
                    "value": "12.50",
                    "currency": "USD",
                    "expected_close_on": "2026-12-01",
                    "channel": channel.pk,
                    "campaign": "Fair",
                    "labels": [label.pk],
                    "custom": {str(typed_field.pk): "XL"},
                    "visibility": "team",
                },
                "person": {
                    "name": "Zoé",
                    "job_title": "Owner",
                    "owner": bob.pk,
                    "labels": [label.pk],
                    "emails": [
                        {"address": "Zoe@X.example", "kind": "work"},
                        {"address": "b@x.example", "kind": "work"},
                    ],
                    "phones": [{"number": "+33 1", "kind": "mobile"}],
                },
                "organization": {
                    "name": "Bakery",
                    "website": "bakery.example",
                    "address": "1, rue",
                },
                "note": {"text": "Said **so**." * 9},
            },
        )
    )

    assert everything() == by_hand
    call_command("check_invariants", verbosity=0)


def test_deals_equal_those_that_are_opened_won_and_lost_in_the_pages(alice, stages):
    reason = LostReasonFactory()
    bakery = OrganizationFactory(name="Bakery", owner=alice)
    for title, value in (("Open", None), ("Won", 10), ("Lost", 20)):
        currency = "EUR" if value else ""
        deal = Deal(
            title=title, organization=bakery, stage=stages[1], value=value, currency=currency
        )
        open_deal(deal, by=alice)
    win_deals([Deal.objects.get(title="Won")], by=alice)
    lose_deals([Deal.objects.get(title="Lost")], reason=reason, comment="Too dear", by=alice)
    by_hand = everything()
    wiped(Event, Operation, StageVisit, Deal)

    deal = {"stage": stages[1].pk}
    lost = {"status": "lost", "lost_reason": reason.pk, "lost_comment": "Too dear"}
    ran(
        checked(
            alice,
            {"deal": deal | {"title": "Open"}, "organization": {"name": "Bakery"}},
            {
                "deal": deal | {"title": "Won", "value": "10", "status": "won"},
                "organization": {"name": "bakery"},
            },
            {
                "deal": deal | {"title": "Lost", "value": "20"} | lost,
                "organization": {"name": "BAKERY"},
            },
            kind="deal",
        )
    )

    assert everything() == by_hand
    assert [each.title for each in Deal.objects.order_by("position")] == ["Open", "Won", "Lost"]
    call_command("check_invariants", verbosity=0)


def test_lines_and_activities_equal_those_of_the_pages(admin, stages):
    call = ActivityTypeFactory(name="Call")
    product = Product(name="Beans", code="B-1", unit="kg", tax="5.5")
    products.create(product, prices=[products.Money("12", "EUR")], by=admin)
    bakery = OrganizationFactory(name="Bakery", owner=admin)
    deal = open_deal(Deal(title="Beans", organization=bakery, stage=stages[0]), by=admin)
    add_line(deal, {"quantity": 3}, product=product, by=admin)
    today = timezone.localdate()
    plan(Activity(deal=deal, type=call, subject="Call back", due_on=today), by=admin)
    plan(Activity(deal=deal, type=call, subject="Called", due_on=today), is_done=True, by=admin)
    by_hand = everything()
    wiped(Event, Operation, Activity, LineItem, StageVisit, Deal, Product)

    ran(
        checked(
            admin,
            {
                "product": {
                    "name": "Beans",
                    "code": "B-1",
                    "unit": "kg",
                    "tax": "5.5",
                    "price": "12",
                }
            },
            kind="product",
        )
    )
    product = Product.objects.get()
    ran(
        checked(
            admin,
            {
                "deal": {"title": "Beans", "stage": stages[0].pk, "external_id": "7"},
                "organization": {"name": "Bakery"},
                "line": {"product": product.pk, "quantity": "3"},
            },
            kind="deal",
        )
    )
    activity = {"type": call.pk, "due_on": today.isoformat()}
    ran(
        checked(
            admin,
            {"activity": activity | {"subject": "Call back"}, "deal": {"external_id": "7"}},
            {
                "activity": activity | {"subject": "Called", "is_done": True},
                "deal": {"external_id": "7"},
            },
            kind="activity",
        )
    )

    assert without_lines_told(everything()) == without_lines_told(by_hand)
    assert Deal.objects.get().value == 36
    call_command("check_invariants", verbosity=0)


def without_lines_told(told):
    """The event of a line tells what became of the value, too, where it is added to a deal that
    was there before.
    """
    for event in told["Event"]:
        if event["verb"] == "deal.line_added":
            event["changes"] = event["changes"]["line"]
    return told


def test_rows_that_speak_of_the_same_contacts_make_them_once(alice):
    amy = {"name": "Amy", "emails": [{"address": "amy@x.example", "kind": "work"}]}
    ran(
        checked(
            alice,
            {"lead": {"title": "One"}, "person": amy, "organization": {"name": "Café"}},
            {
                "lead": {"title": "Two"},
                "person": {"name": "A. Wong", "emails": [{"address": "AMY@X.example"}]},
                "organization": {"name": "cafe"},
            },
        )
    )

    assert Person.objects.get().name == "Amy"
    assert Organization.objects.get().name == "Café"
    assert [lead.person for lead in Lead.objects.all()] == [Person.objects.get()] * 2
    assert sorted(Trace.objects.values_list("kind", "what")) == [
        ("lead", "created"),
        ("lead", "created"),
        ("organization", "created"),
        ("organization", "linked"),
        ("person", "created"),
        ("person", "linked"),
    ]


def test_what_is_deleted_or_hidden_is_nobody(alice, charlie):
    OrganizationFactory(name="Bakery", owner=charlie, visibility="owner")
    OrganizationFactory(name="Bakery", owner=alice, deleted_at=timezone.now())
    ran(checked(alice, {"lead": {"title": "One"}, "organization": {"name": "Bakery"}}))
    assert Lead.objects.get().organization.owner == alice
    assert Organization.everything.count() == 3


def test_an_update_tells_what_was_there_before_and_empties_what_the_row_empties(alice, bob):
    size = FieldFactory(of=Field.Of.PERSON, kind="text")
    old, new = LabelFactory(name="Old"), LabelFactory(name="New")
    person = PersonFactory(name="Amy", job_title="Boss", owner=alice, custom={str(size.pk): "L"})
    person.labels.set([old])
    person.email_addresses.create(address="amy@x.example", is_primary=True)

    importing = ran(
        checked(
            alice,
            {
                "person": {
                    "name": "Amy Wong",
                    "job_title": "",
                    "owner": bob.pk,
                    "labels": [new.pk],
                    "custom": {str(size.pk): None},
                    "emails": [{"address": "AMY@x.example"}, {"address": "a@y.example"}],
                }
            },
            kind="person",
            **choosing("person.name", "person.email"),
        )
    )

    person.refresh_from_db()
    assert (person.name, person.job_title, person.owner, person.custom) == ("Amy Wong", "", bob, {})
    assert list(person.labels.order_by("name")) == [new, old]
    addresses = person.email_addresses.order_by("pk").values_list("address", "is_primary")
    assert list(addresses) == [("amy@x.example", True), ("a@y.example", False)]
    trace = Trace.objects.get()
    assert trace.what == "updated"
    assert trace.before == {
        "name": "Amy",
        "job_title": "Boss",
        "owner": {"id": alice.pk, "name": alice.name},
        "labels": [{"id": old.pk, "name": "Old"}],
        "email_addresses": [{"name": "amy@x.example", "kind": "work", "is_primary": True}],
        f"custom_{size.pk}": "L",
    }
    event = Event.objects.get(operation=importing.operation)
    assert event.verb == "person.changed"
    assert event.changes["name"] == ["Amy", "Amy Wong"]
    assert event.changes.keys() == trace.before.keys()


def test_a_later_row_updates_what_an_earlier_one_of_the_file_made(alice):
    rows = ({"name": "Bakery"}, {"name": "bakery", "website": "bakery.example"})
    ran(checked(alice, *({"organization": each} for each in rows), kind="organization"))
    found = Organization.objects.get()
    assert (found.name, found.website) == ("bakery", "bakery.example")


def test_what_says_so_already_stays_as_it_is(alice):
    OrganizationFactory(name="Bakery", owner=alice)
    importing = ran(checked(alice, {"organization": {"name": "Bakery"}}, kind="organization"))
    assert importing.operation is None
    assert Trace.objects.get().before is None
    assert not Event.objects.filter(verb="organization.changed").exists()


def test_rows_are_left_out_where_whoever_imports_wants_no_second_one(alice):
    OrganizationFactory(name="Bakery", owner=alice)
    importing = ran(
        checked(
            alice,
            {"lead": {"title": "One"}, "organization": {"name": "Bakery"}},
            {"lead": {"title": "Two"}, "organization": {"name": "Café"}},
            **choosing("lead.title", "organization.name", organization="skip"),
        )
    )
    assert Lead.objects.get().title == "Two"
    row = Row.objects.get(of=importing, number=1)
    assert row.verdict == "skipped"
    assert row.problems[0]["reason"] == "It is there already."


def test_numbers_of_another_system_find_their_records_again(alice):
    said = {"lead": {"title": "One", "external_id": "881"}, "organization": {"name": "Bakery"}}
    ran(checked(alice, said, system="Pipedrive"))
    said["lead"]["title"] = "One more"
    ran(checked(alice, said, system="Pipedrive", **choosing("lead.title", "lead.external_id")))
    assert Lead.objects.get().title == "One more"
    assert ExternalId.objects.get().record_id == Lead.objects.get().pk
    ran(checked(alice, said, system="Another"))
    assert Lead.objects.count() == 2


def test_a_lead_that_lives_on_as_a_deal_is_left_out(alice):
    lead = LeadFactory(owner=alice, is_replaced=True, deleted_at=timezone.now())
    ExternalId.objects.create(kind="lead", external_id="881", record_id=lead.pk)
    said = {"lead": {"title": "One", "external_id": "881"}, "organization": {"name": "Bakery"}}
    ran(checked(alice, said, **choosing("lead.title", "lead.external_id")))
    assert not Lead.objects.exists()
    assert "converted" in Row.objects.get().problems[0]["reason"]


def test_a_deal_that_follows_its_products_keeps_its_value(alice, stages):
    deal = DealFactory(
        owner=alice, stage=stages[0], is_summed=True, value=5, currency="EUR", lines_currency="EUR"
    )
    LineItem.objects.create(deal=deal, name="Beans", price=5)
    ExternalId.objects.create(kind="deal", external_id="1", record_id=deal.pk)
    said = {"deal": {"title": "New", "value": "9", "currency": "EUR", "external_id": "1"}}
    ran(checked(alice, said, kind="deal", **choosing("deal.title", "deal.external_id")))
    deal.refresh_from_db()
    assert (deal.title, deal.value) == ("New", 5)


def test_a_known_deal_moves_and_ends_as_the_file_says(alice, stages):
    deal = open_deal(
        Deal(title="Beans", organization=OrganizationFactory(), stage=stages[0]), by=alice
    )
    ExternalId.objects.create(kind="deal", external_id="1", record_id=deal.pk)
    said = {"external_id": "1", "stage": stages[2].pk}
    won = said | {"status": "won", "won_at": "2026-03-01T12:00:00+00:00"}
    by_number = choosing("deal.external_id", "deal.status")
    importing = ran(checked(alice, {"deal": won}, kind="deal", **by_number))

    deal.refresh_from_db()
    assert (deal.stage, deal.status, deal.won_at.month) == (stages[2], "won", 3)
    assert deal.stage_visits.count() == 2
    assert Trace.objects.get().before.keys() == {"stage", "position", "status", "won_at"}
    assert set(importing.operation.events.values_list("verb", flat=True)) == {
        "deal.moved",
        "deal.won",
    }

    reason = LostReasonFactory()
    lost = said | {"status": "lost", "lost_reason": reason.pk}
    importing = ran(checked(alice, {"deal": lost}, kind="deal", **by_number))

    deal.refresh_from_db()
    assert (deal.status, deal.lost_reason, deal.won_at) == ("lost", reason, None)
    assert deal.first_won_at.month == 3
    assert list(importing.operation.events.order_by("pk").values_list("verb", flat=True)) == [
        "deal.reopened",
        "deal.lost",
    ]
    call_command("check_invariants", verbosity=0)


def test_a_known_deal_is_left_as_it_is_where_its_page_would_refuse_by_now(alice, stages):
    field = FieldFactory(name="Budget", kind="text")
    Requirement.objects.create(
        pipeline=stages[1].pipeline, field=field, stage=stages[1], moment="enter"
    )
    deals = [DealFactory(owner=alice, stage=stages[0]) for _ in range(3)]
    for number, deal in enumerate(deals):
        ExternalId.objects.create(kind="deal", external_id=str(number), record_id=deal.pk)
    win_deals([deals[2]], by=alice)
    said = [
        {"external_id": "0", "stage": stages[1].pk, "title": "New"},
        {"external_id": "1", "stage": stages[1].pk, "custom": {str(field.pk): "9"}},
        {"external_id": "2", "stage": stages[1].pk},
    ]
    by_number = choosing("deal.external_id", "deal.stage")
    importing = checked(alice, *({"deal": each} for each in said), kind="deal", **by_number)
    ran(importing)
    standing = Deal.objects.order_by("pk").values_list("stage__name", flat=True)
    assert list(standing) == ["Qualified", "Offer", "Qualified"]
    told = Row.objects.filter(verdict="skipped").order_by("number")
    assert [row.problems[0]["reason"] for row in told] == [
        "“Offer” requires “Budget”.",
        "It is won or lost, and stays in its stage until it is reopened.",
    ]


@pytest.mark.parametrize("size", [1, 5])
def test_the_statements_for_these_rules_do_not_grow_with_the_deals(
    alice, stages, size, django_assert_num_queries
):
    deals = [DealFactory(owner=alice, stage=stages[0]) for _ in range(size)]
    rows = [{"deal": {"stage": stages[1].pk}} for _deal in deals]
    chunk = running.chunk_of(checked(alice, *rows, kind="deal"), size, at=timezone.now())
    gather(chunk)
    meant = [Meant("deal", number, deal.pk, "updated") for number, deal in enumerate(deals, 1)]
    with django_assert_num_queries(7):
        assert forbidden(chunk, {"deal": meant}) == {}


def test_what_is_won_by_an_import_starts_what_its_pipeline_says(alice, pipeline, stages):
    PhaseFactory()
    pipeline.won_starts_project = True
    pipeline.save()
    said = {"title": "Beans", "stage": stages[0].pk, "status": "won"}
    ran(checked(alice, {"deal": said, "organization": {"name": "Bakery"}}, kind="deal"))
    assert Deal.objects.get().projects.get().title == "Beans"


def test_prices_of_a_product_are_kept_by_currency(admin):
    product = ProductFactory(code="B-1")
    Price.objects.create(product=product, currency="EUR", amount=1)
    said = {"product": {"name": product.name, "code": "b-1", "price": "2", "currency": "USD"}}
    ran(checked(admin, said, kind="product"))
    prices = product.prices.order_by("currency").values_list("currency", "amount")
    assert list(prices) == [("EUR", 1), ("USD", 2)]


def test_a_code_that_another_product_has_by_now_is_not_given_twice(admin):
    product = ProductFactory(code="B-1", name="Old")
    ExternalId.objects.create(kind="product", external_id="1", record_id=product.pk)
    rows = [
        {"product": {"external_id": "1", "name": "New", "code": "taken"}},
        {"product": {"external_id": "2", "name": "Two", "code": "Once"}},
        {"product": {"external_id": "3", "name": "Three", "code": "once"}},
    ]
    importing = checked(
        admin, *rows, kind="product", **choosing("product.external_id", "product.code")
    )
    ProductFactory(code="Taken", name="Other")
    ran(importing)
    told = Row.objects.filter(verdict="skipped").order_by("number")
    assert {row.number: row.problems[0]["reason"] for row in told} == dict.fromkeys(
        (1, 3), "There is already a product with this code."
    )
    assert sorted(Product.objects.values_list("name", flat=True)) == ["Old", "Other", "Two"]


@pytest.mark.parametrize("size", [1, 5])
def test_the_statements_of_a_chunk_do_not_grow_with_its_rows(
    alice, size, django_assert_num_queries
):
    label = LabelFactory()
    importing = checked(
        alice,
        *(
            {
                "lead": {"title": f"Lead {number}", "labels": [label.pk]},
                "person": {"name": f"P {number}", "emails": [{"address": f"{number}@x.example"}]},
                "organization": {"name": f"Bakery {number}"},
                "note": {"text": "Said."},
            }
            for number in range(size)
        ),
    )
    job = running.start(importing, by=alice).job
    with django_assert_num_queries(44):
        assert not running.step(job, importing.pk)


@pytest.mark.parametrize("size", [1, 5])
def test_nor_do_those_of_a_chunk_that_updates(alice, size, django_assert_num_queries):
    field = FieldFactory(of=Field.Of.PERSON, kind="text")
    label = LabelFactory()
    for number in range(size):
        person = PersonFactory(name=f"P {number}", owner=alice)
        person.email_addresses.create(address=f"{number}@x.example")
    importing = checked(
        alice,
        *(
            {
                "person": {
                    "name": f"Person {number}",
                    "labels": [label.pk],
                    "emails": [{"address": f"{number}@x.example"}, {"address": f"{number}@y.ex"}],
                    "custom": {str(field.pk): "XL"},
                }
            }
            for number in range(size)
        ),
        kind="person",
    )
    job = running.start(importing, by=alice).job
    with django_assert_num_queries(49):
        assert not running.step(job, importing.pk)
    assert Trace.objects.exclude(before=None).count() == size


def test_nor_those_of_one_that_moves_and_ends_deals_nor_what_these_hold(alice, stages):
    """Five deals take no more statements than one, and none of these tells the deals apart."""
    said = {"stage": stages[1].pk, "status": "won", "won_at": "2026-01-02T00:00:00+00:00"}
    told = []
    for size in (1, 5):
        deals = [DealFactory(stage=stages[0], owner=alice) for _number in range(size)]
        for deal in deals:
            ExternalId.objects.create(kind="deal", external_id=f"{deal.pk}", record_id=deal.pk)
        rows = ({"deal": said | {"external_id": f"{deal.pk}"}} for deal in deals)
        fields = ("deal.external_id", "deal.stage", "deal.status", "deal.won_at")
        importing = checked(alice, *rows, kind="deal", **choosing(*fields))
        job = running.start(importing, by=alice).job
        with CaptureQueriesContext(connection) as queries:
            running.step(job, importing.pk)
        ended = Deal.objects.closed().filter(pk__in=[deal.pk for deal in deals], won_by=alice)
        assert ended.filter(won_at__year=2026, first_won_at__year=2026).count() == size
        told.append((len(queries), sum(each["sql"].count(" WHEN ") for each in queries)))
    assert told[0] == told[1]
