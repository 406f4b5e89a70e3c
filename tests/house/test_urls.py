"""Every address asks who is there, or its view lives in a ``public.py`` for all to see."""

from importlib import import_module
from importlib.util import find_spec

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver


def patterns(resolver=None, prefix=""):
    for entry in (resolver or get_resolver()).url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield path, entry
        else:
            yield from patterns(entry, path)


def is_open(view):
    return not getattr(view, "login_required", True)


def home_of(view):
    """The module that a view was written in, or made public in."""
    return getattr(getattr(view, "view_class", view), "__module__", "")


OURS = [(path, entry) for path, entry in patterns() if not path.startswith("admin/")]
ADMINS = [(path, entry) for path, entry in patterns() if path.startswith("admin/")]


def test_there_are_addresses():
    assert len(OURS) > 40


def test_open_views_live_in_public_modules(settings):
    modules = [f"{app}.public" for app in settings.INSTALLED_APPS if "." not in app]
    public = [
        value
        for module in modules
        if find_spec(module)
        for value in vars(import_module(module)).values()
    ]
    opened = [(path, entry) for path, entry in OURS if is_open(entry.callback)]
    assert [path for path, entry in opened if entry.callback not in public] == []


def test_public_modules_hold_nothing_that_is_guarded(settings):
    guarded = [
        path
        for path, entry in OURS
        if home_of(entry.callback).endswith(".public") and not is_open(entry.callback)
    ]
    assert guarded == []


def test_admin_opens_nothing_but_its_translations(settings):
    opened = {path for path, entry in ADMINS if is_open(entry.callback)}
    assert opened <= {"admin/login/", "admin/logout/", "admin/jsi18n/"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [path for path, entry in OURS if not is_open(entry.callback) and "<" not in path],
)
def test_strangers_are_sent_to_sign_in(path):
    response = Client().get(f"/{path}")
    assert response.status_code == 302
    assert response.url.startswith("/sign-in/?next=/")
