#!/usr/bin/env python
"""The command line; a command that needs the database finds it running."""

import os
import sys

# These do without a database, or see to it themselves.
WITHOUT_DATABASE = {
    "catalogues",
    "check",
    "collectstatic",
    "compilemessages",
    "diffsettings",
    "findstatic",
    "help",
    "makemessages",
    "run",
    "startapp",
    "stop",
    "version",
}


def needs_database(arguments: list[str]) -> bool:
    """Whether this command does; in doubt, it does."""
    if not arguments or {"-h", "--help", "--version"} & set(arguments):
        return False
    return arguments[0] not in WITHOUT_DATABASE or "--database" in arguments


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
    try:
        from django.conf import settings
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line

        from crm import embedded, env
    except ImportError as error:
        sys.exit(f"{error}. Run `make setup` first and use .venv/bin/python.")
    try:
        # First of all: who forgot a variable is told in one line, and nothing was started.
        settings.INSTALLED_APPS  # noqa: B018
        if needs_database(sys.argv[1:]) and not env.secret("DATABASE_URL"):
            embedded.start()
    except (embedded.ServerFailed, ImproperlyConfigured) as error:
        sys.exit(f"{error}")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
