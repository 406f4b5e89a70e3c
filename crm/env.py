"""Read the environment: text, flags, numbers, secrets, and what follows from them.

Every variable the project knows is read through these functions, so a mistyped value says what is
wrong with it at once instead of failing far from its cause.
"""

import json
import os
import sys
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

CHECKOUT = Path(__file__).resolve().parent.parent
PROFILES = ("local", "test", "production")
YES = ("1", "true", "yes", "on")
NO = ("0", "false", "no", "off")


def text(name: str, default: str = "") -> str:
    """The value of a variable; one that is set but empty counts as not set."""
    return os.environ.get(name, "").strip() or default


def words(name: str, default: str = "") -> list[str]:
    """A list written with commas."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def flag(name: str, default: bool = False) -> bool:
    value = text(name).lower()
    if not value:
        return default
    if value in YES:
        return True
    if value in NO:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")


def number(name: str, default: int) -> int:
    value = text(name)
    if not value:
        return default
    try:
        result = int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from None
    if result < 0:
        raise ImproperlyConfigured(f"{name} must not be negative, but is {value}.")
    return result


def choice(name: str, options: tuple[str, ...], default: str) -> str:
    value = text(name, default)
    if value not in options:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(options)}, not {value!r}.")
    return value


def secret(name: str) -> str:
    """A value that may also lie in a file named by ``<name>_FILE``, as containers mount secrets."""
    path = text(f"{name}_FILE")
    if not path:
        return text(name)
    if text(name):
        raise ImproperlyConfigured(f"Set either {name} or {name}_FILE, not both.")
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error}") from None


def options(name: str) -> dict:
    """What JSON says in braces, perhaps in a file like a secret, which it may hold."""
    try:
        found = json.loads(secret(name) or "{}")
    except ValueError:
        found = None
    if not isinstance(found, dict):
        # The message must not repeat it: it may hold a password.
        raise ImproperlyConfigured(f'{name} must be JSON in braces, like {{"key": "value"}}.')
    return found


def profile() -> str:
    """local, test or production. A bare ``pytest`` means test, so it never meets local data."""
    under_pytest = "pytest" in sys.modules or "PYTEST_VERSION" in os.environ
    return choice("CARNET_ENV", PROFILES, "test" if under_pytest else "local")


def data_folder() -> Path:
    """Where everything that is not code lies: database, uploads, collected static files."""
    usual = CHECKOUT / ".data" / "test" if profile() == "test" else CHECKOUT / ".data"
    return Path(os.path.abspath(text("CARNET_DATA", str(usual))))


def database(url: str) -> dict:
    """Django's words for ``postgresql://user:password@host:port/name?sslmode=require``.

    A dozen lines instead of a dependency. A socket folder goes into the query: ``?host=/run/pg``.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        # The message must not repeat the address: it holds a password.
        raise ImproperlyConfigured(f"DATABASE_URL is not an address: {error}") from None
    if parts.scheme not in ("postgresql", "postgres"):
        raise ImproperlyConfigured("DATABASE_URL must begin with postgresql://")
    name = unquote(parts.path.lstrip("/"))
    if not name:
        raise ImproperlyConfigured("DATABASE_URL must end with the name of a database.")
    options = dict(parse_qsl(parts.query))
    return {
        "NAME": name,
        "USER": unquote(parts.username or options.pop("user", "")),
        "PASSWORD": unquote(parts.password or options.pop("password", "")),
        "HOST": options.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": str(port or options.pop("port", "")),
        "OPTIONS": options,
    }
