"""Every test run finds its own database server running, in its own data folder."""

import pytest

from crm import embedded, env


@pytest.fixture(scope="session")
def django_db_modify_db_settings():
    """pytest-django asks for this just before it creates the test database."""
    if not env.secret("DATABASE_URL"):
        embedded.start()
