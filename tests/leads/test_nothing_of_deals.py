"""A lead sells nothing and has no project, at any door: there is no column for either to hang on,
no address, no field of a form.
"""

import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import get_resolver

from deals.models import LineItem
from deals.services.valuing import TERMS
from leads.models import Lead
from products.models import Price, Product
from projects.models import Project, ProjectDeal
from tests.factories import DealFactory, LeadFactory, ProductFactory, ProjectFactory
from tests.web import htmx

pytestmark = pytest.mark.django_db

ONE_DEAL = "deals/<int:pk>/"
# What only deals have: its models, what its addresses and its fields are called.
LINES = (
    {LineItem, Product, Price},
    ("lines", "items", "products", "value"),
    ("product", "product_text", "products", "lines", "items", "is_summed", *TERMS),
)
PROJECTS = (
    set(apps.get_app_config("projects").get_models()),
    ("projects",),
    ("project", "project_text", "projects", "phase"),
)
only_deals_have = pytest.mark.parametrize(
    ("models", "addresses", "names"), [LINES, PROJECTS], ids=["lines", "projects"]
)


@pytest.fixture
def lead(alice):
    return LeadFactory(owner=alice, title="Fair", value=5, currency="EUR")


def related(model):
    """The models that the columns of ``model`` point at, and those of its join tables."""
    fields = [field for field in model._meta.get_fields() if field.is_relation]
    return {field.related_model for field in fields if field.concrete}


@only_deals_have
def test_a_lead_has_no_column_for_it(models, addresses, names):
    assert models.isdisjoint(related(Lead))
    assert not any(Lead in related(model) for model in models)
    assert not {field.name for field in Lead._meta.get_fields()} & set(names)
    inlines = {inline.model for inline in admin.site.get_model_admin(Lead).inlines}
    assert inlines.isdisjoint(models)


@only_deals_have
def test_a_lead_has_no_address_for_it(signed_in, alice, lead, models, addresses, names):
    routes = [str(each.pattern) for each in patterns(get_resolver())]
    of_leads = [route.split("/") for route in routes if route.startswith("leads/")]
    assert of_leads
    assert not [parts for parts in of_leads if set(parts) & set(addresses)]
    client = signed_in(alice)
    of_deals = [route.removeprefix(ONE_DEAL) for route in routes if route.startswith(ONE_DEAL)]
    below = [route for route in of_deals if route.split("/")[0] in addresses]
    assert below
    for route in below:
        url = lead.get_absolute_url() + route.replace("<int:line>", "1")
        assert client.post(url).status_code == 404, url


def patterns(resolver):
    for each in resolver.url_patterns:
        yield from patterns(each) if hasattr(each, "url_patterns") else [each]


@only_deals_have
def test_what_is_sent_along_with_a_lead_is_dropped(
    signed_in, alice, lead, models, addresses, names
):
    smuggled = dict.fromkeys(names, str(smuggled_record(names, alice).pk))
    before = held()
    client, url = signed_in(alice), lead.get_absolute_url()
    forms = {
        f"{url}edit/": {"title": "Other"},
        f"{url}edit/title/": {"title": "Another"},
        "/leads/new/": {"title": "New", "person_text": "Somebody"},
    }
    for form, given in forms.items():
        assert not set(client.get(form).context["form"].fields) & set(names)
        assert client.post(form, sent(client, form) | smuggled | given).status_code == 302, form

    assert set(Lead.objects.values_list("title", flat=True)) == {"Another", "New"}
    assert held() == before


@only_deals_have
def test_many_leads_are_given_none_of_it(signed_in, alice, lead, models, addresses, names):
    record, before = smuggled_record(names, alice), held()
    client = signed_in(alice)
    for name in names:
        given = {"ids": lead.pk, "field": name, f"new-{name}": record.pk, "save": "1", "count": 1}
        client.post("/leads/set/", given, headers=htmx("dialog"))

    assert held() == before
    lead.refresh_from_db()
    assert (lead.value, lead.currency) == (5, "EUR")


def sent(client, url):
    """What the form at ``url`` holds."""
    given = {}
    for field in client.get(url).context["form"]:
        value = field.value()
        if isinstance(value, tuple):
            given[field.html_name], given[f"{field.html_name}_text"] = value
        elif value not in (None, False):
            given[field.html_name] = value
    return given


def smuggled_record(names, alice):
    DealFactory(owner=alice)
    return ProductFactory() if "product" in names else ProjectFactory(owner=alice)


def held():
    """How much hangs on anything."""
    return LineItem.objects.count(), ProjectDeal.objects.count(), Project.objects.count()
