"""Users play with leads and deals at random; a plain model in Python says what must be true."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.models import User
from conversion.services import convert_leads, return_to_leads, undo_conversion
from core.errors import Refused
from crm.invariants import breaches
from deals.models import Deal
from deals.services.movement import move_deals
from deals.services.outcome import reopen_deals, win_deals
from leads.models import Lead
from opportunities import services as opportunities
from tests.factories import LeadFactory, PersonFactory, PipelineFactory, StageFactory, UserFactory

LEADS = 5
some = st.sets(st.integers(0, LEADS - 1), min_size=1)
user = st.integers(0, 1)


class Selling(RuleBasedStateMachine):
    """Where each possible sale stands: inbox, archive, deleted, open, moved or won.

    Its number stays the same through all its lives; its lead and its deal keep their own.
    """

    def __init__(self):
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()

    def teardown(self):
        assert breaches() == []
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    @initialize()
    def prepare(self):
        self.users = [UserFactory(), UserFactory(role=User.Role.MANAGER)]
        pipeline = PipelineFactory(is_default=True)
        self.stages = [StageFactory(pipeline=pipeline, position=place) for place in range(2)]
        owner = self.users[0]
        made = LeadFactory.create_batch(LEADS, owner=owner, person=PersonFactory(owner=owner))
        self.leads = [lead.pk for lead in made]
        self.titles = [lead.title for lead in made]
        self.place = ["inbox"] * LEADS
        self.deals = {}
        self.conversions = []

    @rule(numbers=some, by=user)
    def convert(self, numbers, by):
        into = self.stages[0]
        records = self.lead_rows(numbers)
        if all(self.place[n] == "inbox" for n in numbers):
            conversion = convert_leads(records, into=into, by=self.users[by])
            for pair in conversion.pairs.all():
                number = self.leads.index(pair.lead_number)
                assert self.deals.setdefault(number, pair.deal_number) == pair.deal_number
                self.place[number] = "open"
            self.conversions.append((conversion, set(numbers)))
            self.supersede(numbers)
        else:
            self.refuse(lambda: convert_leads(records, into=into, by=self.users[by]))

    @precondition(lambda self: self.conversions)
    @rule(which=st.integers(0, 20), by=user)
    def undo(self, which, by):
        conversion, numbers = self.conversions[which % len(self.conversions)]
        if conversion.operation.undone_at is not None:
            return
        if numbers and all(self.place[n] == "open" for n in numbers):
            undo_conversion(conversion, by=self.users[by])
            conversion.operation.refresh_from_db()
            for number in numbers:
                self.place[number] = "inbox"
            numbers.clear()
        else:
            self.refuse(lambda: undo_conversion(conversion, by=self.users[by]))

    @rule(numbers=some, by=user)
    def send_back(self, numbers, by):
        if not numbers <= self.deals.keys():
            return
        records = self.deal_rows(numbers)
        if all(self.place[n] in ("open", "moved") for n in numbers):
            return_to_leads(records, by=self.users[by])
            for number in numbers:
                self.place[number] = "inbox"
            self.supersede(numbers)
        else:
            self.refuse(lambda: return_to_leads(records, by=self.users[by]))

    @rule(number=st.integers(0, LEADS - 1), by=user)
    def archive(self, number, by):
        self.act_on_lead(number, "inbox", "archive", opportunities.archive, by)

    @rule(number=st.integers(0, LEADS - 1), by=user)
    def restore(self, number, by):
        self.act_on_lead(number, "archive", "inbox", opportunities.restore, by)

    @rule(number=st.integers(0, LEADS - 1))
    def delete(self, number):
        self.act_on_lead(number, "inbox", "deleted", opportunities.delete, 0)

    @rule(number=st.integers(0, LEADS - 1))
    def bring_back(self, number):
        self.act_on_lead(number, "deleted", "inbox", opportunities.bring_back, 0)

    @rule(number=st.integers(0, LEADS - 1), by=user)
    def move(self, number, by):
        if self.place[number] == "open":
            move_deals(self.deal_rows({number}), to=self.stages[1], by=self.users[by])
            self.place[number] = "moved"

    @rule(number=st.integers(0, LEADS - 1), by=user)
    def win(self, number, by):
        if self.place[number] in ("open", "moved"):
            win_deals(self.deal_rows({number}), by=self.users[by])
            self.place[number] = f"won when {self.place[number]}"

    @rule(number=st.integers(0, LEADS - 1), by=user)
    def reopen(self, number, by):
        if self.place[number].startswith("won"):
            reopen_deals(self.deal_rows({number}), by=self.users[by])
            self.place[number] = self.place[number].removeprefix("won when ")

    @rule(number=st.integers(0, LEADS - 1), title=st.sampled_from(["Roof", "Kitchen", "Été"]))
    def rename(self, number, title):
        if self.place[number] in ("inbox", "open", "moved"):
            rows = self.lead_rows if self.place[number] == "inbox" else self.deal_rows
            [record] = rows({number})
            opportunities.change(record, {"title": title}, by=self.users[0])
            self.titles[number] = title

    @invariant()
    def each_sale_lives_once_and_where_it_should(self):
        if not hasattr(self, "place"):
            return
        live_leads = dict(Lead.objects.values_list("pk", "archived_at"))
        live_deals = dict(Deal.objects.values_list("pk", "status"))
        titles = dict(Lead.objects.values_list("pk", "title"))
        titles_of_deals = dict(Deal.objects.values_list("pk", "title"))
        for number, place in enumerate(self.place):
            lead, deal = self.leads[number], self.deals.get(number)
            assert (lead in live_leads) == (place in ("inbox", "archive"))
            assert (deal in live_deals) == (place not in ("inbox", "archive", "deleted"))
            if lead in live_leads:
                assert (live_leads[lead] is not None) == (place == "archive")
                assert titles[lead] == self.titles[number]
            if deal in live_deals:
                assert (live_deals[deal] == "won") == place.startswith("won")
                assert titles_of_deals[deal] == self.titles[number]

    def act_on_lead(self, number, when, then, act, by):
        """Do it where it has a meaning.

        A live lead that is there already stays as it is; what became a deal is not brought back.
        """
        records = self.lead_rows({number})
        if self.place[number] == when:
            act(records, by=self.users[by])
            self.place[number] = then
        elif self.place[number] not in ("inbox", "archive") and act is not opportunities.bring_back:
            self.refuse(lambda: act(records, by=self.users[by]))

    def refuse(self, act):
        with pytest.raises(Refused), transaction.atomic():
            act()

    def supersede(self, numbers):
        """Earlier conversions of these no longer stand for them."""
        for _conversion, standing in self.conversions[:-1]:
            standing -= set(numbers)
        if self.conversions and self.place[min(numbers)] == "inbox":
            self.conversions[-1][1].difference_update(numbers)

    def lead_rows(self, numbers):
        return list(Lead.everything.filter(pk__in=[self.leads[n] for n in numbers]))

    def deal_rows(self, numbers):
        return list(Deal.everything.filter(pk__in=[self.deals[n] for n in numbers]))


def test_whatever_people_do_nothing_is_lost(db):
    run_state_machine_as_test(
        Selling,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
