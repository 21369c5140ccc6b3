"""Whatever sections say, every renderer draws it: no crash, no control, no line beyond the terminal."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from c360cli.blocks import (
    Column,
    Field,
    Fields,
    Node,
    Notice,
    Page,
    Section,
    SourceAge,
    Table,
    Text,
    Tile,
    Tiles,
    Tree,
    Trend,
)
from c360cli.render import Style, renderer
from c360cli.text import width

from .samples import MADE_AT, TODAY

WORDS = st.text(max_size=15)
MAYBE = st.none() | WORDS
NUMBERS = st.integers(-(2**63), 2**63)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.none() | st.text(max_size=30) | NUMBERS | st.floats() | st.booleans() | st.lists(WORDS, max_size=3)
TYPES = st.sampled_from(("text", "integer", "real", "bool", "day", "moment", "list", "money", "percent", "age", "odd"))

NAMES = st.sampled_from("abcd")
ROWS = st.dictionaries(st.sampled_from(["a", "b", "c", "d", "currency", "url"]), VALUES)
COLUMNS = st.lists(
    st.builds(Column, NAMES, WORDS, TYPES, st.booleans()), max_size=4, unique_by=lambda column: column.name
)
FIELDS = st.lists(st.builds(Field, WORDS, WORDS, VALUES, TYPES, MAYBE, WORDS, MAYBE, MAYBE), max_size=5)
TILES = st.lists(
    st.builds(Tile, WORDS, WORDS, VALUES, TYPES, MAYBE, WORDS, st.lists(FLOATS, max_size=9), WORDS), max_size=5
)
NODES = st.recursive(
    st.builds(Node, WORDS, ROWS, st.just(())),
    lambda nodes: st.builds(Node, WORDS, ROWS, st.lists(nodes, max_size=2), st.booleans()),
    max_leaves=5,
)
BLOCKS = st.one_of(
    st.builds(Fields, WORDS, FIELDS, st.booleans()),
    st.builds(Tiles, WORDS, TILES),
    st.builds(Table, WORDS, COLUMNS, st.lists(ROWS, max_size=3), st.none() | st.integers(0, 99), WORDS),
    st.builds(Trend, WORDS, WORDS, st.lists(st.tuples(WORDS, st.none() | FLOATS), max_size=50), MAYBE, WORDS),
    st.builds(Tree, WORDS, COLUMNS, st.lists(NODES, max_size=2)),
    st.builds(Text, WORDS, st.text(max_size=99), WORDS),
    st.builds(Notice, WORDS, WORDS, WORDS),
)
PAGES = st.builds(
    Page,
    st.fixed_dictionaries(
        {"name": WORDS, "csm": MAYBE, "tags": st.lists(WORDS, max_size=3), "arr": st.none() | NUMBERS}
    ),
    WORDS,
    st.just(MADE_AT),
    st.just(TODAY),
    st.lists(st.builds(SourceAge, WORDS, MAYBE, st.none() | st.integers(0, 10**9), st.booleans()), max_size=2),
    st.lists(st.builds(Section, WORDS, WORDS, st.lists(BLOCKS, max_size=3), WORDS), max_size=2),
    MAYBE,
    MAYBE,
    st.lists(st.builds(Notice, WORDS, WORDS, WORDS), max_size=1),
)


@settings(deadline=None)
@given(PAGES, st.sampled_from([40, 80, None]), st.sampled_from(["text", "json", "csv", "tsv", "md", "html", "grid"]))
def test_any_page_is_drawn_in_any_format(page, cells, word):
    drawn = renderer(word).render(page, Style(cells, format=word))
    drawn.encode()
    allowed = "\n\t\r" if word == "csv" else "\n\t" if word == "tsv" else "\n"
    assert not any((char < " " and char not in allowed) or "\x7f" <= char <= "\x9f" for char in drawn)
    if word == "json":
        assert json.loads(drawn)["customer"]["name"] == page.customer["name"]
    if word == "text" and cells:
        # The longest integer is wider than a phone's line, and a number is never cut.
        assert all(width(line) <= max(cells, 60) for line in drawn.split("\n"))
