"""A lead has no files, at any door: there is no column for one to hang on, and no address."""

import pytest
from django.apps import apps
from django.urls import NoReverseMatch, reverse

from files.models import File
from files.sweeping import holders
from leads.models import Lead
from tests.factories import LeadFactory
from tests.files.making import upload

pytestmark = pytest.mark.django_db


def test_nothing_that_holds_a_file_points_at_a_lead():
    with_files = {File, *holders()}
    assert len(with_files) > 1
    pointing = {
        model
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if field.is_relation and field.concrete and field.related_model is Lead
    }
    assert pointing.isdisjoint(with_files)
    assert not any(
        field.is_relation and field.related_model in with_files for field in Lead._meta.get_fields()
    )


@pytest.mark.parametrize("name", ["files", "file", "file_preview", "change_file", "delete_file"])
def test_a_lead_has_no_address_for_files(signed_in, alice, name):
    with pytest.raises(NoReverseMatch):
        reverse(f"leads:{name}", args=[1])
    lead = LeadFactory(owner=alice)
    assert signed_in(alice).post(f"/leads/{lead.pk}/files/", {"files": upload()}).status_code == 404


def test_a_file_sent_along_with_a_lead_is_dropped(signed_in, alice):
    lead = LeadFactory(owner=alice)
    client = signed_in(alice)
    assert 'type="file"' not in client.get(lead.get_absolute_url()).text
    for url in (lead.get_absolute_url() + "edit/", lead.get_absolute_url() + "edit/title/"):
        form = client.get(url)
        assert 'type="file"' not in form.text
        client.post(url, {"title": "New", "files": upload(), "file": upload()})
    assert not File.objects.exists()
