"""What strangers may ask for, and the pages that tell what went wrong."""

import io

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation

from core import icons, public
from tests.web import htmx


@pytest.mark.django_db
def test_healthz_asks_the_database(client, monkeypatch):
    assert client.get("/healthz").status_code == 200

    def broken(*args, **kwargs):
        raise DatabaseError

    monkeypatch.setattr(connection, "cursor", broken)
    assert public.healthz(RequestFactory().get("/healthz")).status_code == 503


@pytest.mark.django_db
def test_the_sprite_is_kept_for_ever_under_its_own_name_only(client):
    current = client.get(reverse("core:icons", args=[icons.digest()]))
    former = client.get(reverse("core:icons", args=["0123456789ab"]))

    assert "immutable" in current["Cache-Control"]
    assert former["Cache-Control"] == "no-cache"
    assert '<symbol id="inbox"' in current.text


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "words"), [("en", "Not here"), ("fr", None)])
def test_a_page_that_is_not_there(client, language, words):
    response = client.get("/nowhere/", headers={"Accept-Language": language})

    assert response.status_code == 404
    assert f'<html lang="{language}"' in response.text
    if words:
        assert words in response.text


@pytest.fixture
def strict():
    """A browser whose forms must carry their token."""
    return Client(enforce_csrf_checks=True)


@pytest.mark.django_db
def test_a_form_without_its_token_tells_how_to_keep_the_text(strict):
    response = strict.post("/sign-in/", {"username": "a"})

    assert response.status_code == 403
    assert "This form was open too long" in response.text


@pytest.mark.django_db
def test_a_form_without_its_token_under_htmx_stays_as_it_is(strict):
    response = strict.post("/sign-in/", {"username": "a"}, headers=htmx())

    assert response.status_code == 403
    assert response["HX-Reswap"] == "none"
    assert 'data-level="error"' in response.text


@pytest.mark.django_db
@pytest.mark.parametrize("enforce", [True, False])
def test_too_many_fields_are_answered_with_413(alice, enforce, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 10
    client = Client(enforce_csrf_checks=enforce)
    client.force_login(alice)
    client.get("/gallery/")  # without the cookie a form is refused before it is read

    plain = client.post("/gallery/", {"ids": [str(n) for n in range(11)]})
    through_htmx = client.post("/gallery/", {"ids": [str(n) for n in range(11)]}, headers=htmx())

    assert plain.status_code == through_htmx.status_code == 413
    assert "Too much at once" in plain.text
    assert through_htmx["HX-Reswap"] == "none"
    assert 'data-level="error"' in through_htmx.text


@pytest.mark.django_db
@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_too_much_data_is_answered_with_413(alice, settings, kind):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    client = Client()
    client.force_login(alice)
    body = (
        b'--x\r\nContent-Disposition: form-data; name="t"\r\n\r\n' + b"a" * 5000 + b"\r\n--x--\r\n"
    )

    response = client.post(
        "/gallery/", body if "multi" in kind else b"t=" + b"a" * 5000, content_type=kind
    )

    assert response.status_code == 413


def test_what_was_too_much_is_read_to_its_end():
    request = RequestFactory().post("/", b"a" * 200_000, content_type="text/plain")

    public.drain(request)

    assert request.read() == b""


def test_a_browser_that_went_away_is_no_error():
    class Gone(io.BytesIO):
        def read(self, *args):
            raise OSError

    request = RequestFactory().post("/", b"abc", content_type="text/plain")
    request._stream = Gone()

    public.drain(request)


def test_the_500_page_needs_neither_database_nor_context(rf):
    response = public.server_error(rf.get("/"))

    assert response.status_code == 500
    assert "Something went wrong" in response.text


@pytest.mark.parametrize("template", ["400.html", "403.html", "404.html", "413.html", "500.html"])
def test_every_problem_has_its_page(template, rf):
    with translation.override("en"):
        assert "<h1>" in render_to_string(template, {}, rf.get("/"))


@pytest.mark.django_db
def test_a_403_page(rf, client):
    request = client.get("/nowhere/").wsgi_request

    assert public.permission_denied(request, PermissionDenied()).status_code == 403


@pytest.mark.django_db
def test_the_language_is_chosen_before_signing_in(client):
    client.post("/language/", {"language": "fr", "next": "/sign-in/"})

    assert '<html lang="fr"' in client.get("/sign-in/").text
