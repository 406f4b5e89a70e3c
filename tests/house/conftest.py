"""One company for all tests of a file: it is built once, and each test finds it as it was built."""

from copy import deepcopy

import pytest
from django.db import transaction

from tests.house import world


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker):
    """Inside of a transaction that lasts as long as the file, and is taken back."""
    with django_db_blocker.unblock():
        lasting = transaction.atomic()
        lasting.__enter__()
        company = world.build()
    yield company
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        lasting.__exit__(None, None, None)


@pytest.fixture
def company(built, db):
    """What a test does to it is taken back to a savepoint, as the database of any test is."""
    return deepcopy(built)
