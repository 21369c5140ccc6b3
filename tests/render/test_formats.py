"""Every format word finds its renderer, and a page opens only what it is drawn with."""

import subprocess
import sys
from pathlib import Path

import pytest

from c360cli.blocks import Field, Tile
from c360cli.errors import UsageError
from c360cli.render import GRIDS, Style, formats, renderer
from c360cli.render._values import field_words, said, tile_words
from c360cli.text import width

from .samples import CASES, MADE_AT, everything, morning


@pytest.mark.parametrize("word", formats())
def test_every_format_draws_any_page_and_any_table(word):
    style = Style(None, format=word, now=MADE_AT)
    for page in (morning(), everything()):
        assert "Acme Corporation" in renderer(word).render(morning(), style)
        renderer(word).render(page, style).encode()
    assert "48213" in renderer(word).render_table(CASES, style)
    renderer(word).render_table(CASES._replace(rows=()), style)


@pytest.mark.parametrize(
    ("moment", "in_a_table", "as_a_tile"),
    [
        ("2026-11-11T12:00:00Z", "10 d", "10 d ago"),
        ("2026-11-21T12:00:30Z", "0 s", "0 s ago"),  # another machine's clock
        ("2026-11-21T14:00:00Z", "in 2 h", "in 2 h"),
        ("2026-12-31T12:00:00Z", "in 40 d", "in 40 d"),
    ],
)
def test_what_lies_ahead_has_no_age_but_a_distance(moment, in_a_table, as_a_tile):
    style = Style(None, now="2026-11-21T12:00:00Z")
    assert said(moment, "age", style) == in_a_table
    assert tile_words(Tile("seen", "Seen", moment, "age"), style) == as_a_tile
    assert field_words(Field("seen", "Seen", moment, "age"), "2026-11-21", style) == as_a_tile


@pytest.mark.parametrize("word", ["", "_values", "xml", "os.path", "../json", "Json"])
def test_an_unknown_format_names_the_known_ones(word):
    with pytest.raises(UsageError) as refused:
        renderer(word)
    assert "text, csv, html, json, md, tsv, grid" in refused.value.hint


@pytest.mark.parametrize(
    "word", [word for word in GRIDS if word not in ("github", "pipe", "rst", "plain", "simple", "presto")]
)
def test_boxes_are_straight_and_no_number_is_read_into_text(word):
    table = CASES._replace(rows=({"number": "1e5", "subject": "株式会社"}, {"number": "007", "subject": "12,345.60"}))
    drawn = renderer(word).render_table(table, Style(None, format=word, now=MADE_AT)).split("\n")
    assert len({width(line) for line in drawn}) == 1
    assert "1e5" in drawn[3] + drawn[2]
    assert any("007" in line and "12,345.60" in line for line in drawn)


def test_a_box_fits_the_terminal():
    drawn = renderer("grid").render_table(CASES, Style(80, format="grid", now=MADE_AT)).split("\n")
    assert len({width(line) for line in drawn}) == 1
    assert width(drawn[0]) <= 80


def test_the_page_as_text_opens_nothing_heavy():
    code = (
        "import sys; before = set(sys.modules);"
        "from render import samples; from c360cli.render import Style, renderer;"
        "renderer('text').render(samples.morning(), Style(80));"
        "print(*sorted({name.partition('.')[0] for name in set(sys.modules) - before}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(__file__).parent.parent, capture_output=True, text=True, check=True
    )
    heavy = {
        "tabulate",
        "wcwidth",
        "rich",
        "json",
        "dataclasses",
        "pathlib",
        "textwrap",
        "decimal",
        "zoneinfo",
        "locale",
    }
    assert heavy & set(done.stdout.split()) == set()
    assert "_strptime" not in done.stdout
