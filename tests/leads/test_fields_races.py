"""Two people save the same field at the same moment."""

import threading
import time

import pytest
from django.db import connection, transaction
from django.test import Client

from opportunities import services as opportunities
from tests.factories import LeadFactory, UserFactory
from tests.house.reading import main_form
from tests.web import htmx

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("url", ["/leads/%s/edit/campaign/", "/leads/%s/edit/"])
def test_who_waited_for_the_other_one_is_told_both_values(url):
    alice = UserFactory()
    lead = LeadFactory(owner=alice, campaign="Spring")
    client, answers = Client(), []
    client.force_login(alice)
    url %= lead.pk
    sent = main_form(client.get(url), url).fields | {"campaign": "Autumn"}

    def save():
        answers.append(client.post(url, sent, headers=htmx()))
        connection.close()

    second = threading.Thread(target=save)
    with transaction.atomic():
        opportunities.change(lead, {"campaign": "Winter"}, by=alice)
        second.start()
        time.sleep(1)  # by now the second one has read the lead and waits for its row
    second.join()

    assert answers[0].status_code == 409
    assert "Changed meanwhile from “Spring” to “Winter”." in answers[0].text
    lead.refresh_from_db()
    assert lead.campaign == "Winter"
