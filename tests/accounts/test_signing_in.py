"""Signing in and out, languages before it, where one lands, and what guessing leads to."""

import re

import pytest
from axes.utils import reset
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client

from accounts.models import User

PASSWORD = "carnet-demo"


def sign_in(client, email, password=PASSWORD, **extra):
    return client.post("/sign-in/", {"username": email, "password": password, **extra})


def test_one_signs_in_and_starts_at_home(alice):
    client = Client()
    response = sign_in(client, "alice@carnet.example")
    assert response.status_code == 302
    assert response.url == "/"
    assert client.session["_auth_user_id"] == str(alice.pk)


def test_the_case_of_the_address_does_not_matter(alice):
    assert sign_in(Client(), "  Alice@Carnet.EXAMPLE ").status_code == 302


def test_after_signing_in_one_is_where_one_was(alice):
    client = Client()
    asked = client.get("/profile/?a=1")
    assert asked.url == "/sign-in/?next=/profile/%3Fa%3D1"
    assert 'name="next" value="/profile/?a=1"' in client.get(asked.url).text
    assert sign_in(client, alice.email, next="/profile/?a=1").url == "/profile/?a=1"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "\\\\evil.example",
        "/\\evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        "https://testserver@evil.example/",
        " //evil.example",
    ],
)
def test_next_leads_nowhere_else(alice, elsewhere):
    assert sign_in(Client(), alice.email, next=elsewhere).url == "/"


@pytest.mark.parametrize("password", ["wrong", "", "\0"])
def test_a_wrong_password_says_no_more_than_an_unknown_address(alice, password):
    known = sign_in(Client(), alice.email, password)
    unknown = sign_in(Client(), "nobody@carnet.example", password)
    assert known.status_code == unknown.status_code == 422

    def summary(response, email):
        return re.sub(r'value="[^"]*"', "", response.text.replace(email, ""))

    assert summary(known, alice.email) == summary(unknown, "nobody@carnet.example")


def test_who_left_cannot_sign_in(alice):
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert sign_in(Client(), alice.email).status_code == 422


def test_signing_out_needs_a_post(alice):
    client = Client()
    client.force_login(alice)
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/").url == "/sign-in/"
    assert client.get("/profile/").status_code == 302


def test_the_language_is_chosen_before_signing_in(alice):
    client = Client()
    client.post("/language/", {"language": "fr", "next": "/sign-in/"})
    assert '<html lang="fr"' in client.get("/sign-in/").text
    response = sign_in(client, alice.email)
    alice.refresh_from_db()
    assert alice.language == "fr"
    assert response.cookies["django_language"]["max-age"] == 0


def test_the_profile_decides_the_language_from_then_on(alice):
    User.objects.filter(pk=alice.pk).update(language="fr")
    client = Client(headers={"accept-language": "en"})
    client.force_login(alice)
    response = client.get("/profile/")
    assert '<html lang="fr"' in response.text
    assert response.headers["Content-Language"] == "fr"


def test_ten_wrong_passwords_lock_the_door_for_this_address(alice, bob, settings):
    settings.AXES_ENABLED = True
    client = Client(headers={"accept-language": "en"})
    try:
        for _try in range(9):
            assert sign_in(client, alice.email, "wrong").status_code == 422
        sign_in(client, "ALICE@carnet.example", "wrong")
        locked = sign_in(client, alice.email)
        assert locked.status_code == 429
        assert "Too many attempts" in locked.text
        assert "15 minutes" in locked.text
        # Bob, and Alice at another place, come in as ever.
        assert sign_in(Client(), bob.email).status_code == 302
        elsewhere = Client(REMOTE_ADDR="192.0.2.7")
        assert sign_in(elsewhere, alice.email).status_code == 302
    finally:
        reset()


def test_a_letter_leads_to_a_new_password_once(alice):
    client = Client()
    response = client.post("/password/forgotten/", {"email": "ALICE@carnet.example"})
    assert response.url == "/password/forgotten/sent/"
    [letter] = mail.outbox
    assert letter.to == [alice.email]
    link = re.search(r"http://testserver(/password/\S+)", letter.body)[1]
    form = client.get(link, follow=True)
    chosen = {"new_password1": "a-much-longer-one", "new_password2": "a-much-longer-one"}
    done = client.post(form.request["PATH_INFO"], chosen, follow=True)
    assert "Your password is set" in done.text
    assert sign_in(Client(), alice.email, "a-much-longer-one").status_code == 302
    assert "no longer works" in Client().get(link, follow=True).text


def test_an_unknown_address_gets_the_same_answer_and_no_letter(db):
    response = Client().post("/password/forgotten/", {"email": "nobody@carnet.example"})
    assert response.url == "/password/forgotten/sent/"
    assert mail.outbox == []


def test_who_left_gets_no_letter(alice):
    User.objects.filter(pk=alice.pk).update(is_active=False)
    Client().post("/password/forgotten/", {"email": alice.email})
    assert mail.outbox == []


def test_a_letter_is_written_in_the_readers_language(alice, monkeypatch):
    from accounts import letters

    spoken = []
    written = letters.render_to_string

    def listen(template, context):
        spoken.append(letters.translation.get_language())
        return written(template, context)

    monkeypatch.setattr(letters, "render_to_string", listen)
    User.objects.filter(pk=alice.pk).update(language="fr")
    Client().post("/password/forgotten/", {"email": alice.email})
    assert spoken == ["fr", "fr"]


def test_changing_the_password_signs_other_devices_out(alice):
    here, there = Client(), Client()
    here.force_login(alice)
    there.force_login(alice)
    fresh = "a-much-longer-one"
    typed = {"old_password": PASSWORD, "new_password1": fresh, "new_password2": fresh}
    assert here.post("/profile/password/", typed).status_code == 302
    assert here.get("/profile/").status_code == 200
    assert there.get("/profile/").status_code == 302
    assert Session.objects.exists()
