"""Run a piece of Carnet in a process of its own, with an environment of its own."""

import os
import subprocess
import sys

from crm.env import CHECKOUT

OURS = ("CARNET_", "DATABASE_", "EMAIL_", "PYTEST_", "DJANGO_", "WEB_")
NAMES = {"SECRET_KEY", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "HOST", "PORT"}


def environment(**ours):
    """What a fresh shell would hold, and these variables."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(OURS) and name not in NAMES
    }
    kept["DJANGO_SETTINGS_MODULE"] = "crm.settings"
    return kept | {name: str(value) for name, value in ours.items()}


def python(*arguments, **ours):
    """Run Python with these arguments in the checkout and wait for it."""
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=CHECKOUT,
        env=environment(**ours),
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
