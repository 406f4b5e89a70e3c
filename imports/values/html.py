"""Notes that another system keeps as HTML become text, with Markdown for what it can say."""

import re
from html.parser import HTMLParser

APART = frozenset("p div br tr ul ol table blockquote h1 h2 h3 h4 h5 h6".split())
UNSEEN = frozenset("script style head title".split())
MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*"}


class Page(HTMLParser):
    """Gathers what one would read."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.written: list[str] = []
        self.addresses: list[str] = []
        self.unseen = 0

    def handle_starttag(self, tag, attrs):
        if tag in UNSEEN:
            self.unseen += 1
        elif tag == "li":
            self.written.append("\n- ")
        elif tag in APART:
            self.written.append("\n")
        elif tag == "a":
            self.addresses.append(dict(attrs).get("href") or "")
            self.written.append("[" if self.addresses[-1] else "")
        else:
            self.written.append(MARKS.get(tag, ""))

    def handle_endtag(self, tag):
        if tag in UNSEEN:
            self.unseen = max(0, self.unseen - 1)
        elif tag == "a" and self.addresses:
            address = self.addresses.pop()
            self.written.append(f"]({address})" if address else "")
        elif tag in APART:
            self.written.append("\n")
        else:
            self.written.append(MARKS.get(tag, ""))

    def handle_data(self, data):
        if not self.unseen:
            self.written.append(re.sub(r"\s+", " ", data))

    def parse_marked_section(self, i, report=1):
        """What text programs add, as in ``<![if …]>``, is no text; browsers leave it out."""
        return self.parse_bogus_comment(i)


def text_of(page: str) -> str:
    """What stands on a ``page``; a text without any tag stays as it is."""
    if not re.search(r"<[a-zA-Z/!]|&[a-zA-Z#]", page):
        return page
    # No tag is open behind the last one: the parser would look for the end of each of them.
    head, end, rest = page.rpartition(">")
    parser = Page()
    parser.feed(head + end + rest.replace("<", "&lt;"))
    parser.close()
    lines = "".join(parser.written).replace("\u00a0", " ").split("\n")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.strip() for line in lines)).strip()
