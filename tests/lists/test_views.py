"""Saved views: kept under a name, opened as tabs, shared by link, changed and removed (H5)."""

import pytest

from lists.models import SavedView
from tests.factories import LabelFactory, LeadFactory
from tests.web import assert_part_of_page, htmx

pytestmark = pytest.mark.django_db

NEW = "/lists/leads/views/new/"


def save(client, name="Hot", audience="own", **sent):
    return client.post(NEW, {"name": name, "audience": audience, **sent})


def titles(page):
    return [lead.title for lead in page.context["records"].rows]


def test_a_view_shows_the_list_as_it_was_kept(alice, signed_in):
    hot = LabelFactory(name="Hot")
    for title in ("b", "a"):
        LeadFactory(owner=alice, title=title, labels=[hot])
    LeadFactory(owner=alice, title="c")
    client = signed_in(alice)

    answer = save(
        client,
        query=f"label={hot.pk}&sort=title&after=xyz&peek=3&evil=1",
        columns="value,nothing,owner",
    )

    view = SavedView.objects.get()
    assert view.query == f"label={hot.pk}&sort=title"
    assert view.columns == ["value", "owner"]
    page = client.get(answer.url)
    assert titles(page) == ["a", "b"]
    assert [column.name for column, _head in page.context["columns"]] == ["title", "value", "owner"]
    assert f'<a href="{answer.url.replace("&", "&amp;")}" aria-current="page">Hot</a>' in page.text
    assert "Edit view" in page.text
    assert_part_of_page(client, answer.url, "results")


def test_a_changed_filter_offers_to_save_to_save_anew_and_to_reset(alice, signed_in):
    client = signed_in(alice)
    url = save(client, query="view=mine").url

    page = client.get(f"{url}&q=fleet")

    for offer in ("Save view", "Save as new view", "Reset", "changed"):
        assert offer in page.text
    view = SavedView.objects.get()
    answer = client.post(f"/lists/views/{view.pk}/update/", {"query": "view=mine&q=fleet"})
    view.refresh_from_db()
    assert view.query == "view=mine&q=fleet"
    assert "Reset" not in client.get(answer.url).text


def test_a_view_is_seen_by_whom_it_is_shown_to(alice, bob, charlie, admin, signed_in):
    client = signed_in(alice)
    for audience in ("own", "team", "everyone"):
        save(client, name=f"For {audience}", audience=audience)

    def seen(user):
        return {tab.view.audience for tab in signed_in(user).get("/leads/").context["saved"].tabs}

    assert seen(alice) == {"own", "team", "everyone"}
    assert seen(bob) == {"team", "everyone"}
    assert seen(charlie) == seen(admin) == {"everyone"}


def test_only_its_owner_changes_a_view_and_an_admin_a_shared_one(
    alice, bob, charlie, admin, signed_in
):
    save(signed_in(alice), audience="team", query="view=mine")
    view = SavedView.objects.get()
    for user, status in ((bob, 403), (charlie, 404), (admin, 404)):
        client = signed_in(user)
        for act in ("remove", "update"):
            url = f"/lists/views/{view.pk}/{act}/"
            assert client.post(url, {"query": "q=x"}).status_code == status
        sent = {"name": "Mine now", "audience": "own"}
        assert client.post(f"/lists/views/{view.pk}/", sent).status_code in (status, 422)
    view.refresh_from_db()
    assert (view.name, view.query) == ("Hot", "view=mine")
    view.audience = "everyone"
    view.save()
    assert signed_in(admin).post(f"/lists/views/{view.pk}/remove/").status_code == 302


def test_readers_keep_views_for_themselves_alone(reader, signed_in):
    client = signed_in(reader)

    assert save(client).status_code == 302
    assert save(client, name="For all", audience="everyone").status_code == 422
    assert SavedView.objects.get().name == "Hot"


@pytest.mark.parametrize("name", ["", "hot", "a\x00b", "x" * 61])
def test_a_name_that_will_not_do_is_said_at_its_place(alice, signed_in, name):
    client = signed_in(alice)
    save(client)

    answer = client.post(
        NEW, {"name": name, "audience": "own", "query": "view=mine"}, headers=htmx("view")
    )

    assert answer.status_code == 422
    assert 'value="view=mine"' in answer.text
    assert SavedView.objects.count() == 1


def test_a_view_whose_filter_lost_its_word_says_so_and_finds_nothing(alice, signed_in):
    label = LabelFactory(name="Hot")
    LeadFactory(owner=alice, title="Fleet")
    client = signed_in(alice)
    url = save(client, query=f"label={label.pk}").url
    label.delete()

    page = client.get(url)

    assert titles(page) == []
    assert "no longer there" in page.text
    assert page.status_code == 200


def test_a_view_is_removed_and_its_leads_stay(alice, signed_in):
    LeadFactory(owner=alice, title="Fleet")
    client = signed_in(alice)
    save(client)
    url = f"/lists/views/{SavedView.objects.get().pk}/remove/"
    assert "Remove the view “Hot”?" in client.get(url).text
    assert_part_of_page(client, url, "remove")
    assert SavedView.objects.exists()

    answer = client.post(url)

    assert answer.url == "/leads/"
    assert titles(client.get("/leads/")) == ["Fleet"]


def test_filters_longer_than_an_address_are_refused(alice, signed_in):
    answer = save(signed_in(alice), query=f"q={'x' * 5000}")

    assert answer.status_code == 422
    assert not SavedView.objects.exists()


def test_there_is_an_end_of_views(alice, signed_in, monkeypatch):
    monkeypatch.setattr("lists.services.MOST_VIEWS", 1)
    client = signed_in(alice)
    save(client)

    assert "too many views" in save(client, name="Second").text
    assert SavedView.objects.count() == 1
