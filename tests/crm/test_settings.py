"""Settings say at once what is wrong, and production is strict."""

import ast
import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory

from crm import env, throttling
from tests.crm.outside import environment, python

PRODUCTION = {
    "CARNET_ENV": "production",
    "SECRET_KEY": "k3Zt" * 15 + "qwertyuiop",
    "DATABASE_URL": "postgresql://carnet:p%40ss@db.internal:5433/crm?sslmode=require",
    "ALLOWED_HOSTS": "crm.example, www.crm.example",
}


def settings_under(*names, **ours):
    """The values of these settings in a process with this environment."""
    code = (
        "import json; from django.conf import settings;"
        f"print(json.dumps({{n: getattr(settings, n) for n in {names!r}}}, default=str))"
    )
    done = python("-c", code, **ours)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


# --- Reading the environment -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "meaning"),
    [("1", True), ("true", True), ("YES", True), ("0", False), ("off", False), ("", True)],
)
def test_a_flag_is_yes_or_no(monkeypatch, value, meaning):
    monkeypatch.setenv("A_FLAG", value)
    assert env.flag("A_FLAG", default=True) is meaning


def test_a_mistyped_value_is_named(monkeypatch):
    monkeypatch.setenv("A_VALUE", "perhaps")
    with pytest.raises(ImproperlyConfigured, match="A_VALUE must be 1 or 0, not 'perhaps'"):
        env.flag("A_VALUE")
    with pytest.raises(ImproperlyConfigured, match="A_VALUE must be a whole number"):
        env.number("A_VALUE", 3)
    with pytest.raises(ImproperlyConfigured, match="A_VALUE must be one of a, b"):
        env.choice("A_VALUE", ("a", "b"), "a")
    monkeypatch.setenv("A_VALUE", "-1")
    with pytest.raises(ImproperlyConfigured, match="negative"):
        env.number("A_VALUE", 3)


def test_a_list_is_written_with_commas(monkeypatch):
    monkeypatch.setenv("A_LIST", " one, two ,,three")
    assert env.words("A_LIST") == ["one", "two", "three"]


def test_a_secret_may_lie_in_a_file(monkeypatch, tmp_path):
    file = tmp_path / "secret"
    file.write_text("from the file\n")
    monkeypatch.setenv("A_SECRET_FILE", str(file))
    assert env.secret("A_SECRET") == "from the file"
    monkeypatch.setenv("A_SECRET", "direct")
    with pytest.raises(ImproperlyConfigured, match="not both"):
        env.secret("A_SECRET")
    monkeypatch.delenv("A_SECRET")
    monkeypatch.setenv("A_SECRET_FILE", str(tmp_path / "missing"))
    with pytest.raises(ImproperlyConfigured, match="A_SECRET_FILE cannot be read"):
        env.secret("A_SECRET")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgresql://me:p%40ss%2F@host:5433/crm?sslmode=require",
            ("crm", "me", "p@ss/", "host", "5433", {"sslmode": "require"}),
        ),
        ("postgres://me@[::1]/crm", ("crm", "me", "", "::1", "", {})),
        ("postgresql:///crm?host=/run/postgresql", ("crm", "", "", "/run/postgresql", "", {})),
        ("postgresql://%2Frun%2Fpg/crm", ("crm", "", "", "/run/pg", "", {})),
    ],
)
def test_a_database_url_is_understood(url, expected):
    assert tuple(env.database(url).values()) == expected


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("mysql://me:hush@host/crm", "must begin with postgresql://"),
        ("postgresql://me:hush@host", "must end with the name"),
        ("postgresql://me:hush@host:port/crm", "not an address"),
        ("crm", "must begin with postgresql://"),
    ],
)
def test_a_wrong_database_url_is_refused_without_repeating_its_password(url, complaint):
    with pytest.raises(ImproperlyConfigured, match=complaint) as refusal:
        env.database(url)
    assert "hush" not in str(refusal.value)


def test_a_bare_pytest_never_meets_local_data(monkeypatch):
    monkeypatch.delenv("CARNET_ENV", raising=False)
    monkeypatch.delenv("CARNET_DATA", raising=False)
    assert env.profile() == "test"
    assert env.data_folder() == env.CHECKOUT / ".data" / "test"


# --- The profiles ------------------------------------------------------------------------------


@pytest.mark.parametrize("absent", ["SECRET_KEY", "DATABASE_URL", "ALLOWED_HOSTS"])
def test_production_names_what_it_lacks(absent):
    done = python("manage.py", "check", **PRODUCTION | {absent: ""})
    assert done.returncode != 0
    assert f"CARNET_ENV=production needs {absent}." in done.stderr


def test_production_names_all_that_it_lacks_at_once():
    done = python("manage.py", "migrate", CARNET_ENV="production")
    needed = "SECRET_KEY and DATABASE_URL and ALLOWED_HOSTS"
    assert done.stderr == f"CARNET_ENV=production needs {needed}.\n"


def test_production_has_no_debugging():
    done = python("manage.py", "check", **PRODUCTION, CARNET_DEBUG="1")
    assert "CARNET_DEBUG has no place" in done.stderr


def test_an_unknown_profile_is_refused():
    done = python("manage.py", "check", CARNET_ENV="staging")
    assert "CARNET_ENV must be one of local, test, production, not 'staging'." in done.stderr


def test_production_is_strict():
    cookies = ("SESSION_COOKIE", "CSRF_COOKIE", "LANGUAGE_COOKIE")
    found = settings_under(
        "DEBUG",
        "ALLOWED_HOSTS",
        "SECURE_SSL_REDIRECT",
        "SECURE_HSTS_SECONDS",
        *(f"{cookie}_{what}" for cookie in cookies for what in ("NAME", "SECURE", "HTTPONLY")),
        **PRODUCTION,
    )
    assert found["DEBUG"] is False
    assert found["ALLOWED_HOSTS"] == ["crm.example", "www.crm.example"]
    assert found["SECURE_SSL_REDIRECT"] is True
    assert found["SECURE_HSTS_SECONDS"] >= 31_536_000
    for cookie in cookies:
        assert found[f"{cookie}_SECURE"] is True
        assert found[f"{cookie}_HTTPONLY"] is True
        assert found[f"{cookie}_NAME"].startswith("__Host-")


def test_production_uses_the_database_it_is_given():
    default = settings_under("DATABASES", **PRODUCTION)["DATABASES"]["default"]
    assert (default["HOST"], default["PORT"], default["NAME"]) == ("db.internal", "5433", "crm")
    assert default["PASSWORD"] == "p@ss"
    assert default["OPTIONS"]["sslmode"] == "require"
    assert default["CONN_MAX_AGE"] == 0
    assert default["CONN_HEALTH_CHECKS"] is True


def test_the_deploy_check_is_clean():
    done = python(
        "-W", "error", "manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION
    )
    assert done.returncode == 0, done.stderr


def test_two_copies_on_one_host_do_not_share_their_cookies(tmp_path):
    one, other = (
        settings_under("SESSION_COOKIE_NAME", CARNET_DATA=tmp_path / name, SECRET_KEY="k")
        for name in ("one", "other")
    )
    assert one != other


# --- The local key -----------------------------------------------------------------------------


def test_the_local_key_is_made_once_and_for_its_owner_alone(tmp_path):
    data = tmp_path / "data"
    first = settings_under("SECRET_KEY", CARNET_DATA=data)
    assert len(first["SECRET_KEY"]) >= 50
    assert settings_under("SECRET_KEY", CARNET_DATA=data) == first
    assert stat.S_IMODE((data / "secret-key").stat().st_mode) == 0o600
    assert os.listdir(data) == ["secret-key"]


def test_two_first_starts_agree_on_the_key(tmp_path):
    starting = [
        subprocess.Popen(
            [sys.executable, "-c", "from crm.settings import SECRET_KEY; print(SECRET_KEY)"],
            cwd=env.CHECKOUT,
            env=environment(CARNET_DATA=tmp_path / "data"),
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    keys = {process.communicate(timeout=60)[0] for process in starting}
    assert len(keys) == 1
    assert len(keys.pop().strip()) >= 50


# --- What is written about it ------------------------------------------------------------------

READERS = {"text", "words", "flag", "number", "choice", "secret", "options"}
# What Compose alone reads, and what only changes how the readers above find a value.
BESIDES = {"POSTGRES_PASSWORD"}


def variables_read():
    """Every variable that is read through crm.env, and its default where it is a plain one."""
    files = [*(env.CHECKOUT / "crm").rglob("*.py"), env.CHECKOUT / "gunicorn.conf.py"]
    for file in files:
        for node in ast.walk(ast.parse(file.read_text())):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else None
            name = node.func.id if isinstance(node.func, ast.Name) else name
            first = node.args[0]
            if name in READERS and isinstance(first, ast.Constant) and str(first.value).isupper():
                default = node.args[1] if len(node.args) > 1 else ast.Constant("")
                yield first.value, plain(default)


def plain(node):
    try:
        value = eval(ast.unparse(node), {"__builtins__": {}})
    except (NameError, AttributeError):
        return None
    return str(int(value)) if isinstance(value, bool) else str(value)


def variables_described():
    text = (env.CHECKOUT / ".env.example").read_text()
    return dict(re.findall(r"^(?:# )?([A-Z][A-Z_]+)=(.*)$", text, re.MULTILINE))


def test_the_example_describes_every_variable_and_no_other():
    read = {name for name, _ in variables_read()}
    assert set(variables_described()) - BESIDES == read


def test_the_example_tells_the_defaults():
    described = variables_described()
    # The first is another one in production; the others depend on the profile.
    differing = {"ALLOWED_HOSTS", "CARNET_ENV", "CARNET_DATA", "CARNET_FSYNC"}
    for name, default in variables_read():
        if default is not None and name not in differing and described[name] != default:
            flags = {"": "0"}  # a flag without a default is off
            assert described[name] == flags.get(default, default), name


# --- Who is guessing ---------------------------------------------------------------------------


def test_the_name_that_is_counted_is_in_lower_case():
    assert throttling.typed_name(None, {"username": " Alice@Carnet.Example "}) == (
        "alice@carnet.example"
    )
    request = RequestFactory().post("/", {"username": "ALICE@carnet.example"})
    assert throttling.typed_name(request) == "alice@carnet.example"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "1.1.1.1", "127.0.0.1"),  # anybody can write this header
        (1, "6.6.6.6, 2.2.2.2", "2.2.2.2"),
        (2, "6.6.6.6, 1.1.1.1, 2.2.2.2", "1.1.1.1"),
        (2, "1.1.1.1", "127.0.0.1"),
        (1, "", "127.0.0.1"),
    ],
)
def test_only_our_own_proxies_are_believed(settings, proxies, forwarded, address):
    settings.PROXIES = proxies
    request = RequestFactory().get("/", headers={"X-Forwarded-For": forwarded})
    assert throttling.client_address(request) == address


# --- What gets into the repository -------------------------------------------------------------


@pytest.mark.parametrize("name", ["runtime", "development"])
def test_a_lock_pins_by_hash_and_names_no_host(name):
    lock = (env.CHECKOUT / "requirements" / f"{name}.txt").read_text()
    assert "://" not in lock
    assert "index-url" not in lock
    pinned = re.findall(r"^([a-z0-9-]+)==", lock, re.MULTILINE)
    assert len(pinned) > 20
    for requirement in re.split(r"\n(?=\S)", lock.strip()):
        assert "--hash=sha256:" in requirement


def test_the_lock_holds_every_dependency_that_is_declared():
    import tomllib

    project = tomllib.loads((env.CHECKOUT / "pyproject.toml").read_text())["project"]
    for name, declared in (
        ("runtime", project["dependencies"]),
        ("development", project["dependencies"] + project["optional-dependencies"]["development"]),
    ):
        lock = Path(env.CHECKOUT / "requirements" / f"{name}.txt").read_text()
        for requirement in declared:
            package = re.match(r"[a-z0-9-]+", requirement)[0]
            assert f"\n{package}==" in f"\n{lock}", f"{package} is not in {name}.txt: lock again"
