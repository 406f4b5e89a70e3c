"""A run does what the check of it told, record by record."""

from contacts.models import Organization, Person
from imports import reverting, running
from imports.models import Import, Row
from jobs.services import run_now
from leads.models import Lead
from tests.factories import EmailAddressFactory, OrganizationFactory, PersonFactory
from tests.imports.checks import checked

FIELDS = ["lead.title", "person.name", "person.email", "person.phone", "organization.name"]
TEXT = """Title,Name,E-mail,Phone,Company
Desks,Amy Wong,AMY@client.example,,Acme
Lamps,Amy,amy@client.example,,acme
Chairs,Bo,bo@client.example,,Bolts
Tables,Bo,"bo@client.example; bo@home.example",,Bolts
Sofas,Cy,,06 12 34 56 78,
Shelves,Cy,,+33 6 12 34 56 78,
Boards,Cy,,0612345678,Bolts
Pens,Bo,,,Bolts
Ink,,,,
Paper,Bad,nobody,,Acme
Glue,,only@client.example,,
"""


def test_what_was_told_is_what_is_done(alice, monkeypatch):
    amy = PersonFactory(name="Amy Wong", owner=alice)
    EmailAddressFactory(person=amy, address="amy@client.example")
    OrganizationFactory(name="Acme", owner=alice)
    for choice in ("link", "update", "skip", "create"):
        one = checked(alice, TEXT, FIELDS, choices={"person": choice})
        before = {model: model.objects.count() for model in (Lead, Person, Organization)}
        told = one.counts
        running.start(one, by=alice)
        run_now(Import.objects.get(pk=one.pk).job)
        one.refresh_from_db()

        assert one.stage == Import.Stage.DONE
        assert told["rows"]["ready"] == Row.objects.filter(of=one, verdict="ready").count(), choice
        made = {model: model.objects.count() - number for model, number in before.items()}
        assert {
            model: told["records"].get(model.kind, {}).get("created", 0) for model in made
        } == made, choice


def test_each_record_counts_once_as_the_check_said(alice, monkeypatch):
    monkeypatch.setattr(running, "CHUNK", 2)
    for name in ("Acme", "Bolts", "Crates"):
        OrganizationFactory(name=name, owner=alice)
    text = """Name,Website
Acme,
Bolts,bolts.example
New,
New,new.example
Acme,
Acme,acme.example
Crates,
Acme,acme.test
New,new.test
Crates,
"""
    one = checked(
        alice,
        text,
        ["organization.name", "organization.website"],
        kind="organization",
        choices={"organization": "update"},
    )
    told = one.counts["records"]["organization"]
    running.start(one, by=alice)
    run_now(Import.objects.get(pk=one.pk).job)
    one.refresh_from_db()

    done = one.counts["done"]["organization"]
    assert told["created"] == done["created"] == 1
    # Crates said so already.
    assert done == {"created": 1, "updated": 2, "linked": 1}
    assert told["updated"] == 3

    reverting.start(one, by=alice)
    job = run_now(Import.objects.get(pk=one.pk).job)
    assert (job.of, job.step) == (3, 3)
    one.refresh_from_db()
    state = one.counts["reverted"]
    assert (state["removed"], state["restored"]) == ({"organization": 1}, {"organization": 2})
