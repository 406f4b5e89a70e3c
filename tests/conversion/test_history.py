"""One history for all lives of a record, seen by whoever sees the record now; and no side doors."""

import uuid

import pytest
from django.apps import apps
from django.contrib.admin import site
from django.core import mail
from django.forms import ModelForm
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import Visibility
from activities.queries import timeline
from conversion.queries import lives_of
from conversion.services import NoUsableStage, convert_leads
from deals.models import Deal
from leads.models import Lead
from opportunities import services as opportunities
from tests.factories import LeadFactory, NoteFactory, PipelineFactory


def test_who_sees_the_deal_sees_what_was_said_of_the_lead(alice, charlie, pipeline):  # D13
    lead = LeadFactory(owner=alice, visibility=Visibility.TEAM)
    note = NoteFactory(lead=lead, author=alice, text="Said long ago")
    convert_leads([lead], into=None, by=alice)
    deal = Deal.objects.get()
    assert not Deal.objects.visible_to(charlie).exists()

    opportunities.assign([deal], to=charlie, by=alice)

    assert Deal.objects.visible_to(charlie).get() == deal
    told = timeline(lives_of(deal), charlie).entries
    assert note in [entry.thing for entry in told]
    assert "lead.converted" in {getattr(entry.thing, "verb", None) for entry in told}
    assert not Deal.objects.visible_to(alice).exists()


def test_a_refused_conversion_sends_and_queues_nothing(alice, pipeline):  # C8
    lead = LeadFactory(owner=alice)

    with pytest.raises(NoUsableStage):
        convert_leads([lead], into=PipelineFactory(), token=uuid.uuid4(), by=alice)

    assert mail.outbox == []
    assert not ProcrastinateJob.objects.exists()


STATE = {"is_replaced", "deleted_at", "deleted_by", "archived_at", "archived_by"}


def test_no_form_lets_anybody_set_the_state_of_a_conversion(rf, admin):  # C12
    """The service is the only way: no column of it stands in a form, in the admin or elsewhere."""
    request = rf.get("/")
    request.user = admin
    for model in (Lead, Deal):
        assert not STATE & set(site.get_model_admin(model).get_form(request).base_fields)
    for config in apps.get_app_configs():
        for form in model_forms(config.name):
            if form._meta.model in (Lead, Deal):
                assert not STATE & set(form.base_fields), form


def model_forms(app):
    """Every form of a model that is defined in ``app``."""
    todo = list(ModelForm.__subclasses__())
    while todo:
        form = todo.pop()
        todo += form.__subclasses__()
        if form.__module__.partition(".")[0] == app:
            yield form
