"""What is there once and was saved twice at the same moment is told to the second."""

import pytest
from django.test import Client

from accounts.models import User
from labels.models import Label
from tests.factories import UserFactory
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_labels_of_one_name_the_second_is_told():
    client = Client(raise_request_exception=False)
    client.force_login(UserFactory(role=User.Role.MANAGER))
    url = "/settings/labels/new/"
    sent = {"name": "Hot", "hue": client.get(url).context["form"]["hue"].value()}

    def save():
        return client.post(url, sent).status_code

    for _round in range(10):
        saved, *told = sorted(at_once(save, save, save))
        assert saved == 302
        # One is told by the form if it looked late enough, else when it wrote.
        assert set(told) <= {409, 422}
        assert Label.objects.count() == 1
        Label.objects.all().delete()
