"""Whole pages and their parts, toasts, and where one is sent next."""

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.contrib.messages.middleware import MessageMiddleware
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse
from django_htmx.middleware import HtmxMiddleware

from core.errors import Refused
from core.templatetags.ui import toasts
from core.web import aimed_at, on_screen, redirect_after, refusals_on, safe_next, toast
from history.services import begin
from tests.web import assert_part_of_page, htmx, text


def request(path="/", *, method="get", data=None, **headers):
    """A request as views get it, with messages and htmx."""
    made = getattr(RequestFactory(), method)(path, data or {}, headers=headers)
    made.session = {}
    MessageMiddleware(lambda r: HttpResponse()).process_request(made)
    HtmxMiddleware(lambda r: HttpResponse())(made)
    return made


def test_the_part_htmx_aims_at_is_the_part_of_the_page(signed_in, alice):
    assert_part_of_page(signed_in(alice), "/gallery/", "rows")


def test_a_host_gets_the_first_part(signed_in, alice):
    part = text(signed_in(alice).get("/gallery/", headers=htmx("dialog")))

    assert part.startswith('<section id="sample"')


def test_a_form_with_errors_answers_422_and_keeps_what_was_typed(signed_in, alice):
    response = signed_in(alice).post("/gallery/", {"title": "Roof"}, headers=htmx("sample"))

    assert response.status_code == 422
    assert 'value="Roof"' in response.text
    assert 'role="alert"' in response.text


def test_a_refusal_lands_in_the_form():
    form = forms.Form({})

    with refusals_on(form):
        raise Refused("Restore it first.")

    assert form.non_field_errors() == ["Restore it first."]


def test_what_became_wrong_after_the_form_looked_lands_in_it_too():
    class OneField(forms.Form):
        title = forms.CharField()

    form = OneField({"title": "x"})
    assert form.is_valid()

    with refusals_on(form):
        raise ValidationError({"title": ["Too short."], "name": ["There is already a label."]})
    with refusals_on(form):
        raise ValidationError("Of no field.")

    assert form.errors["title"] == ["Too short."]
    assert form.non_field_errors() == ["There is already a label.", "Of no field."]


def test_only_htmx_aims():
    assert aimed_at(request()) is None
    assert aimed_at(request(**{"HX-Request": "true", "HX-Target": "rows"})) == "rows"
    assert aimed_at(request(**{"HX-Request": "true", "HX-Target": "section#rows"})) == "rows"


def test_the_query_on_screen_is_read_from_the_page_the_user_looks_at():
    asked = request(**{"HX-Request": "true", "HX-Current-URL": "http://testserver/x/?owner=3&q=a"})

    assert on_screen(asked).get("owner") == "3"
    assert on_screen(request()).get("owner") is None


def test_a_toast_carries_its_undo_and_its_link():
    asked = request()
    toast(asked, "3 converted", undo="/undo/3/", link=("/deals/", "Open"), level="celebration")

    shown = list(toasts(get_messages(asked)))

    assert shown == [
        {
            "text": "3 converted",
            "level": "celebration",
            "undo": "/undo/3/",
            "link": {"url": "/deals/", "text": "Open"},
        }
    ]


def test_the_undo_of_a_toast_is_what_was_done(alice):
    asked = request()
    operation, _new = begin("lead.changed", by=alice)
    toast(asked, "Changed", undo=operation)

    [shown] = toasts(get_messages(asked))

    assert shown["undo"] == reverse("history:undo", args=[operation.pk])


def test_after_a_write_the_browser_loads_a_page_with_or_without_htmx():
    plain = redirect_after(request(), "/x/")
    through_htmx = redirect_after(request(**{"HX-Request": "true"}), "/x/")

    assert (plain.status_code, plain.url) == (302, "/x/")
    assert (through_htmx.status_code, through_htmx["HX-Redirect"]) == (200, "/x/")


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example",
        "javascript:alert(1)",
        "/\\evil.example",
        "no-page",
    ],
)
def test_next_stays_on_this_host(elsewhere):
    asked = request(method="post", data={"next": elsewhere})

    assert safe_next(asked, "/home/") == "/home/"


def test_next_is_where_one_was():
    assert safe_next(request("/?next=/x/%3Fpage=2"), "/home/") == "/x/?page=2"
