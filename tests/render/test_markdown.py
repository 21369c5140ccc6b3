"""The page as Markdown reads as text, whatever is in it."""

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from c360cli.blocks import Column, Section, Table, Text
from c360cli.render import Style, markdown

from .samples import HOSTILE, everything, morning

PIPED = Style(None, format="md")
READER = MarkdownIt("commonmark", {"html": True}).enable("table").enable("strikethrough")
OURS = {"paragraph", "heading", "table", "thead", "tbody", "tr", "th", "td", "em", "strong", "bullet_list", "list_item",
        "blockquote", "inline", "text", "softbreak", "hardbreak"}  # fmt: skip


def kinds(text):
    """Return the kinds of things a reader of Markdown sees in ``text``."""
    tokens = READER.parse(text)
    every = tokens + [child for token in tokens for child in token.children or ()]
    return {token.type.removesuffix("_open").removesuffix("_close") for token in every}


def test_the_page_says_what_it_did(golden):
    golden("morning.md", markdown.render(morning(), PIPED))
    golden("everything.md", markdown.render(everything(), PIPED._replace(links=True)))


def test_no_text_from_outside_becomes_a_link_an_image_code_or_html():
    assert kinds(markdown.render(everything(), PIPED)) <= OURS


@given(st.text() | st.text("\\`*_[]()|~<>&!#+-=1.): \nab"))
def test_a_cell_reads_as_the_text_it_is(dirty):
    table = Table("t", (Column("a", "A"), Column("b", "B")), ({"a": dirty, "b": "end"},))
    text = markdown.render_table(table, PIPED)
    cells = [token.children for token in READER.parse(text) if token.type == "inline"]
    assert len(cells) == 4
    assert "".join(child.content for child in cells[2]) == " ".join(markdown.one_line(dirty).split(" ")).strip()


@given(st.text("\\`*_[]()|~<>&!#+-=1.):> \nab"))
def test_a_paragraph_stays_a_quote(dirty):
    page = morning()._replace(sections=(Section("s", "S", (Text("s", dirty),)),))
    assert kinds(markdown.render(page, PIPED._replace(header=False))) <= OURS - {"strong", "bullet_list"}


def test_numbers_stand_right():
    table = Table("t", (Column("n", "N", "integer"), Column("t", HOSTILE[1])), ({"n": 1234, "t": "a|b"},))
    assert markdown.render_table(table, PIPED).split("\n") == [
        "| N | ␛\\]0;stolen title␇after |",
        "| ---: | --- |",
        "| 1,234 | a\\|b |",
    ]
