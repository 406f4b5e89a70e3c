"""The sheet of what is sold on a deal's page: lines added and changed where they stand, sums that
follow, and a value that is typed on purpose.
"""

import re
from decimal import Decimal

import pytest
from django.contrib.messages import get_messages

from deals.models import Deal, LineItem
from deals.services import add_line, change_line, type_value
from history.models import Operation
from tests.factories import DealFactory, LineItemFactory, ProductFactory
from tests.web import assert_part_of_page, htmx, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def deal(alice, stages):
    return DealFactory(owner=alice, stage=stages[0], title="Pilot", visibility="team")


@pytest.fixture
def desk(deal, alice):
    """The only line of the deal: 2 × €100, whose value follows."""
    add_line(deal, {"name": "Desk", "quantity": Decimal(2), "price": Decimal(100)}, by=alice)
    return LineItem.objects.get()


def again(record):
    return type(record)._base_manager.get(pk=record.pk)


def toasts(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def sent(client, url, **values):
    """What the form at ``url`` holds, and ``values`` in it."""
    shown = client.get(url).context["form"]
    given = {}
    for field in shown:
        value = field.value()
        if isinstance(value, tuple):
            given[field.html_name], given[f"{field.html_name}_text"] = value
        elif value not in (None, False):
            given[field.html_name] = "on" if value is True else str(value)
    return given | values


# --- Shown ---


def test_the_page_shows_lines_and_sums(signed_in, alice, deal, desk):
    given = {"tax": Decimal(20), "frequency": "monthly", "cycles": 6, "discount": Decimal(10)}
    change_line(desk, given | {"unit": "hour"}, by=alice)
    add_line(deal, {"name": "Chair", "price": Decimal("49.5")}, by=alice)

    shown = text(signed_in(alice).get(deal.get_absolute_url()))

    assert "2 × €100 / hour · −10% · 20% tax · monthly, 6 times" in shown
    for words in ("Once", "€49.50", "€180 a month", "€1,080", "Before tax", "€1,129.50", "€216"):
        assert words in shown, words
    assert "worth what its products come to" in shown


def test_a_typed_value_is_seen_to_be_typed(signed_in, alice, deal, desk):
    type_value(deal, Decimal(300), "USD", by=alice)

    shown = text(signed_in(alice).get(deal.get_absolute_url()))

    assert "The value of the deal was typed: $300." in shown
    assert "Follow the products: €200" in shown


def test_a_reader_sees_the_lines_and_changes_nothing(signed_in, reader, deal, desk):
    Deal.objects.update(visibility="everyone")

    shown = text(signed_in(reader).get(deal.get_absolute_url()))

    assert "Desk" in shown
    assert f"/deals/{deal.pk}/lines/" not in shown
    assert "/value/" not in shown


def test_a_page_of_fifty_lines_folds_most_of_them(signed_in, alice, deal):
    for _each in range(50):
        LineItemFactory(deal=deal)
    client = signed_in(alice)

    assert "42 more products" in text(client.get(deal.get_absolute_url()))
    assert "more products" not in text(client.get(f"/deals/{deal.pk}/lines/"))


@pytest.mark.parametrize("number", [1, 50])
def test_the_sheet_costs_the_page_no_statement(
    signed_in, alice, deal, number, django_assert_num_queries
):
    for _each in range(number):
        LineItemFactory(deal=deal)
    client = signed_in(alice)
    # Session, user, team, and the deal with its lines.
    with django_assert_num_queries(4):
        client.get(f"/deals/{deal.pk}/lines/")


def test_parts_are_letter_for_letter_of_the_page(signed_in, alice, deal, desk):
    client = signed_in(alice)

    assert_part_of_page(client, f"/deals/{deal.pk}/lines/", "lines")
    assert_part_of_page(client, f"/deals/{deal.pk}/lines/add/", "line-new")
    assert_part_of_page(client, f"/deals/{deal.pk}/lines/terms/", "terms")
    assert_part_of_page(client, f"/deals/{deal.pk}/value/", "value")


# --- Adding ---


def test_a_product_is_added_with_its_price(signed_in, alice, deal):
    product = ProductFactory(name="Support", unit="hour", prices={"EUR": 80})
    client, url = signed_in(alice), f"/deals/{deal.pk}/lines/add/"

    response = client.post(url, sent(client, url, product=product.pk, quantity="1,5"))

    assert response.url == f"/deals/{deal.pk}/"
    assert toasts(response) == ["Product added."]
    assert LineItem.objects.get().product == product
    assert again(deal).value == 120


def test_words_of_ones_own_are_added_and_a_further_form_is_open(signed_in, alice, deal):
    client, url = signed_in(alice), f"/deals/{deal.pk}/lines/add/"

    response = client.post(
        url, sent(client, url, product_text="Desk", price="1.234,56"), headers=htmx("line-new")
    )

    shown = text(response)
    assert response["HX-Retarget"] == "#lines"
    assert shown.count("<form") >= 1
    assert 'id="line-new"' in shown
    assert 'id="worth" hx-swap-oob="true"' in shown
    assert 'id="deal-value" hx-swap-oob="true"' in shown
    assert "€1,234.56" in shown


def test_a_repeat_adds_one_line(signed_in, alice, deal):
    client, url = signed_in(alice), f"/deals/{deal.pk}/lines/add/"
    given = sent(client, url, product_text="Desk", price="5")

    for _each in range(2):
        client.post(url, given)

    assert LineItem.objects.count() == 1


@pytest.mark.parametrize(("headers", "drawn"), [({}, 0), (htmx("line-new"), 2)])
def test_adding_costs_ten_statements(
    signed_in, alice, deal, headers, drawn, django_assert_num_queries
):
    product = ProductFactory(prices={"EUR": 80})
    for _each in range(5):
        LineItemFactory(deal=deal)
    client, url = signed_in(alice), f"/deals/{deal.pk}/lines/add/"
    given = sent(client, url, product=product.pk)
    # Session, user, team; the product with its prices; the operation, the locked deal, its lines,
    # the new one, the deal, the event. Two more begin and end the savepoint that stands here for a
    # request's transaction; with htmx the deal is drawn anew, with its calculated fields.
    with django_assert_num_queries(10 + 2 + drawn):
        client.post(url, given, headers=headers)
    assert LineItem.objects.count() == 6


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"product_text": ""}, "This field is required."),
        ({"product_text": "Desk", "quantity": "many"}, "Write a number like 12 or 12.5."),
        ({"product_text": "Desk", "quantity": "0"}, "A quantity is more than nothing."),
        ({"product_text": "Desk", "price": "-1"}, "greater than or equal to 0"),
        ({"product": "999999"}, "This is not there any more."),
    ],
)
def test_what_cannot_be_added_is_told_at_its_place(signed_in, alice, deal, values, words):
    client, url = signed_in(alice), f"/deals/{deal.pk}/lines/add/"

    response = client.post(url, sent(client, url, **values), headers=htmx("line-new"))

    assert response.status_code == 422
    assert words in text(response)
    assert not LineItem.objects.exists()


def test_the_catalogue_is_offered_with_prices_in_the_currency_of_the_deal(signed_in, alice, deal):
    Deal.objects.update(value=1, currency="USD")
    ProductFactory(name="Écran large", unit="piece", prices={"EUR": 80, "USD": "90.5"})
    ProductFactory(name="Écran former", is_active=False)

    shown = text(signed_in(alice).get(f"/deals/{deal.pk}/lines/products/", {"q": "ecr"}))

    assert "Écran large" in shown
    assert "$90.50 / piece" in shown
    assert "former" not in shown


def test_a_first_line_is_offered_at_prices_in_the_currency_chosen_for_it(signed_in, alice, deal):
    ProductFactory(name="Support", prices={"EUR": 80, "USD": "90.5"})
    client, url = signed_in(alice), f"/deals/{deal.pk}/lines/products/"
    assert 'data-along="currency"' in text(client.get(f"/deals/{deal.pk}/lines/add/"))

    assert "$90.50" in text(client.get(url, {"q": "supp", "currency": "USD"}))
    for other in ("", "EUR", "no currency"):
        assert "€80" in text(client.get(url, {"q": "supp", "currency": other}))
    Deal.objects.update(value=1, currency="EUR")
    assert "€80" in text(client.get(url, {"q": "supp", "currency": "USD"}))


@pytest.mark.parametrize("headers", [{}, htmx("line-new")])
def test_a_typed_value_that_gives_way_is_told_and_comes_back(signed_in, alice, deal, headers):
    Deal.objects.update(value=50000, currency="USD")
    client, url = signed_in(alice), f"/deals/{deal.pk}/lines/add/"

    response = client.post(url, sent(client, url, product_text="Desk"), headers=headers)

    words = "Product added. The deal was worth $50,000; its products come to $0."
    assert toasts(response) == [words]
    client.post(Operation.objects.latest("pk").get_undo_url())
    assert (again(deal).value, again(deal).is_summed) == (50000, False)


def test_the_next_product_takes_nobody_by_surprise(signed_in, alice, deal, desk):
    client, url = signed_in(alice), f"/deals/{deal.pk}/lines/add/"

    response = client.post(url, sent(client, url, product_text="Chair", price="5"))

    assert toasts(response) == ["Product added."]


def test_history_tells_what_was_added_and_not_that_there_was_nothing_before(
    signed_in, alice, deal, desk
):
    shown = text(signed_in(alice).get(f"/deals/{deal.pk}/"))
    assert "Product added: Desk" in shown
    assert "<span>quantity:</span> <ins>2</ins>" in shown.lower()
    assert "<del>—</del>" not in shown


# --- Changing ---


def test_a_quantity_and_a_tax_show_no_more_decimals_than_they_have(signed_in, alice, deal, desk):
    LineItem.objects.update(quantity=Decimal("1.5"), tax=Decimal("5.5"))
    html = signed_in(alice).get(f"/deals/{deal.pk}/lines/{desk.pk}/").text
    assert 'value="1.5"' in html
    assert 'value="5.5"' in html


def test_a_line_is_changed_where_it_stands(signed_in, alice, deal, desk):
    client, url = signed_in(alice), f"/deals/{deal.pk}/lines/{desk.pk}/"
    assert f'<li id="line-{desk.pk}"' in text(client.get(url, headers=htmx(f"line-{desk.pk}")))

    response = client.post(
        url, sent(client, url, quantity="3", discount="50"), headers=htmx(f"line-{desk.pk}")
    )

    assert response["HX-Retarget"] == "#lines"
    assert again(deal).value == 150
    assert "data-focus" in text(response)
    row = client.get(f"{url}?cancel=1", headers=htmx(f"line-{desk.pk}"))
    assert "3 × €100 · −50%" in text(row)


def test_what_is_billed_once_forgets_how_often(signed_in, alice, deal, desk):
    change_line(desk, {"frequency": "monthly", "cycles": 3}, by=alice)
    client, url = signed_in(alice), f"/deals/{deal.pk}/lines/{desk.pk}/"

    client.post(url, sent(client, url, frequency="one_time"))

    assert (again(desk).frequency, again(desk).cycles) == ("one_time", None)


def test_a_line_changed_meanwhile_shows_both_values(signed_in, alice, bob, deal, desk):
    client, url = signed_in(alice), f"/deals/{deal.pk}/lines/{desk.pk}/"
    given = sent(client, url, price="90")
    change_line(desk, {"price": Decimal(110)}, by=bob)

    response = client.post(url, given, headers=htmx(f"line-{desk.pk}"))

    assert response.status_code == 409
    assert "Changed meanwhile from “100” to “110”" in text(response)
    assert again(deal).value == 220


def test_too_much_is_told_in_the_form(signed_in, alice, deal, desk):
    client, url = signed_in(alice), f"/deals/{deal.pk}/lines/{desk.pk}/"

    response = client.post(url, sent(client, url, price="999999999999"), headers=htmx("x"))

    assert response.status_code == 422
    assert "more than a deal can be worth" in text(response)


def test_sums_are_worked_out_while_one_types(signed_in, alice, deal, desk):
    client, url = signed_in(alice), f"/deals/{deal.pk}/lines/{desk.pk}/"
    given = {name: value for name, value in sent(client, url).items() if name != "seen"}

    shown = text(client.get(f"{url}reckon/", given | {"price": "10,5", "tax": "20"}))
    assert "€21 before tax, €4.20 tax, €25.20 after tax" in shown
    assert "All products: €21 before tax" in shown

    for broken in ({"price": "ten"}, {"discount": "200"}, {"quantity": ""}):
        assert "before tax" not in text(client.get(f"{url}reckon/", given | broken))
    new = {"product_text": "Lamp", "quantity": "2", "price": "5"}
    shown = text(client.get(f"/deals/{deal.pk}/lines/reckon/", new))
    assert "All products: €210 before tax" in shown
    url = f"/deals/{deal.pk}/lines/add/"
    assert "“{text}”, only in this deal" in client.get(url).text
    added = client.post(url, sent(client, url, **new), headers=htmx("line-new"))
    assert "All products" not in text(added)  # nothing is typed in the next one yet


def test_a_line_is_taken_off_and_comes_back_by_undo(signed_in, alice, deal, desk):
    client = signed_in(alice)

    client.post(f"/deals/{deal.pk}/lines/{desk.pk}/remove/")
    assert not LineItem.objects.exists()

    client.post(Operation.objects.latest("pk").get_undo_url())
    assert again(desk).name == "Desk"
    assert again(deal).value == 200


def test_a_drag_moves_a_line(signed_in, alice, deal, desk):
    add_line(deal, {"name": "Chair"}, by=alice)
    url = f"/deals/{deal.pk}/lines/{desk.pk}/move/"

    assert signed_in(alice).post(url, {"before": ""}, headers=htmx()).status_code == 204

    assert list(LineItem.objects.in_order().values_list("name", flat=True)) == ["Chair", "Desk"]


def test_without_scripts_a_line_moves_by_buttons(signed_in, alice, reader, deal, desk):
    Deal.objects.update(visibility="everyone")
    for name in ("Chair", "Lamp"):
        add_line(deal, {"name": name}, by=alice)
    client, url = signed_in(alice), f"/deals/{deal.pk}/lines/{desk.pk}/move/"
    for page in (deal.get_absolute_url(), f"/deals/{deal.pk}/lines/"):
        shown = text(client.get(page))
        assert len(re.findall(rf'form="line-steps" formaction="{url}"', shown)) == 2
        ends = re.findall(r'value="(up|down)" disabled>.*?Move (\w+) ', shown)
        assert ends == [("up", "Desk"), ("down", "Lamp")]

    assert client.post(url, {"direction": "down"}).url == f"/deals/{deal.pk}/lines/"

    assert list(LineItem.objects.in_order().values_list("name", flat=True)) == [
        "Chair", "Desk", "Lamp"
    ]  # fmt: skip
    assert "line-steps" not in text(signed_in(reader).get(deal.get_absolute_url()))


def test_a_line_of_another_deal_is_missing(signed_in, alice, stages, desk):
    other = DealFactory(owner=alice, stage=stages[0])
    for url in ("", "reckon/"):
        assert signed_in(alice).get(f"/deals/{other.pk}/lines/{desk.pk}/{url}").status_code == 404


# --- The value ---


def test_a_value_is_typed_on_purpose_and_follows_again(signed_in, alice, deal, desk):
    client, url = signed_in(alice), f"/deals/{deal.pk}/value/"

    client.post(url, sent(client, url, value="300"))
    assert (again(deal).value, again(deal).is_summed) == (300, False)

    response = client.post(f"{url}follow/", headers=htmx("lines"))
    assert "worth what its products come to" in text(response)
    assert again(deal).value == 200


def test_the_terms_are_changed_for_all_lines(signed_in, alice, deal, desk):
    client, url = signed_in(alice), f"/deals/{deal.pk}/lines/terms/"

    client.post(url, sent(client, url, lines_currency="JPY", tax_is_included="yes"))

    deal = again(deal)
    assert (deal.lines_currency, deal.tax_is_included, deal.currency) == ("JPY", True, "JPY")


def test_the_form_of_a_fact_leads_to_the_switch(signed_in, alice, deal, desk):
    client, url = signed_in(alice), f"/deals/{deal.pk}/edit/value/"
    shown = text(client.get(url, headers=htmx()))
    assert f'href="/deals/{deal.pk}/value/"' in shown
    assert re.search(r'name="value"[^>]*readonly', shown)

    response = client.post(url, sent(client, url, value="1"), headers=htmx())

    assert response.status_code == 422
    assert "is what its products come to" in text(response)
    assert f'href="/deals/{deal.pk}/value/"' in text(response)
    assert again(deal).value == 200


def test_the_whole_form_saves_the_rest(signed_in, alice, deal, desk):
    client, url = signed_in(alice), f"/deals/{deal.pk}/edit/"

    given = sent(client, url, title="Renamed")
    client.post(url, {name: value for name, value in given.items() if name != "labels"})

    assert (again(deal).title, again(deal).value) == ("Renamed", 200)


def test_setting_the_value_of_many_names_those_that_follow(signed_in, alice, stages, deal, desk):
    other = DealFactory(owner=alice, stage=stages[0])
    given = {
        "ids": [deal.pk, other.pk],
        "field": "value",
        "new-value": "5",
        "new-currency": "EUR",
        "save": "",
        "count": 2,
    }

    response = signed_in(alice).post("/deals/set/", given, headers=htmx("dialog"))

    assert response.status_code == 422
    assert "Pilot" in text(response)
    assert (again(deal).value, again(other).value) == (200, None)
