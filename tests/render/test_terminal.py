"""The page on a terminal: whole, aligned, harmless, at every width."""

import re
from datetime import timedelta, timezone

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st

from c360cli.blocks import Column, Field, Fields, Node, Notice, Section, Table, Tile, Tiles, Tree, Trend
from c360cli.render import Style, _tables, grid, markdown, terminal
from c360cli.text import visible, width

from .samples import CASES, HOSTILE, MADE_AT, everything, morning

COLOUR = re.compile("\x1b\\[[0-9;]*m")


def page_with(*blocks):
    return morning()._replace(sections=(Section("one", "One", blocks),), notices=())


def drawn(*blocks, cells=80):
    return terminal.render(page_with(*blocks), Style(cells, header=False)).split("\n")[1:]


@pytest.mark.parametrize("cells", [40, 80, 120, None])
def test_the_morning_page_looks_as_it_did(golden, cells):
    golden(f"morning-{cells or 'pipe'}.txt", terminal.render(morning(), Style(cells)))


@pytest.mark.parametrize("cells", [80, 120, None])
def test_the_page_with_everything_looks_as_it_did(golden, cells):
    golden(f"everything-{cells or 'pipe'}.txt", terminal.render(everything(), Style(cells, links=True)))


@pytest.mark.parametrize("cells", [40, 80, 200])
@pytest.mark.parametrize("colour", [True, False])
@pytest.mark.parametrize("page", [morning(), everything()], ids=["morning", "everything"])
def test_no_line_is_wider_than_the_terminal(page, cells, colour):
    lines = COLOUR.sub("", terminal.render(page, Style(cells, colour))).split("\n")
    assert [line for line in lines if width(line) > cells] == []


@pytest.mark.parametrize("cells", [40, 80, 200])
def test_a_terminal_shows_the_lines_and_obeys_nothing_else(cells):
    lines = terminal.render(everything(), Style(cells, links=True)).split("\n")
    screen = pyte.Screen(400, len(lines) + 1)
    pyte.Stream(screen).feed("\r\n".join(lines))
    assert (screen.title, screen.icon_name) == ("", "")
    assert screen.cursor.y == len(lines) - 1
    # The emulator has no word for emoji of several parts and for Indic scripts, every other line is as we wrote it.
    for line, shown in zip(lines, screen.display, strict=False):
        if not re.search("[\u0900-\u0dff\ufe0f\u200d🏽🇩]", line):
            assert shown.rstrip() == line


@pytest.mark.parametrize("cells", [80, None])
def test_colour_adds_nothing_but_colour(cells):
    plain, painted = (terminal.render(everything(), Style(cells, colour, links=True)) for colour in (False, True))
    assert "\x1b" not in plain
    assert COLOUR.sub("", painted) == plain


def test_health_is_underlined_by_its_colour():
    tiles = Tiles("t", (Tile("h", "Health", 78, "integer", note="green ▲ +4"),))
    assert "78  \x1b[32mgreen\x1b[0m ▲ +4" in terminal.render(page_with(tiles), Style(80, colour=True))


WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40).map(visible)
KINDS = st.sampled_from(["text", "id", "integer", "money", "age", "list"])


@given(
    st.lists(st.tuples(KINDS, st.booleans(), WORDS), min_size=1, max_size=6).flatmap(
        lambda heads: st.tuples(
            st.just(heads), st.lists(st.lists(WORDS, min_size=len(heads), max_size=len(heads)), max_size=5)
        )
    ),
    st.none() | st.integers(20, 120),
)
def test_each_line_of_a_table_is_equally_wide(table, cells):
    heads, rows = table
    columns = [Column(f"c{at}", label, kind, grows) for at, (kind, grows, label) in enumerate(heads)]
    lines, left_out = _tables.lines(columns, rows, cells, lambda _, words: words)
    assert len({width(line) for line in lines}) == 1
    if cells is None:
        assert left_out == []
        assert all(word in line for row, line in zip(rows, lines[1:], strict=True) for word in row)


def test_nothing_is_cut_in_a_pipe():
    text = terminal.render(morning(), Style(None))
    assert all(row["subject"] in text for row in CASES.rows)
    assert "Not shown" not in text


def test_ids_stay_whole_and_left_out_columns_are_named_on_a_narrow_terminal():
    lines = drawn(CASES, cells=40)
    assert lines[1].startswith("  48213  SSO login")
    assert "".join(lines).endswith("Age, Who  … and 1 more")


def test_numbers_stand_right_and_money_shows_cents_in_all_rows_or_none():
    columns = (Column("name", "Name"), Column("amount", "Amount", "money"))
    rows = [{"name": "a", "amount": 100_000, "currency": "USD"}, {"name": "b", "amount": 12_345, "currency": "USD"}]
    assert drawn(Table("t", columns, rows)) == ["  Name     Amount", "  a     $1,000.00", "  b       $123.45"]
    assert drawn(Table("t", columns, rows[:1])) == ["  Name  Amount", "  a     $1,000"]


def test_what_is_not_known_says_so_and_why():
    tile = Tile("users", "Users", None, "percent", reason="no licensed users on the customer")
    assert drawn(Tiles("t", (tile,))) == ["  Users       NA  no licensed users on the customer"]
    assert drawn(Fields("f", (Field("n", "Seats", None, "integer"), Field("t", "Note", None)))) == [
        "  Seats       NA   Note  NA"
    ]


def test_what_is_not_known_is_dim_in_fields_tiles_and_columns_that_say_so():
    tile = Tile("users", "Users", None, "percent", reason="no users")
    table = Table("t", (Column("n", "Name"), Column("cases", "Cases", "integer", says_na=True)), ({"n": "a"},))
    page = page_with(Tiles("t", (tile,)), Fields("f", (Field("n", "Note", None),)), table)
    lines = terminal.render(page, Style(80, colour=True, header=False)).split("\n")
    assert [line for line in lines if "\x1b[2mNA\x1b[0m" in line] == [
        "  Users       \x1b[2mNA\x1b[0m  no users",
        "  Note        \x1b[2mNA\x1b[0m",
        "  a        \x1b[2mNA\x1b[0m",
    ]
    assert drawn(Table("t", (Column("cases", "Cases", "integer"),), ({"cases": None},))) == ["  Cases", ""]


MOMENT = {"at": "2026-11-01T03:00:00Z"}


@pytest.mark.parametrize(("hours", "day"), [(-8, "2026-10-31"), (0, "2026-11-01"), (14, "2026-11-01")])
def test_a_moment_is_said_as_the_day_it_was_where_the_reader_is(hours, day):
    page = page_with(Table("t", (Column("at", "When", "moment"),), (MOMENT,)))
    page = page._replace(zone=timezone(timedelta(hours=hours)))
    assert terminal.render(page, Style(80, header=False)).split("\n")[-1].strip() == day
    assert f"| {day} |" in markdown.render(page, Style(80))
    assert day in grid.render(page, Style(80, format="grid"))


def test_a_moment_that_is_none_is_said_as_it_is():
    assert drawn(Table("t", (Column("at", "When", "moment"),), ({"at": "someday soon"},)))[1:] == ["  someday so"]


@pytest.mark.parametrize(
    ("value", "type_", "scale", "words"),
    [
        (9.0, "score", "0-10", "9/10"), (4, "score", "1-5", "4/5"), (1.0, "score", "good/bad", "good"),
        (0, "score", "good/bad", "bad"), (7, "score", None, "7"), (7, "score", "\x1b", "7"), (4.0, "mean", None, "4.0"),
        (8.37, "mean", None, "8.4"), (42.1, "signed", None, "+42"), (-0.4, "signed", None, "0"),
        (12.5, "change", None, "+12.5 %"), (-3.04, "change", None, "-3.0 %"), (0, "change", None, "0.0 %"),
        (float("nan"), "change", None, "NA"),
    ],
)  # fmt: skip
def test_a_number_is_said_as_what_it_is(value, type_, scale, words):
    table = Table("t", (Column("v", "V", type_),), ({"v": value, "scale": scale},))
    assert drawn(table)[1].strip() == words


def test_addresses_of_a_customer_are_shown_to_those_who_ask_for_links():
    fields = Fields("attributes", [Field("url", "Link", "https://x.example", "url"), Field("a", "A", "b")], True)
    for renderer in (terminal, markdown):
        assert "x.example" not in renderer.render(page_with(fields), Style(80))
        assert "x.example" in renderer.render(page_with(fields), Style(80, links=True))


def test_an_address_is_whole_on_a_narrow_terminal():
    url = "https://example.my.salesforce.com/lightning/r/Account/001000000000001AAA/view"
    fields = Fields("attributes", [Field("url", "Link", url, "url"), Field("a", "A", "b")], True)
    lines = terminal.render(page_with(fields), Style(60, links=True, header=False)).split("\n")
    assert lines[-1] == f"  Link  {url}"


def test_columns_that_are_spare_go_first_on_a_narrow_terminal():
    columns = (Column("id", "Id", "id"), Column("name", "Name", grows=True, is_spare=True), Column("n", "Number"),
               Column("stage", "Stage", is_spare=True))  # fmt: skip
    table = Table(
        "t", columns, ({"id": "acme-corporation", "name": "Acme Corporation", "n": "12345", "stage": "Grow"},)
    )
    assert terminal.render_table(table, Style(44)).split("\n")[0].split() == ["Id", "Name", "Number"]
    assert terminal.render_table(table, Style(30)).split("\n")[0].split() == ["Id", "Number"]
    assert terminal.render_table(table, Style(30)).endswith("narrow: Name, Stage")


def test_a_note_stands_below_the_rows_it_is_about():
    noted = CASES._replace(note="Only those of this year.", total=None)
    for renderer in (terminal, markdown, grid):
        assert "Only those of this year." in renderer.render_table(noted, Style(80, format="grid")).split("\n")[-1]


def test_a_gap_in_a_trend_lasts_where_the_line_is_wrapped():
    points = [(f"2026-{month:02}-01", None if month in (3, 4) else month) for month in range(1, 13)]
    for cells in (30, 80):
        assert "▁▂··▄▄▅▅▆▇▇█" in "".join(drawn(Trend("t", "T", points, note="a long note about it"), cells=cells))


def test_a_header_is_broken_at_words_and_loses_none():
    tags = [f"tag-number-{number}" for number in range(20)]
    page = morning()._replace(customer={**morning().customer, "tags": tags}, sections=(), notices=())
    lines = terminal.render(page, Style(60)).split("\n")
    assert max(map(width, lines)) <= 60
    assert all(f"#{tag}" in " ".join(lines).split() for tag in tags)


def test_a_renewal_is_a_day_and_how_far_it_is():
    fields = [Field("r", "Renewal", day, "day") for day in ("2026-11-21", "2026-11-20", "2027-03-01", "2024-07-15")]
    assert [line.split("  ")[-1].strip() for line in drawn(*(Fields("f", [field]) for field in fields)) if line] == [
        "2026-11-21 (today)",
        "2026-11-20 (1 day ago)",
        "2027-03-01 (in 100 days)",
        "2024-07-15",
    ]


def test_an_empty_table_says_none_unless_a_sentence_says_why():
    empty = Table("t", CASES.columns, ())
    assert drawn(empty) == ["  none"]
    assert drawn(empty, Notice("why", "Never synced.")) == ["  Never synced."]


def test_links_stand_below_their_row_on_a_terminal_and_beside_it_in_a_pipe():
    url = "https://example.zendesk.com/agent/tickets/48213"
    shown = terminal.render_table(CASES, Style(80, links=True, now=MADE_AT)).split("\n")
    assert shown[2] == f"  {url}"
    piped = terminal.render_table(CASES, Style(None, links=True, now=MADE_AT)).split("\n")
    assert piped[1].endswith(url)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "https\x1b://x", 5, None])
def test_only_web_addresses_are_links(url):
    table = Table("t", (Column("id", "Id", "id"),), ({"id": "1", "url": url},))
    assert terminal.render_table(table, Style(80, links=True)) == "Id\n1"


def test_a_tree_a_thousand_deep_is_drawn():
    node = Node("end", {})
    for level in range(1000):
        node = Node(str(level), {}, (node,))
    lines = drawn(Tree("t", (), (node,)), cells=60)
    assert len(lines) == 1001
    assert all(width(line) <= 60 for line in lines)


def test_a_table_alone_has_its_title_above():
    table = Table("found", (Column("name", "Name"),), ({"name": HOSTILE[0]},), title="Found 1 customer")
    assert terminal.render_table(table, Style(80)) == "Found 1 customer\n  Name\n  ␛[2J␛[Hcleared"
