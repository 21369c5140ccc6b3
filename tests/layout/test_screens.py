"""The pages of the shipped layouts as a person sees them: at three widths, with and without colour."""

import re

import pytest

from c360cli.actions.show import page
from c360cli.layout.load import load, names
from c360cli.render import Style
from c360cli.render.terminal import render
from c360cli.text import width
from tests.sections.company import empty_store, fill

_INK = re.compile("\x1b\\[[0-9;]*m")
WIDTHS = (60, 80, 120)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The page of the made-up company in each shipped layout."""
    home = tmp_path_factory.mktemp("home")
    with empty_store(home / "c360.db") as store:
        fill(store)
        acme = store.find_customer("acme")
        yield {name: page(store, acme, load(name, str(home)), user="jane@example.com") for name in names(str(home))}


@pytest.mark.parametrize("cells", WIDTHS)
@pytest.mark.parametrize("layout", ["default", "executive"])
def test_a_screen_is_as_it_was(made, golden, layout, cells):
    golden(f"{layout}-{cells}.txt", render(made[layout], Style(cells, colour=False)))
    golden(f"{layout}-{cells}-colour.txt", render(made[layout], Style(cells, colour=True)))


@pytest.mark.parametrize("cells", WIDTHS)
def test_colour_says_nothing_that_words_do_not(made, cells):
    for each in made.values():
        assert _INK.sub("", render(each, Style(cells, colour=True))) == render(each, Style(cells))


@pytest.mark.parametrize("cells", WIDTHS)
def test_no_line_is_wider_than_the_screen(made, cells):
    for each in made.values():
        assert max(width(line) for line in render(each, Style(cells, colour=False)).splitlines()) <= cells
