"""Find a Chromium for the browser tests, or get one: `python -m tests.chromium`."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"


def find() -> str | None:
    """A Chromium that starts: the one CHROMIUM names, else an installed one, else Playwright's."""
    if chosen := os.environ.get("CHROMIUM"):
        return chosen if starts(chosen) else None
    installed = [path for path in (*map(shutil.which, NAMES), MAC) if path and starts(path)]
    if installed:
        return installed[0]
    downloaded = playwrights()
    return downloaded if downloaded and starts(downloaded) else None


def starts(path: str) -> bool:
    """One that lies there may still lack the libraries it needs."""
    try:
        done = subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def playwrights() -> str | None:
    """Where Playwright keeps its own, if it was ever downloaded."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def get() -> None:
    """Download Playwright's; where that fails, root may install the package of Debian."""
    say("No Chromium found; downloading Playwright's …")
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    if find() or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    say("Installing the package chromium …")
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], env=quiet, check=False)
    subprocess.run(["apt-get", "install", "-y", "-qq", "chromium"], env=quiet, check=False)


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def main() -> int:
    if not find() and not os.environ.get("CHROMIUM"):
        get()
    path = find()
    if not path:
        say(
            "\n*** THE BROWSER TESTS CANNOT RUN: there is no Chromium that starts. ***\n"
            "Install chromium or google-chrome, or name one: make test CHROMIUM=/path/to/chromium\n"
        )
        return 1
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
