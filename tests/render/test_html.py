"""The page as HTML reads as text, whatever is in it, and nothing in it runs or is fetched."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from c360cli.blocks import Column, Table
from c360cli.render import Style, html
from c360cli.text import one_line

from .samples import everything, morning

PIPED = Style(None, format="html")
OURS = {
    *("html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "small", "p", "b", "a"),
    *("dl", "dt", "dd", "table", "tr", "th", "td", "blockquote"),
}
ATTRIBUTES = {"lang", "charset", "http-equiv", "name", "content", "class", "style", "href", "rel"}
VOID = {"meta"}


class Reader(HTMLParser):
    """What a browser sees: the tags, each closed in its turn, their attributes, the text of each cell."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: dict[str, list[str]] = {}
        self.cells: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.tags.add(tag)
        for name, value in attrs:
            self.attributes.setdefault(name, []).append(value or "")
        if tag not in VOID:
            self._open.append(tag)
        if tag in ("td", "th"):
            self.cells.append("")

    def handle_endtag(self, tag: str) -> None:
        """Close the tag that is open."""
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note what a cell says."""
        if self._open and self._open[-1] in ("td", "th"):
            self.cells[-1] += data


def test_no_text_from_outside_becomes_a_tag_an_attribute_or_an_address():
    for page in (morning(), everything()):
        read = Reader(html.render(page, PIPED._replace(links=True)))
        assert read.tags <= OURS
        assert set(read.attributes) <= ATTRIBUTES
        assert all(url.startswith(("https://", "http://")) for url in read.attributes.get("href", ()))


def test_a_browser_may_run_and_fetch_nothing():
    assert "content=\"default-src 'none'; style-src 'unsafe-inline'\"" in html.render(morning(), PIPED)


def test_a_page_names_its_customer_and_its_sections_and_has_the_numbers_to_the_right():
    text = html.render(morning(), PIPED)
    assert "<title>Acme Corporation</title>" in text
    assert "<h1>Acme Corporation</h1>" in text
    table = Table("t", (Column("a", "A"), Column("n", "N", "integer")), ({"a": "x", "n": 1200},))
    assert '<td>x</td><td class="number">1,200</td>' in html.render_table(table, PIPED)


def test_an_address_that_is_none_of_the_web_is_only_read():
    table = Table("t", (Column("a", "A"),), ({"a": "x", "url": "javascript:alert(1)"}, {"a": "y", "url": None}))
    read = Reader(html.render_table(table, PIPED._replace(links=True)))
    assert "href" not in read.attributes
    assert read.cells == ["A", "Link", "x", "javascript:alert(1)", "y", ""]


@given(st.text() | st.text("<>&\"'/= \nab!-[]"))
def test_a_cell_reads_as_the_text_it_is(dirty):
    table = Table("t", (Column("a", "A"), Column("b", "B")), ({"a": dirty, "b": "end"},))
    assert Reader(html.render_table(table, PIPED)).cells == ["A", "B", one_line(dirty), "end"]
