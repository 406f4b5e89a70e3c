"""What every answer to htmx gets: toasts, refusals that spare the page, the way to sign in."""

import pytest
from django.core.exceptions import ValidationError

from core.middleware import Fragments
from tests.factories import LeadFactory
from tests.web import htmx

pytestmark = pytest.mark.django_db


def test_an_empty_answer_still_carries_its_toast(signed_in, alice):
    response = signed_in(alice).post("/gallery/move/", {"to": "closed"}, headers=htmx())

    assert response.status_code == 200  # htmx reads no body of a 204
    assert response["HX-Reswap"] == "none"
    assert 'hx-swap-oob="beforeend:#toasts"' in response.text
    assert "Card moved." in response.text
    assert "csrfmiddlewaretoken" in response.text  # Undo is a form


def test_a_toast_waits_for_the_page_the_browser_loads_next(signed_in, alice):
    client = signed_in(alice)

    answer = client.post(
        "/gallery/",
        {"title": "a", "currency": "EUR", "kind": "a", "token": "0" * 32},
        headers=htmx("sample"),
    )
    page = client.get("/gallery/")

    assert answer["HX-Redirect"] == "/gallery/"
    assert "Sample saved." not in answer.text
    assert page.text.count("Sample saved.") == 1
    assert "Sample saved." not in client.get("/gallery/").text


def test_an_answer_that_says_nothing_takes_no_toast_from_the_one_beside_it(signed_in, alice):
    client = signed_in(alice)
    lead = LeadFactory(owner=alice)

    beside = client.post(f"/leads/{lead.pk}/mark-seen/", headers=htmx())
    assert "messages" not in beside.cookies
    client.post("/leads/archive/", {"ids": lead.pk})  # its page is still to be loaded
    later = client.post(f"/leads/{lead.pk}/mark-seen/", headers=htmx())

    assert "toast" not in later.text
    assert "1 lead archived." in client.get("/leads/", headers=htmx("results")).text


def test_a_refusal_under_htmx_is_a_toast_and_swaps_nothing(signed_in, alice):
    response = signed_in(alice).post("/gallery/move/", {"to": "refuses"}, headers=htmx())

    assert response.status_code == 409
    assert response["HX-Reswap"] == "none"
    assert 'data-level="error"' in response.text
    assert "Someone moved this card meanwhile." in response.text


def test_a_refusal_without_htmx_is_a_page_with_a_way_back(signed_in, alice):
    response = signed_in(alice).post("/gallery/move/", {"to": "refuses"})

    assert response.status_code == 409
    assert "Someone moved this card meanwhile." in response.text
    assert "<crm-back" in response.text


def test_what_a_field_cannot_hold_is_refused_where_no_form_shows_it(rf, alice):
    request = rf.post("/")
    request.htmx, request.user = False, alice

    answer = Fragments(None).process_exception(request, ValidationError(["Too long."]))

    assert answer.status_code == 422
    assert "Too long." in answer.text


def test_an_expired_session_sends_the_whole_page_to_the_sign_in_form(client):
    response = client.get("/gallery/", headers=htmx("rows", on="/gallery/?view=mine"))

    assert response["HX-Redirect"] == "/sign-in/?next=%2Fgallery%2F%3Fview%3Dmine"


def test_who_was_signed_out_meanwhile_hears_that_the_last_act_was_not_saved(client):
    answer = client.post("/gallery/", {"title": "a"}, headers=htmx("sample", on="/gallery/"))

    assert answer["HX-Redirect"] == "/sign-in/?next=%2Fgallery%2F"
    assert "What you did last was not saved." in client.get("/sign-in/").text


def test_pages_are_private_and_vary_with_htmx(signed_in, alice):
    response = signed_in(alice).get("/gallery/")

    assert response["Cache-Control"] == "private, no-cache"
    assert {"HX-Request", "HX-Target"} <= set(response["Vary"].split(", "))
