"""The list of deals: tabs, filters, orders, pages, and acts on many at a time."""

import pytest
from django.utils import timezone

from deals.models import Deal
from deals.table import matching
from history.models import Operation
from opportunities import services as opportunities
from tests.factories import DealFactory, LabelFactory
from tests.web import assert_part_of_page, htmx, text


@pytest.fixture
def deal(alice, stages):
    return DealFactory(stage=stages[0], owner=alice, title="Pilot", visibility="team")


def titles(response):
    return [deal.title for deal in response.context["records"].rows]


def test_each_tab_shows_its_own(signed_in, alice, stages, deal):
    DealFactory(stage=stages[0], owner=alice, won=True, title="Won one")
    DealFactory(stage=stages[0], owner=alice, lost=True, title="Lost one")
    archived = DealFactory(stage=stages[0], owner=alice, won=True, title="Archived one")
    opportunities.archive([archived], by=alice)
    client = signed_in(alice)
    for query, found in (
        ({}, ["Pilot"]),
        ({"view": "won"}, ["Won one"]),
        ({"view": "lost"}, ["Lost one"]),
        ({"view": "archived"}, ["Archived one"]),
        ({"view": "nonsense"}, ["Pilot"]),
    ):
        assert titles(client.get("/deals/list/", query)) == found
        assert [
            each.title
            for each in matching(client.get("/deals/list/", query).wsgi_request.GET, alice)
        ] == found


def test_values_of_a_filter_are_or_and_filters_are_and(signed_in, alice, bob, stages):
    hot = LabelFactory(name="Hot")
    DealFactory(stage=stages[0], owner=alice, title="A", labels=[hot])
    DealFactory(stage=stages[1], owner=bob, title="B", labels=[hot])
    DealFactory(stage=stages[1], owner=bob, title="C")
    client = signed_in(alice)
    for query, found in (
        ({"owner": [alice.pk, bob.pk]}, ["C", "B", "A"]),
        ({"owner": bob.pk, "label": hot.pk}, ["B"]),
        ({"stage": stages[1].pk}, ["C", "B"]),
        ({"stage": "nonsense"}, []),
        ({"label": "999999"}, []),
        ({"q": "x" * 201}, []),
    ):
        response = client.get("/deals/list/", query)
        assert response.status_code == 200
        assert titles(response) == found, query
    assert "Remove the filter Owner: Bob Petit" in text(
        client.get("/deals/list/", {"owner": bob.pk})
    )


def test_the_list_sorts_and_pages(signed_in, alice, stages):
    for number in range(55):
        DealFactory(
            stage=stages[0], owner=alice, title=f"Deal {number:02}", value=number, currency="EUR"
        )
    client = signed_in(alice)
    for sort, first, last in (("", 54, 0), ("title", 0, 54), ("-value", 54, 0)):
        response = client.get("/deals/list/", {"sort": sort})
        shown = titles(response)
        rest = client.get("/deals/list/", {"sort": sort, "after": response.context["records"].next})
        shown += titles(rest)
        assert len(shown) == 55
        assert (shown[0], shown[-1]) == (f"Deal {first:02}", f"Deal {last:02}")
    assert client.get("/deals/list/", {"after": "broken", "sort": "nonsense"}).status_code == 200


def test_the_part_is_what_the_page_shows(signed_in, alice, deal):
    assert_part_of_page(signed_in(alice), "/deals/list/", "results", q="pilot")


def test_charlie_finds_nothing_and_a_reader_cannot_tick(signed_in, charlie, reader, deal):
    assert titles(signed_in(charlie).get("/deals/list/")) == []
    response = signed_in(reader).get("/deals/list/")
    assert titles(response) == ["Pilot"]
    assert 'name="ids"' not in response.text


@pytest.mark.parametrize("number", [1, 5])
def test_the_list_costs_twelve_statements(
    signed_in, alice, stages, number, django_assert_num_queries
):
    DealFactory.create_batch(number, stage=stages[0], owner=alice, labels=[LabelFactory()])
    client = signed_in(alice)
    # session, user; custom fields; what filters offer; team; count and sums; chosen columns; ids,
    # rows, their labels, their next activities; saved views
    with django_assert_num_queries(12):
        assert client.get("/deals/list/").status_code == 200


# --- Many at a time ----------------------------------------------------------------------------


def bulk(client, act, ids, **more):
    return client.post(f"/deals/{act}/", {"ids": ids, "next": "/deals/list/?view=open"} | more)


def test_ticked_deals_are_assigned_labelled_archived_and_restored(signed_in, alice, bob, stages):
    deals = DealFactory.create_batch(3, stage=stages[0], owner=alice)
    ids = [deal.pk for deal in deals[:2]]
    hot = LabelFactory(name="Hot")
    client = signed_in(alice)
    assert bulk(client, "assign", ids, to=bob.pk).url == "/deals/list/?view=open"
    assert "2 deals assigned to Bob Petit." in text(client.get("/deals/list/"))
    assert Deal.objects.filter(owner=bob).count() == 2
    bulk(client, "label", ids, put=hot.pk)
    assert hot.deals.count() == 2
    bulk(client, "unlabel", ids, take=hot.pk)
    assert hot.deals.count() == 0
    bulk(client, "archive", ids)
    assert Deal.objects.archived().count() == 2
    bulk(client, "restore", ids)
    assert not Deal.objects.archived().exists()
    client.get("/deals/list/")
    bulk(client, "restore", ids)
    assert "Nothing to change" in text(client.get("/deals/list/"))


def test_all_that_match_are_found_again_without_the_unticked(signed_in, alice, stages):
    deals = [DealFactory(stage=stages[0], owner=alice, title=f"Fleet {n}") for n in range(3)]
    DealFactory(stage=stages[0], owner=alice, title="Licence")
    everything = {"all": "1", "view": "open", "q": "fleet", "except": deals[0].pk}
    client = signed_in(alice)
    asked = client.post("/deals/archive/", everything | {"count": "1"})
    assert "More deals match now than the 1 you saw." in text(asked)
    assert not Deal.objects.archived().exists()
    client.post("/deals/archive/", everything | {"count": "3"})
    assert {deal.title for deal in Deal.objects.archived()} == {"Fleet 1", "Fleet 2"}


def test_deleting_asks_first_and_can_be_taken_back(signed_in, alice, deal):
    client = signed_in(alice)
    asked = client.post("/deals/delete/", {"ids": deal.pk}, headers=htmx("dialog"))
    assert asked.headers["HX-Retarget"] == "#dialog"
    assert "Delete 1 deal?" in text(asked)
    assert Deal.objects.exists()
    client.post("/deals/delete/", {"ids": deal.pk, "confirmed": "1"})
    assert not Deal.objects.exists()
    assert "Pilot" in text(client.get("/deals/deleted/"))
    assert client.get(f"/deals/{deal.pk}/").status_code == 404
    client.post("/deals/deleted/bring-back/", {"ids": deal.pk})
    assert Deal.objects.get() == deal
    assert deal.stage_visits.filter(left_at=None).count() == 1


def test_only_owners_delete_and_bring_back(signed_in, alice, bob, charlie, deal):
    client = signed_in(bob)
    assert client.post("/deals/delete/", {"ids": deal.pk, "confirmed": "1"}).status_code == 403
    opportunities.delete([deal], by=alice)
    shown = text(client.get("/deals/deleted/"))
    assert "Pilot" in shown
    assert 'action="/deals/deleted/bring-back/"' not in shown
    assert client.post("/deals/deleted/bring-back/", {"ids": deal.pk}).status_code == 403
    stranger = signed_in(charlie)
    assert "Pilot" not in text(stranger.get("/deals/deleted/"))
    assert stranger.post("/deals/deleted/bring-back/", {"ids": deal.pk}).status_code == 404
    assert not Deal.objects.exists()


@pytest.mark.parametrize("act", ["archive", "restore", "assign", "label", "unlabel", "delete"])
def test_nobody_else_does_it_to_one_of_many(signed_in, alice, charlie, reader, stages, deal, act):
    own = DealFactory(stage=stages[0], owner=charlie)
    label = LabelFactory()
    more = {"to": alice.pk, "put": label.pk, "take": label.pk, "confirmed": "2"}
    for user, status in ((charlie, 404), (reader, 403)):
        assert bulk(signed_in(user), act, [own.pk, deal.pk], **more).status_code == status
    assert not Operation.objects.exists()
    assert Deal.objects.filter(archived_at=None).count() == 2


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({}, 422),
        ({"ids": "nonsense"}, 404),
        ({"ids": "999999"}, 404),
        ({"ids": "99999999999999999999999"}, 404),
        ({"ids": "1\0"}, 404),
        ({"all": "1", "q": "x" * 201}, 302),
    ],
)
def test_a_selection_that_makes_no_sense_changes_nothing(signed_in, alice, deal, sent, status):
    assert signed_in(alice).post("/deals/archive/", sent).status_code == status
    assert not Deal.objects.archived().exists()


def test_nobody_and_no_label_are_missing(signed_in, alice, deal):
    client = signed_in(alice)
    for act, name in (("assign", "to"), ("label", "put"), ("unlabel", "take")):
        for wrong in ("", "nonsense", "999999", "99999999999999999999999", "1\0"):
            assert bulk(client, act, [deal.pk], **{name: wrong}).status_code == 404
    gone = type(alice).objects.create_user("gone@carnet.example", name="Gone", role="rep")
    gone.is_active = False
    gone.save()
    assert bulk(client, "assign", [deal.pk], to=gone.pk).status_code == 404
    assert timezone.now() > deal.created_at
    assert not Operation.objects.exists()
