"""Every format word finds its renderer, and a page opens only what it is drawn with."""

import subprocess
import sys
from pathlib import Path

import pytest

from c360cli.errors import UsageError
from c360cli.render import GRIDS, Style, formats, renderer
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
