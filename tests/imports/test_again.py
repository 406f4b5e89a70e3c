"""A file that is imported again adds nothing a second time."""

import pytest
from django.core.management import call_command
from django.utils import timezone

from activities.models import Activity, Note
from contacts.models import Organization
from deals.models import LineItem
from imports.choices import offered
from imports.models import Row, Trace
from products.models import Price
from tests.factories import ActivityTypeFactory, ProductFactory
from tests.imports.checks import checked
from tests.imports.runs import ran

pytestmark = pytest.mark.django_db

PEOPLE = ["person.name", "person.email", "note.text"]
AMY = 'Name,E-mail,Note\nAmy,amy@x.example,"Said\nso."\nAmy,AMY@x.example,"Said\nso."\n'


def outcome(one, kind):
    """What the check of ``one`` foretold of records of ``kind``, and what its run did."""
    foretold = one.counts["records"][kind]
    one = ran(one)
    done = Trace.objects.filter(of=one, kind=kind).values_list("record_id", "what").distinct()
    done = [what for _number, what in done]
    return {what: (foretold[what], done.count(what)) for what in ("created", "linked")}


def test_a_note_that_stands_at_its_record_is_not_written_once_more(alice):
    first = checked(alice, AMY, PEOPLE, kind="person")
    assert outcome(first, "note")["created"] == (1, 1)
    again = checked(alice, AMY + "Amy,amy@x.example,New\n", PEOPLE, kind="person")
    assert outcome(again, "note") == {"created": (1, 1), "linked": (1, 1)}
    assert sorted(Note.objects.values_list("text", flat=True)) == ["New", "Said\nso."]


def test_records_that_nothing_is_recognised_in_have_notes_of_their_own(alice):
    text = "Title,Company,Note\nDesks,Acme,Said\nDesks,Acme,Said\n"
    fields = ["lead.title", "organization.name", "note.text"]
    assert outcome(checked(alice, text, fields), "note")["created"] == (2, 2)


SALES = ["deal.external_id", "deal.title", "organization.name", "line.product", "line.quantity"]
HEADS = "Id,Title,Company,Product,Quantity\n"


@pytest.fixture
def beans(stages):
    product = ProductFactory(name="Beans")
    Price.objects.create(product=product, currency="EUR", amount=12)
    return product


def test_products_that_stand_in_their_deal_are_not_added_once_more(alice, beans):
    text = HEADS + "7,Café,Acme,Beans,3\n7,Café,Acme,Beans,3\n7,Café,Acme,Beans,5\n"
    assert outcome(checked(alice, text, SALES, kind="deal"), "line")["created"] == (3, 3)
    beans.prices.update(amount=15)  # and what the file does not say may be another by now
    again = checked(alice, text + "7,Café,Acme,Beans,3\n", SALES, kind="deal")
    assert outcome(again, "line") == {"created": (1, 1), "linked": (3, 3)}
    assert sorted(LineItem.objects.values_list("quantity", "price")) == [
        (3, 12),
        (3, 12),
        (3, 15),
        (5, 12),
    ]
    call_command("check_invariants", verbosity=0)


def test_a_product_that_stands_in_its_deal_on_other_terms_is_refused(alice, beans):
    ran(checked(alice, HEADS + "7,Café,Acme,Beans,3\n", SALES, kind="deal"))
    again = checked(alice, HEADS + "7,Café,Acme,Beans,4\n", SALES, kind="deal")
    [problem] = Row.objects.get(of=again).problems
    assert (problem["column"], problem["value"]) == (3, "Beans")
    assert problem["reason"] == "“Beans” is in this deal already, on other terms."


TOLD = ["activity.external_id", "activity.subject", "organization.name"]


def test_activities_that_are_there_stay_as_they_are_and_their_rows_say_so(alice):
    ActivityTypeFactory()
    head = "Id,Subject,Company\n"
    ran(checked(alice, head + "1,Call,Acme\n2,Write,Acme\n", TOLD, kind="activity"))
    Activity.objects.get(subject="Write").delete()

    again = checked(alice, head + "1,Call back,Acme\n2,Write,Acme\n", TOLD, kind="activity")
    assert [each.value for each in offered("activity", again.columns)["activity"]] == ["skip"]
    assert again.counts["rows"] == {"ready": 1, "skipped": 1, "refused": 0}
    ran(again)
    assert set(Activity.objects.values_list("subject", flat=True)) == {"Call", "Write"}
    assert Row.objects.get(of=again, number=1).problems[0]["reason"] == "It is there already."


def test_what_went_with_its_record_may_come_anew(alice):
    ActivityTypeFactory()
    text = "Id,Subject,Company\n1,Call,Acme\n"
    ran(checked(alice, text, TOLD, kind="activity"))
    Organization.objects.update(deleted_at=timezone.now())
    again = checked(alice, text, TOLD, kind="activity")
    assert again.counts["rows"]["ready"] == 1
    ran(again)
    assert Activity.objects.count() == 2
