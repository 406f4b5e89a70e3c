"""What rows name and somebody removed since the check, or put out of use, keeps them from being
written, each with its reason; no row beside them suffers.
"""

import pytest
from django.utils import timezone

from custom_fields.models import Field, Option
from deals.models import Deal
from imports.models import Row
from imports.running import chunk_of
from imports.writing import naming
from imports.writing.chunk import gather
from leads.models import Lead
from tests.factories import (
    ChannelFactory,
    FieldFactory,
    LabelFactory,
    PersonFactory,
    ProductFactory,
)
from tests.imports.runs import checked, choosing, ran

pytestmark = pytest.mark.django_db


def lead(title, **said):
    return {"lead": {"title": title, **said}, "organization": {"name": "Bakery"}}


def deal(title, stage, line=None, **said):
    said = {"deal": {"title": title, "stage": stage.pk, **said}, "organization": {"name": "Bakery"}}
    return said | ({"line": line} if line else {})


def reasons():
    rows = Row.objects.exclude(verdict="ready").order_by("number")
    return {row.number: row.problems[0]["reason"] for row in rows}


def told(column):
    return f"“{column}” names something that was removed, or put out of use."


def test_a_row_that_names_what_was_removed_is_left_out_alone(alice):
    hot, cold, fair = LabelFactory(), LabelFactory(), ChannelFactory()
    importing = checked(
        alice,
        lead("One", labels=[hot.pk, cold.pk]),
        lead("Two", labels=[cold.pk], channel=fair.pk),
        lead("Three", labels=[hot.pk]),
        **choosing("lead.labels", "lead.channel"),
    )
    hot.delete()
    ran(importing)
    assert Lead.objects.get().title == "Two"
    assert reasons() == {1: told("lead.labels"), 3: told("lead.labels")}


def test_nor_is_one_that_names_what_is_out_of_use(alice, stages):
    fair, product = ChannelFactory(), ProductFactory()
    importing = checked(
        alice,
        deal("One", stages[0], line={"product": product.pk}),
        deal("Two", stages[0], channel=fair.pk),
        deal("Three", stages[1]),
        deal("Four", stages[0]),
        kind="deal",
        **choosing("line.product", "deal.channel"),
    )
    type(product).objects.update(is_active=False)
    type(fair).objects.update(archived_at=timezone.now())
    type(stages[1]).objects.filter(pk=stages[1].pk).update(archived_at=timezone.now())
    ran(importing)
    assert list(Deal.objects.values_list("title", flat=True)) == ["Four"]
    assert reasons() == {
        1: told("line.product"),
        2: told("deal.channel"),
        3: "Deals cannot enter its stage any more.",
    }


def test_options_and_people_of_custom_fields_are_looked_for_too(alice, charlie):
    size = FieldFactory(of=Field.Of.OPPORTUNITY, kind="option", name="Size")
    buyer = FieldFactory(of=Field.Of.OPPORTUNITY, kind="person", name="Buyer")
    big, small = (Option.objects.create(field=size, name=name) for name in ("Big", "Small"))
    amy, hidden = PersonFactory(owner=alice), PersonFactory(owner=charlie, visibility="owner")
    importing = checked(
        alice,
        lead("One", custom={str(size.pk): big.pk, str(buyer.pk): amy.pk}),
        lead("Two", custom={str(size.pk): small.pk}),
        lead("Three", custom={str(buyer.pk): hidden.pk}),
        **choosing(f"lead.{size.key}", f"lead.{buyer.key}"),
    )
    small.delete()
    ran(importing)
    assert Lead.objects.get().title == "One"
    assert reasons() == {2: told(f"lead.{size.key}"), 3: told(f"lead.{buyer.key}")}


@pytest.mark.parametrize("size", [1, 5])
def test_the_statements_for_it_do_not_grow_with_the_rows(alice, size, django_assert_num_queries):
    label, channel = LabelFactory(), ChannelFactory()
    rows = [lead(f"Lead {n}", labels=[label.pk], channel=channel.pk) for n in range(size)]
    rows[0]["lead"]["labels"] = [label.pk + 99]
    importing = checked(alice, *rows, **choosing("lead.labels", "lead.channel"))
    chunk = chunk_of(importing, size, at=timezone.now())
    gather(chunk)
    with django_assert_num_queries(6):
        assert list(naming.outdated(chunk)) == [1]
