"""Django admin: only admins enter, services write, and nothing becomes converted there."""

import pytest
from django.contrib import admin as django_admin
from django.urls import reverse
from django.utils import timezone

from contacts.models import Person
from conversion.models import Conversion, ConvertedLead
from deals.models import Deal, StageVisit
from history.models import Event, Operation
from leads.models import Lead
from tests.factories import (
    DealFactory,
    LabelFactory,
    LeadFactory,
    NoteFactory,
    OrganizationFactory,
    PersonFactory,
    StageFactory,
)

READ_ONLY = [Conversion, ConvertedLead, Operation, Event, StageVisit]
OURS = [
    model
    for model in django_admin.site._registry
    if model._meta.app_label not in ("admin", "auth", "axes", "procrastinate")
]


def address(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def typed(lead, **changes):
    return {
        "title": lead.title,
        "person": lead.person_id,
        "organization": "",
        "owner": lead.owner_id,
        "visibility": lead.visibility,
        "value": "",
        "currency": "",
        "expected_close_on": "",
        "campaign": "",
        **changes,
    }


@pytest.mark.parametrize("who", ["alice", "charlie", "manager", "reader"])
def test_only_admins_enter(who, signed_in, request):
    client = signed_in(request.getfixturevalue(who))
    response = client.get("/admin/", follow=True)
    assert response.status_code == 403
    assert client.get(address(Lead, "changelist"), follow=True).status_code == 403


def test_strangers_sign_in_at_our_own_page(client, db):
    assert client.get("/admin/leads/", follow=True).redirect_chain == [
        ("/admin/login/?next=/admin/leads/", 302),
        ("/sign-in/?next=/admin/leads/", 302),
    ]


def test_an_admin_who_comes_by_the_door_is_let_in(admin, signed_in):
    client = signed_in(admin)
    assert client.get("/admin/login/?next=/admin/leads/").url == "/admin/leads/"
    assert client.get("/admin/login/?next=//evil.example/").url == "/admin/"


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_list_opens_without_inline_styles(model, admin, signed_in):
    response = signed_in(admin).get(address(model, "changelist"))
    assert response.status_code == 200
    assert "<style" not in response.text
    assert not django_admin.site._registry[model].list_editable


@pytest.mark.parametrize("model", READ_ONLY, ids=lambda model: model.__name__)
def test_what_the_product_writes_is_read_only(model, admin, rf):
    registered = django_admin.site._registry[model]
    request = rf.get("/")
    request.user = admin
    assert not registered.has_add_permission(request)
    assert not registered.has_change_permission(request)
    assert not registered.has_delete_permission(request)
    assert registered.has_view_permission(request)
    assert not registered.get_actions(request)


@pytest.mark.parametrize("model", READ_ONLY, ids=lambda model: model.__name__)
def test_posting_to_it_changes_nothing(model, admin, alice, signed_in):
    DealFactory(owner=alice)
    before = list(model.objects.values())
    client = signed_in(admin)
    assert client.post(address(model, "add"), {}).status_code == 403
    for row in model.objects.all():
        assert client.post(address(model, "change", row.pk), {}).status_code == 403
        assert client.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [1], "post": "yes"}
    client.post(address(model, "changelist"), chosen)
    assert list(model.objects.values()) == before


def test_a_lead_is_added_through_its_service(admin, alice, signed_in):
    draft = LeadFactory.build(title="By hand", owner=alice, person=PersonFactory(owner=alice))
    label = LabelFactory()
    values = typed(draft, labels=[label.pk], followers=[alice.pk])
    response = signed_in(admin).post(address(Lead, "add"), values)
    assert response.status_code == 302
    lead = Lead.objects.get()
    assert lead.created_by == admin
    assert [*lead.labels.all()] == [label]
    assert [*lead.followers.all()] == [alice]
    assert Event.objects.filter(verb="lead.created", subject_id=lead.pk).count() == 1


def test_a_lead_is_changed_through_its_services(admin, alice, bob, signed_in):
    lead, label = LeadFactory(owner=alice), LabelFactory()
    values = typed(lead, title="Better", owner=bob.pk, labels=[label.pk])
    response = signed_in(admin).post(address(Lead, "change", lead.pk), values)
    assert response.status_code == 302
    lead.refresh_from_db()
    assert (lead.title, lead.owner, [*lead.labels.all()]) == ("Better", bob, [label])
    verbs = sorted(Event.objects.values_list("verb", flat=True))
    assert verbs == ["lead.assigned", "lead.changed"]
    changes = Event.objects.get(verb="lead.changed").changes
    assert changes["title"][1] == "Better"
    assert changes["labels"] == [[], [{"id": label.pk, "name": label.name}]]


def test_a_lead_keeps_a_person_or_an_organization(admin, alice, signed_in):
    lead = LeadFactory(owner=alice)
    response = signed_in(admin).post(address(Lead, "change", lead.pk), typed(lead, person=""))
    assert response.status_code == 200
    assert "Choose a person, an organization or both." in response.text


@pytest.mark.parametrize("who", ["reader", "gone"])
def test_owners_are_people_who_may_own(who, admin, alice, reader, signed_in):
    gone = PersonFactory().owner
    type(gone).objects.filter(pk=gone.pk).update(is_active=False)
    lead = LeadFactory(owner=alice)
    owner = {"reader": reader, "gone": gone}[who]
    values = typed(lead, owner=owner.pk)
    assert signed_in(admin).post(address(Lead, "change", lead.pk), values).status_code == 200
    lead.refresh_from_db()
    assert lead.owner == alice


def test_no_field_of_the_admin_converts_or_sets_aside(admin, alice, signed_in):
    lead = LeadFactory(owner=alice)
    now = timezone.now().isoformat()
    flags = {
        "is_replaced": "on",
        "deleted_at": now,
        "deleted_at_0": "2026-01-01",
        "deleted_at_1": "10:00",
        "archived_at": now,
        "archived_by": admin.pk,
        "status": "won",
        "stage": StageFactory().pk,
        "won_at": now,
    }
    signed_in(admin).post(address(Lead, "change", lead.pk), typed(lead, **flags))
    lead.refresh_from_db()
    assert (lead.is_replaced, lead.deleted_at, lead.archived_at) == (False, None, None)
    deal = DealFactory(owner=alice)
    signed_in(admin).post(address(Deal, "change", deal.pk), typed(deal, **flags))
    stage = deal.stage
    deal.refresh_from_db()
    assert (deal.status, deal.stage, deal.won_at, deal.is_replaced) == ("open", stage, None, False)
    assert not ConvertedLead.objects.exists()


def test_a_deal_is_added_and_changed_through_its_services(admin, alice, stages, signed_in):
    draft = DealFactory.build(owner=alice, person=PersonFactory(owner=alice), stage=stages[1])
    client = signed_in(admin)
    values = typed(draft, stage=stages[1].pk, probability="")
    assert client.post(address(Deal, "add"), values).status_code == 302
    deal = Deal.objects.get()
    assert StageVisit.objects.get().stage == deal.stage == stages[1]
    assert deal.created_by == admin
    values = typed(deal, stage=stages[2].pk, probability=75)
    assert client.post(address(Deal, "change", deal.pk), values).status_code == 302
    deal.refresh_from_db()
    assert (deal.stage, deal.probability) == (stages[1], 75)
    assert [*Event.objects.order_by("pk").values_list("verb", flat=True)] == [
        "deal.created",
        "deal.changed",
    ]


@pytest.mark.parametrize("factory", [LeadFactory, DealFactory])
def test_deleting_sets_aside(factory, admin, alice, signed_in):
    one, two, three = factory.create_batch(3, owner=alice)
    NoteFactory(**{one.kind: one})
    model, client = type(one), signed_in(admin)
    assert client.get(address(model, "delete", one.pk)).status_code == 200
    client.post(address(model, "delete", one.pk), {"post": "yes"})
    chosen = {
        "action": "delete_selected",
        "_selected_action": [two.pk, three.pk],
        "post": "yes",
    }
    client.post(address(model, "changelist"), chosen)
    assert not model.objects.exists()
    assert model.everything.deleted().filter(is_replaced=False).count() == 3
    assert Event.objects.filter(verb=f"{one.kind}.deleted").count() == 3


def test_a_contact_with_leads_stays(admin, alice, signed_in):
    lead = LeadFactory(owner=alice)
    response = signed_in(admin).post(address(Person, "delete", lead.person_id), {"post": "yes"})
    assert response.status_code in (409, 422)
    assert Person.objects.filter(pk=lead.person_id).exists()


def test_a_person_is_changed_with_their_addresses(admin, alice, signed_in):
    person = PersonFactory(owner=alice)
    organization = OrganizationFactory(owner=alice)
    values = {
        "name": "Renée",
        "job_title": "",
        "organization": organization.pk,
        "owner": alice.pk,
        "visibility": person.visibility,
        "email_addresses-TOTAL_FORMS": 1,
        "email_addresses-INITIAL_FORMS": 0,
        "email_addresses-0-address": "renee@client.example",
        "email_addresses-0-kind": "work",
        "phone_numbers-TOTAL_FORMS": 0,
        "phone_numbers-INITIAL_FORMS": 0,
    }
    response = signed_in(admin).post(address(Person, "change", person.pk), values)
    assert response.status_code == 302
    person.refresh_from_db()
    assert (person.name, person.organization) == ("Renée", organization)
    assert person.email_addresses.get().address == "renee@client.example"
    changes = {}
    for event in Event.objects.filter(verb="person.changed"):
        changes |= event.changes
    assert {"name", "organization", "email_addresses"} <= set(changes)


def test_users_are_changed_but_never_deleted(admin, alice, signed_in):
    model = type(alice)
    client = signed_in(admin)
    assert client.get(address(model, "delete", alice.pk)).status_code == 403
    page = client.get(address(model, "change", alice.pk)).text
    assert "password" not in page.partition("<form")[2].partition("</form>")[0].lower()
    values = {
        "name": alice.name,
        "email": alice.email,
        "role": "manager",
        "team": alice.team_id,
        "language": "fr",
        "time_zone": "UTC",
        "currency": "EUR",
        "theme": "dark",
        "is_active": "",
    }
    assert client.post(address(model, "change", alice.pk), values).status_code == 302
    alice.refresh_from_db()
    assert (alice.role, alice.is_active) == ("manager", True)
    assert Event.objects.get(verb="user.changed").changes["role"] == ["rep", "manager"]
