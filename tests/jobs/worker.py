"""The job worker as ``manage.py procrastinate worker`` runs it, knowing the kinds of the tests."""

import os

import django
from django.core.management import call_command

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
    django.setup()
    import tests.jobs.kinds  # noqa: F401

    call_command("procrastinate", "worker")
