"""All settings, in one file, in sections; what differs between installations is read from env.

Three profiles (CARNET_ENV): local, the default, runs on this machine for whoever tries or develops
it; test is what pytest uses; production demands its secrets and refuses what is only for show.
Reading this file never starts a process.
"""

import importlib.resources
import logging
import os
import secrets
from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from crm import embedded, env

# --- Profile -----------------------------------------------------------------------------------

BASE_DIR = env.CHECKOUT
PROFILE = env.profile()
LOCAL, TEST, PRODUCTION = (name == PROFILE for name in env.PROFILES)
DEBUG = env.flag("CARNET_DEBUG")
DATA = env.data_folder()

if PRODUCTION:
    absent = [name for name in ("SECRET_KEY", "DATABASE_URL") if not env.secret(name)]
    absent += [name for name in ("ALLOWED_HOSTS",) if not env.text(name)]
    if absent:
        raise ImproperlyConfigured(f"CARNET_ENV=production needs {' and '.join(absent)}.")
    if DEBUG:
        raise ImproperlyConfigured("CARNET_DEBUG has no place under CARNET_ENV=production.")


def own_secret_key() -> str:
    """The local profile's key: made once, kept in the data folder, readable by its owner alone."""
    path = DATA / "secret-key"
    try:
        return made_once(path)
    except PermissionError as error:
        raise ImproperlyConfigured(
            f"{error.filename} is not for you to use. Set CARNET_DATA to a folder of yours."
        ) from None


def made_once(path: Path) -> str:
    if not path.exists():
        DATA.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_name(f"secret-key.{os.getpid()}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(50))
        try:
            os.link(fresh, path)  # fails if another process was first; then its key holds
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text(encoding="ascii")


if TEST:
    SECRET_KEY = "only-for-tests"  # noqa: S105
else:
    SECRET_KEY = env.secret("SECRET_KEY") or own_secret_key()

# --- Apps --------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",  # its templates, which those of the admin include
    "django_htmx",
    "django_filters",
    "template_partials",
    "csp",
    "axes",
    "procrastinate.contrib.django",
    "core",
    "accounts",
    "labels",
    "history",
    "lists",
    "jobs",
    "custom_fields",
    "files",
    "exports",
    "contacts",
    "pipelines",
    "products",
    "opportunities",
    "leads",
    "deals",
    "projects",
    "activities",
    "conversion",
    "imports",
    "search",
    "takeout",
    "reports",
    "crm",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "accounts.middleware.Preferences",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.middleware.Fragments",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "crm.urls"
WSGI_APPLICATION = "crm.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Templates ---------------------------------------------------------------------------------

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "crm.navigation.navigation",
            ],
            "builtins": [
                "template_partials.templatetags.partials",
                "core.templatetags.ui",
            ],
        },
    }
]
FORM_RENDERER = "core.forms.Renderer"

# --- Database ----------------------------------------------------------------------------------

if url := env.secret("DATABASE_URL"):
    address = env.database(url)
else:
    address = embedded.connection()

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        **address,
        # The pool keeps connections open, so Django must give each back after a request …
        "CONN_MAX_AGE": 0,
        # … and ask whether it still lives before handing it out: a restart costs no request.
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "connect_timeout": 10,
            "application_name": "carnet",
            # Who waits for a lock is told after 5 s instead of filling up the web server. JIT costs
            # more than it saves on short statements. 0 means no limit: jobs and migrations may
            # take their time, web requests may not (`run` and the compose file set 30 s).
            "options": " ".join(
                [
                    "-c lock_timeout=5s",
                    f"-c statement_timeout={env.number('DATABASE_STATEMENT_TIMEOUT', 0)}s",
                    "-c jit=off",
                ]
            ),
            # No connection before one is needed: most commands need a single one.
            "pool": {
                "min_size": 0,
                "max_size": env.number("DATABASE_POOL_SIZE", 10),
                "timeout": 10,
            },
            **address.get("OPTIONS", {}),
        },
        "TEST": {"TEMPLATE": "template0"},
    }
}

# Enough for screens that show what was just asked for; nothing shared depends on it.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# --- People ------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "accounts:sign_in"

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if TEST:  # made to be slow elsewhere, made to be fast here
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# Guessing at passwords: the pair of name and address is locked, so that nobody can lock out a
# colleague from elsewhere. Tests sign in by force_login; those of the throttle switch it on.
AXES_ENABLED = not TEST
AXES_VERBOSE = False
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
# Else somebody who retries inside the quarter of an hour would never get out of it.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True  # only failures matter here
AXES_USERNAME_FORM_FIELD = "username"  # the form's name for it; axes would look for "email"
AXES_USERNAME_CALLABLE = "crm.throttling.typed_name"
AXES_CLIENT_IP_CALLABLE = "crm.throttling.client_address"
AXES_LOCKOUT_CALLABLE = "accounts.public.locked_out"

# --- Languages and times -----------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr", _("French"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.text("CARNET_TIME_ZONE", "Europe/Paris")

# --- Files -------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("CARNET_STATIC_ROOT", str(DATA / "static")))
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("fonts/manrope", str(importlib.resources.files("font_manrope") / "files")),
]
MEDIA_ROOT = Path(env.text("CARNET_MEDIA_ROOT", str(DATA / "media")))
# What people attach to records: in a folder that no web server serves, unless another storage of
# Django's is named with its options.
FILES_STORAGE = env.text("CARNET_FILES_STORAGE", "django.core.files.storage.FileSystemStorage")
FILES_OPTIONS = env.options("CARNET_FILES_OPTIONS")
if TEST:
    FILES_STORAGE, FILES_OPTIONS = "django.core.files.storage.InMemoryStorage", {}
elif FILES_STORAGE.endswith(".FileSystemStorage"):
    FILES_OPTIONS = {
        "location": MEDIA_ROOT / "files",
        "file_permissions_mode": 0o600,
        "directory_permissions_mode": 0o700,
        **FILES_OPTIONS,
    }
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "files": {"BACKEND": FILES_STORAGE, "OPTIONS": FILES_OPTIONS},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if TEST
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
if TEST:  # found where they lie, without collecting them first
    WHITENOISE_AUTOREFRESH = True
    WHITENOISE_USE_FINDERS = True

# A bulk act on 10,000 ticked rows fits; what is larger is answered with 413.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# Bytes of one file, of all of them together (0: as many as there is room for), and of a form that
# carries several.
FILES_LARGEST = env.number("CARNET_FILES_LARGEST_MB", 25) * 1024 * 1024
FILES_TOTAL = env.number("CARNET_FILES_TOTAL_MB", 10240) * 1024 * 1024
# Bytes of a file that is imported; it stays a month after its import.
IMPORTS_LARGEST = env.number("CARNET_IMPORTS_LARGEST_MB", 100) * 1024 * 1024
FILES_LARGEST_REQUEST = 4 * FILES_LARGEST + DATA_UPLOAD_MAX_MEMORY_SIZE
FILE_UPLOAD_HANDLERS = [
    "files.uploading.Bounded",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "files.uploading.Nameless",
]

# --- Mail --------------------------------------------------------------------------------------

EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_PORT = env.number("EMAIL_PORT", 587)
EMAIL_HOST_USER = env.text("EMAIL_USER")
EMAIL_HOST_PASSWORD = env.secret("EMAIL_PASSWORD")
EMAIL_USE_TLS = EMAIL_PORT == 587
EMAIL_USE_SSL = EMAIL_PORT == 465
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", "Carnet <carnet@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Without a server for it, mail is printed where the web server runs.
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"

# --- Sessions, messages, cookies ---------------------------------------------------------------

SESSION_ENGINE = "django.contrib.sessions.backends.db"
# Cookies, because a GET that shows a message must not write to the database.
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "core.public.csrf_failure"
if LOCAL:
    # Browsers share cookies between the ports of a host: two copies need two names.
    SESSION_COOKIE_NAME = f"session-{embedded.server().mark}"
    CSRF_COOKIE_NAME = f"csrf-{embedded.server().mark}"

# --- Security ----------------------------------------------------------------------------------

ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
# How many proxies of our own stand before the web server; they are believed, nobody else is.
PROXIES = env.number("CARNET_PROXIES", 0)
if PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}

if PRODUCTION:
    SECURE_SSL_REDIRECT = env.flag("CARNET_SSL_REDIRECT", True)
    # The container asks itself over plain http whether it lives.
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SECURE_HSTS_SECONDS = env.number("CARNET_HSTS_SECONDS", 365 * 24 * 3600)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    # A browser takes a __Host- cookie only over https, for this very host and all of its paths.
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    LANGUAGE_COOKIE_NAME = "__Host-language"

SILENCED_SYSTEM_CHECKS = [
    # Being built into browsers for ever is for the owner of a domain to ask, not for a product.
    "security.W021",
]

# --- Jobs --------------------------------------------------------------------------------------

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "tasks"
# Two people may import at once, and neither keeps a small job waiting. Each of these takes up to
# three connections of the worker's pool.
PROCRASTINATE_WORKER_DEFAULTS = {"concurrency": env.number("JOBS_AT_ONCE", 3)}

# --- Log ---------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.text("CARNET_LOG_LEVEL", "WARNING")},
    # Django's own default would mail admins; an error belongs into the log like any other.
    "loggers": {"django": {"handlers": [], "level": "NOTSET", "propagate": True}},
}
if TEST:  # a refused request is what many tests want
    logging.getLogger("django.request").setLevel(logging.ERROR)
