"""A dialog that is sent twice at the same moment."""

import pytest
from django.test import Client

from lists.models import SavedView
from tests.factories import UserFactory
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_views_of_one_name_the_second_is_told():
    client = Client(raise_request_exception=False)
    client.force_login(UserFactory())

    def save():
        sent = {"name": "Hot", "audience": "own"}
        return client.post("/lists/leads/views/new/", sent).status_code

    for _round in range(5):
        assert sorted(at_once(save, save, save)) == [302, 422, 422]
        SavedView.objects.all().delete()
