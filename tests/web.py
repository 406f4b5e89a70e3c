"""Ask for a page or one of its parts, as a browser or as htmx, and compare them."""

import re


def htmx(target=None, *, on=None):
    """The headers of an htmx request that aims at the element with id ``target``, from the page
    ``on``.
    """
    headers = {"HX-Request": "true"}
    if target:
        headers["HX-Target"] = target
    if on:
        headers["HX-Current-URL"] = f"http://testserver{on}"
    return headers


def text(response):
    """The HTML of a response without CSRF tokens, white space folded."""
    html = re.sub(r'(name="(csrfmiddlewaretoken|token)" value=")[^"]*', r"\1", response.text)
    return " ".join(html.split())


def assert_part_of_page(client, url, name, **params):
    """What htmx swaps in is, letter for letter, what a reload would show."""
    whole = text(client.get(url, params))
    part = text(client.get(url, params, headers=htmx(name)))
    assert part
    assert part in whole
    assert part != whole
