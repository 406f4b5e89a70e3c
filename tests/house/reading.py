"""Read a page as a browser does: its forms with what they hold, its elements, its text."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "use", "wbr"}


@dataclass
class Form:
    """One form of a page: where it sends to, and every field with its value."""

    action: str
    method: str
    fields: dict = field(default_factory=dict)
    texts: dict = field(default_factory=dict)
    file: bool = False

    def put(self, name, value):
        self.fields.setdefault(name, []).append(value)


class Page(HTMLParser):
    """The forms, the elements as (tag, attributes), and the text of some HTML."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.forms, self.elements, self.words, self.titles = [], [], [], []
        self._open, self._area, self._select = None, None, None
        self.feed(html)
        self.close()

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag, pairs):
        given = {name: value or "" for name, value in pairs}
        self.elements.append((tag, given))
        if tag == "form":
            action = given.get("action") or given.get("hx-post") or ""
            self._open = Form(action, given.get("method", "get").lower())
            self.forms.append(self._open)
        elif self._open is not None and given.get("name"):
            self._field(tag, given)
        if tag == "option" and self._select:
            self._option(given)

    def _field(self, tag, given):
        name, kind = given["name"], given.get("type", "text")
        if tag == "input" and kind in ("checkbox", "radio"):
            if "checked" in given:
                self._open.put(name, given.get("value", "on"))
        elif tag == "input":
            self._open.put(name, given.get("value", ""))
            if kind in ("text", "search", "email", "tel", "url"):
                self._open.texts[name] = given
        elif tag == "textarea":
            self._area = name
            self._open.put(name, "")
            self._open.texts[name] = given
        elif tag == "select":
            self._select = [name, "multiple" in given, None]

    def _option(self, given):
        name, is_multiple, first = self._select
        if "selected" in given:
            self._open.put(name, given.get("value", ""))
            self._select[2] = None
            self._select[1] = True  # nothing is to be chosen by default any more
        elif first is None and not is_multiple:
            self._select[2] = given.get("value", "")

    def handle_endtag(self, tag):
        if tag == "form":
            self._open = None
        elif tag == "textarea":
            if self._open is not None and self._area:
                # A browser drops the line break that follows the opening tag.
                text = self._open.fields[self._area][-1]
                self._open.fields[self._area][-1] = text.removeprefix("\n")
            self._area = None
        elif tag == "select" and self._select:
            name, is_multiple, first = self._select
            if not is_multiple and first is not None:
                self._open.put(name, first)
            self._select = None

    def handle_data(self, text):
        self.words.append(text)
        if self._area and self._open is not None:
            self._open.fields[self._area][-1] += text


def main_form(response, url) -> Form:
    """The form of a page that writes to ``url``."""
    found = [
        form
        for form in Page(response.text).forms
        if form.method == "post" and form.action.partition("?")[0] in ("", url)
    ]
    assert found, f"no form writes to {url}"
    return max(found, key=lambda form: len(form.fields))
