"""Every test run finds its own database server running, in its own data folder."""

import gc

import pytest
from django.db import connection
from django.test import TransactionTestCase

from crm import embedded, env
from tests.emptying import empty_tables


def pytest_collection_finish():
    """All that was imported stays; to look through it again and again for garbage takes a sixth of
    the time of all tests.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """pytest-django asks for this just before it creates the test database."""
    if not env.secret("DATABASE_URL"):
        embedded.start()


@pytest.fixture(scope="session", autouse=True)
def nobody_stays(django_db_setup, django_db_blocker):
    """A session that a killed process left behind would keep the database from being dropped."""
    yield
    with django_db_blocker.unblock():
        connection.close()  # one from before a browser came may have died with its server
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(scope="session", autouse=True)
def emptied_tables(django_db_setup):
    """What Django does after a test with real commits is twenty times the work."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty_tables)
        yield
