"""Forms and dialogs: what is wrong is said where one looks, and nothing is sent or lost twice."""

import re

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from accounts.models import User
from conversion.models import Conversion
from deals.models import Deal
from leads.models import Lead
from opportunities import services as opportunities
from tests.journeys.conftest import tick, toasts

pytestmark = pytest.mark.browser

THREE_TIMES = "form => { form.requestSubmit(); form.requestSubmit(); form.requestSubmit(); }"


@pytest.fixture
def leads(make_leads):
    return make_leads(3)


@pytest.fixture
def page(open_as, alice, leads, pipeline):
    page = open_as(alice)
    page.goto("/leads/")
    return page


def open_convert(page, *leads):
    tick(page, *leads)
    page.get_by_role("button", name="Convert to deals").click()
    expect(page.locator("#dialog")).to_be_visible()


def error_toast(page):
    return page.locator(".toast[data-level=error]")


def test_what_is_wrong_takes_the_focus_and_leads_to_the_field(page, console):
    console.expect("status of 422")
    page.goto("/leads/new/")
    page.get_by_label("Title").fill("Of nobody")
    page.locator("#create [type=submit]").click()
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.get_by_label("Title")).to_have_value("Of nobody")
    assert Lead.objects.count() == 3


def test_three_submissions_make_one_record(page):
    page.goto("/leads/new/")
    page.get_by_role("combobox", name="Organization").fill("Ateliers Renard")
    page.get_by_label("Title").fill("Just once")
    page.locator("#create").evaluate(THREE_TIMES)
    expect(toasts(page)).to_contain_text("Lead “Just once” added.")
    assert Lead.objects.filter(title="Just once").count() == 1


def test_a_double_click_on_convert_makes_one_conversion(page, leads):
    open_convert(page, *leads)
    page.get_by_role("button", name="Convert", exact=True).dblclick()
    expect(toasts(page)).to_contain_text("3 leads converted.")
    assert Conversion.objects.count() == 1
    assert Deal.objects.count() == 3


def test_escape_and_cancel_close_and_the_focus_returns(page, leads):
    open_convert(page, leads[0])
    page.keyboard.press("Escape")
    expect(page.locator("#dialog")).to_be_hidden()
    expect(page.get_by_role("button", name="Convert to deals")).to_be_focused()
    page.get_by_role("button", name="Convert to deals").click()
    page.locator("#dialog").get_by_role("link", name="Cancel").click()
    expect(page.locator("#dialog")).to_be_hidden()
    expect(page).to_have_url(re.compile(r"/leads/$"))
    assert Deal.objects.count() == 0


def test_an_error_of_the_server_is_said_and_the_dialog_stays(  # B13
    page, leads, console, monkeypatch
):
    console.expect("status of 500", "Response Status Error Code 500")

    def broken(*_arguments, **_keywords):
        raise RuntimeError("a fault of this test")

    open_convert(page, *leads)
    with monkeypatch.context() as patch:
        patch.setattr("conversion.views.converting.convert_leads", broken)
        page.get_by_role("button", name="Convert", exact=True).click()
        expect(error_toast(page)).to_contain_text("Something went wrong on our side")
    expect(page.locator("#dialog")).to_be_visible()
    page.get_by_role("button", name="Convert", exact=True).click()
    expect(toasts(page)).to_contain_text("3 leads converted.")


def test_a_refusal_is_said_in_the_dialog(page, leads, bob, console):
    console.expect("status of 422", "status of 409")
    open_convert(page, *leads)
    opportunities.archive([leads[0]], by=bob)
    page.get_by_role("button", name="Convert", exact=True).click()
    expect(page.locator("#dialog .error-summary")).to_be_visible()
    expect(page.locator("#dialog .error-summary")).to_contain_text("estore")
    assert Deal.objects.count() == 0


def test_who_is_signed_out_meanwhile_signs_in_and_comes_back(page, leads, alice):
    Session.objects.all().delete()
    page.get_by_role("link", name="Lead 2", exact=True).click()
    expect(page).to_have_url(re.compile(r"/sign-in/\?next="))
    page.locator("[name=username]").fill(alice.email)
    page.locator("[name=password]").fill("carnet-demo")
    page.locator("main form button").click()
    expect(page).to_have_url(re.compile(r"/leads/$"))
    expect(page.locator("tbody tr")).to_have_count(3)


def test_what_is_gone_is_said_over_the_list(page, leads, alice, console):
    console.expect("status of 404", "Response Status Error Code 404")
    opportunities.delete([leads[1]], by=alice)
    page.get_by_role("link", name="Lead 2", exact=True).click()
    expect(error_toast(page)).to_contain_text("This page is not here")
    expect(page.locator("#drawer")).to_be_hidden()


def test_what_one_may_no_longer_do_is_said_over_the_list(page, leads, alice, console):
    console.expect("status of 403", "Response Status Error Code 403")
    tick(page, leads[0])
    User.objects.filter(pk=alice.pk).update(role=User.Role.READER)
    page.get_by_role("button", name="Archive", exact=True).click()
    expect(error_toast(page)).to_be_visible()
    assert Lead.objects.in_inbox().count() == 3


def test_what_is_too_much_at_once_is_said_and_the_ticks_stay(page, leads, settings, console):
    console.expect("status of 413", "Response Status Error Code 413")
    tick(page, *leads)
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 2
    page.get_by_role("button", name="Archive", exact=True).click()
    expect(error_toast(page)).to_contain_text("This was too much at once")
    expect(page.locator("input[name=ids]:checked")).to_have_count(3)
    assert Lead.objects.in_inbox().count() == 3
