"""A sortable field has a whole index on every table, built beside whoever works meanwhile."""

import datetime
import threading
from contextlib import closing
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from contacts.models import Person
from core.errors import NotAllowed
from custom_fields import indexes, services, tasks
from custom_fields.kinds import KINDS, Money
from custom_fields.models import Field
from custom_fields.values import write
from deals.models import Deal
from jobs.models import Job
from jobs.services import run_now
from leads.models import Lead
from tests.factories import FieldFactory, LeadFactory, PersonFactory

pytestmark = pytest.mark.django_db(transaction=True)

SORTABLE = [
    name
    for name in KINDS
    if name not in ("long_text", "address", "option", "options", "user", "person", "organization")
]


@pytest.fixture(autouse=True)
def no_index_stays():
    yield
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE indexname LIKE 'custom\\_%\\_%'")
        names = [name for (name,) in cursor.fetchall() if name[7].isdigit()]
        for name in names:
            cursor.execute(f'DROP INDEX "{name}"')


def validity():
    """Name → whether it is whole, of every index over custom values."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, indisvalid FROM pg_index JOIN pg_class ON oid = indexrelid"
            " WHERE relname ~ '^custom_[0-9]+_'"
        )
        return dict(cursor.fetchall())


def marked(field, manager):
    """``field``, marked sortable, its job done."""
    job = services.set_sortable(field, True, by=manager)
    ended = run_now(job)
    assert ended.status == Job.Status.DONE, ended.error
    field.refresh_from_db()
    return ended


@pytest.mark.parametrize("kind", SORTABLE)
def test_an_index_stands_on_both_tables_and_lists_walk_along_it(alice, manager, kind):
    field = FieldFactory(kind=kind)

    ended = marked(field, manager)

    assert field.sortable_since
    assert ended.result["text"].startswith("Lists can be sorted")
    assert validity() == {f"{field.key}_leads_lead": True, f"{field.key}_deals_deal": True}
    by = field.behaviour.sort_expression(field)
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off; SET enable_sort = off")
        for model in (Lead, Deal):
            plan = model.objects.alias(by=by).order_by("by", "id").explain()
            assert f"{field.key}_{model._meta.db_table}" in plan
            assert "Sort" not in plan
        cursor.execute("RESET enable_seqscan; RESET enable_sort")


def test_people_have_theirs(manager):
    field = FieldFactory(of=Field.Of.PERSON, kind="number")

    marked(field, manager)

    assert validity() == {f"{field.key}_contacts_person": True}


def test_any_value_fits_into_its_index(alice, manager):
    """An entry has an end; letters that unfold into eighteen must not reach it."""
    text, money = FieldFactory(kind="text"), FieldFactory(kind="money")
    marked(text, manager)
    marked(money, manager)
    lead = LeadFactory(owner=alice)

    write(lead, {text.key: "\ufdfa" * 255, money.key: Money(Decimal("9" * 12 + ".9999"), "EUR")})
    lead.save()


def test_a_half_built_index_is_dropped_and_built_anew(manager):
    field = FieldFactory(kind="number")
    name = f"{field.key}_leads_lead"
    LeadFactory(custom={str(field.pk): "not a number"})
    with pytest.raises(Exception, match="invalid input syntax"):
        indexes.build(field)
    assert validity()[name] is False
    Lead.everything.update(custom={})

    marked(field, manager)

    assert validity() == {name: True, f"{field.key}_deals_deal": True}


def test_a_failed_job_says_so_and_the_night_tries_again(manager):
    field = FieldFactory(kind="number")
    LeadFactory(custom={str(field.pk): "not a number"})

    ended = run_now(services.set_sortable(field, True, by=manager))

    assert ended.status == Job.Status.FAILED
    field.refresh_from_db()
    assert field.sortable_since is None
    Lead.everything.update(custom={})
    tasks.purge()
    field.refresh_from_db()
    assert field.sortable_since
    assert set(validity().values()) == {True}


def test_nobody_waits_while_it_is_built(alice, manager):
    """A writer in the middle of a change keeps the builder waiting, not the other way round."""
    field, lead = FieldFactory(kind="number"), LeadFactory(owner=alice)
    builder = threading.Thread(target=indexes.build, args=[field])
    with closing(connection.copy()) as other, other.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("UPDATE leads_lead SET campaign = 'x' WHERE id = %s", [lead.pk])
        builder.start()
        builder.join(timeout=1)
        assert builder.is_alive()
        Lead.objects.create(title="Meanwhile", person=lead.person, owner=alice)
        cursor.execute("COMMIT")
    builder.join(timeout=20)

    assert not builder.is_alive()
    assert set(validity().values()) == {True}


def test_two_builders_do_not_stand_in_each_others_way():
    fields = FieldFactory.create_batch(2, kind="number")
    builders = [threading.Thread(target=indexes.build, args=[field]) for field in fields]

    for builder in builders:
        builder.start()
    for builder in builders:
        builder.join(timeout=30)

    assert len(validity()) == 4
    assert set(validity().values()) == {True}


def test_unmarking_drops_it(manager):
    field = FieldFactory(kind="number")
    marked(field, manager)

    run_now(services.set_sortable(field, False, by=manager))

    field.refresh_from_db()
    assert field.sortable_since is None
    assert validity() == {}
    assert services.set_sortable(field, False, by=manager) is None


@pytest.mark.parametrize("kind", sorted(set(KINDS) - set(SORTABLE)))
def test_what_has_no_order_cannot_be_marked(manager, kind):
    with pytest.raises(services.NotSortable):
        services.set_sortable(FieldFactory(kind=kind), True, by=manager)


def test_only_who_configures_marks(alice):
    with pytest.raises(NotAllowed):
        services.set_sortable(FieldFactory(), True, by=alice)


def test_the_page_marks_and_unmarks(manager, signed_in):
    field, client = FieldFactory(kind="number"), signed_in(manager)
    url = f"/settings/fields/{field.pk}/"

    answer = client.post(f"{url}sortable/", {"sortable": "1"}, follow=True)

    assert "Lists can soon be sorted" in answer.text
    assert "being built" in answer.text
    run_now(Job.objects.get())
    assert "Lists of any size can be sorted" in client.get(url).text
    client.post(f"{url}sortable/", {"sortable": "0"})
    assert "Make it sortable" in client.get(url).text


def test_after_thirty_days_a_deleted_field_goes_with_values_and_index(alice, manager):
    gone, recent, kept = (FieldFactory(kind="number", name=name) for name in ("a", "b", "c"))
    marked(gone, manager)
    lead = LeadFactory(owner=alice, person=PersonFactory(owner=alice))
    write(lead, {field.key: 5 for field in (gone, recent, kept)})
    lead.save()
    for field in (gone, recent):
        services.delete_field(field, by=manager)
    long_ago = timezone.now() - datetime.timedelta(days=31)
    Field.everything.filter(pk=gone.pk).update(deleted_at=long_ago)

    tasks.purge()

    lead.refresh_from_db()
    assert lead.custom == {str(recent.pk): "5", str(kept.pk): "5"}
    assert list(Field.everything.order_by("pk")) == [recent, kept]
    assert validity() == {}
    assert Person.objects.count() == 1
