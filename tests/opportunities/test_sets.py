"""Acts on many cost as many statements as acts on one, and so do their undoings."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.errors import Stale
from history.services import undo
from leads.models import Lead
from opportunities import services as opportunities
from tests.factories import LabelFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db

FEW, MANY = 10, 500


@pytest.fixture
def make_leads(alice, bob):
    """Leads of Alice and of Bob in turns."""
    person = PersonFactory(owner=alice)

    def make_leads(number):
        leads = Lead.objects.bulk_create(
            Lead(title=f"Lead {n}", person=person, owner=(alice, bob)[n % 2]) for n in range(number)
        )
        return Lead.objects.filter(pk__in=[lead.pk for lead in leads])

    return make_leads


def statements(act):
    with CaptureQueriesContext(connection) as captured:
        answer = act()
    return len(captured), answer


STATEMENTS = {  # of each act, and of its undoing
    "archive": (9, 13),
    "restore": (9, 13),
    "assign": (9, 16),
    "add_label": (11, 16),
    "remove_label": (10, 17),
    "delete": (9, 15),  # and the contacts that went with them come back, people and organizations
}


@pytest.mark.parametrize("number", [FEW, MANY])
@pytest.mark.parametrize("name", STATEMENTS)
def test_an_act_and_its_undoing_cost_the_same_for_few_and_many(
    admin, charlie, make_leads, name, number
):
    leads, label = make_leads(number), LabelFactory()
    if name == "restore":
        opportunities.archive(leads, by=admin)
    if name == "remove_label":
        opportunities.add_label(leads, label, by=admin)
    with_what = {"assign": {"to": charlie}, "add_label": {"label": label}}
    with_what["remove_label"] = with_what["add_label"]
    act = getattr(opportunities, name)

    forth, operation = statements(lambda: act(leads, by=admin, **with_what.get(name, {})))
    assert operation.events.count() == number
    back, _undone = statements(lambda: undo(operation, by=admin))

    assert (forth, back) == STATEMENTS[name]


def test_each_lead_tells_the_owner_it_had_by_name(alice, bob, charlie, make_leads):
    operation = opportunities.assign(make_leads(2), to=charlie, by=alice)

    told = operation.events.order_by("subject_id").values_list("changes", flat=True)
    now = {"id": charlie.pk, "name": "Charlie Roux"}
    assert list(told) == [
        {"owner": [{"id": alice.pk, "name": "Alice Martin"}, now]},
        {"owner": [{"id": bob.pk, "name": "Bob Petit"}, now]},
    ]


def test_what_was_changed_again_is_named_and_nothing_goes_back(alice, charlie, make_leads):
    leads = make_leads(3)
    operation = opportunities.assign(leads, to=charlie, by=alice)
    opportunities.assign(leads.filter(title="Lead 1"), to=UserFactory(), by=alice)

    with pytest.raises(Stale, match="“Lead 1”") as refused:
        undo(operation, by=alice)

    assert "Lead 0" not in str(refused.value)
    assert leads.filter(owner=charlie).count() == 2
