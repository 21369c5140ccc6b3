"""Renderers: each file here that does not begin with an underscore draws a page in one format.

A renderer has ``render(page, style) -> str`` for a whole page and ``render_table(table, style) -> str`` for the
one table of a list, both without a last newline.
"""

from datetime import UTC, tzinfo
from typing import Protocol, cast

from c360cli.blocks import Page, Table
from c360cli.errors import UsageError
from c360cli.tuples import NamedTuple

# What users call a format, where that is not the name of its file.
ALIASES = {"text": "terminal", "md": "markdown", "tsv": "csv"}

# tabulate's formats that make a readable table of any text; render/grid.py draws them all.
GRIDS = (
    "grid", "simple_grid", "rounded_grid", "heavy_grid", "mixed_grid", "double_grid", "fancy_grid",
    "outline", "simple_outline", "rounded_outline", "heavy_outline", "mixed_outline", "double_outline", "fancy_outline",
    "plain", "simple", "presto", "pretty", "psql", "orgtbl", "rst", "github", "pipe",
)  # fmt: skip

BOLD, DIM, RED, GREEN, YELLOW = "1", "2", "31", "32", "33"


class Style(NamedTuple):
    """How the reader wants a page, whatever is on it.

    ``width`` is the terminal's in cells, None in a pipe, where nothing is cut. ``now`` is the stored moment ages are
    told from and ``zone`` that of the days; a page brings its own. ``links`` shows each row's URL, ``header`` the
    customer above the sections, and ``raw`` leaves formulas and controls in CSV as the source wrote them. ``format``
    is the word the user gave.
    """

    width: int | None = None
    colour: bool = False
    links: bool = False
    header: bool = True
    now: str = ""
    format: str = "text"
    raw: bool = False
    zone: tzinfo = UTC

    def paint(self, words: str, code: str) -> str:
        """Return ``words`` in one of the colours or weights above, or as they are for a reader without colour."""
        return f"\x1b[{code}m{words}\x1b[0m" if self.colour and code and words else words


class Renderer(Protocol):
    """The role of a module in this folder."""

    def render(self, page: Page, style: Style) -> str:
        """Return the whole page in this format."""
        ...

    def render_table(self, table: Table, style: Style) -> str:
        """Return one table in this format."""
        ...


def formats() -> list[str]:
    """Return every word ``--format`` takes, "text" first, then ours, then tabulate's."""
    from pkgutil import iter_modules

    files = {module.name for module in iter_modules(__path__) if not module.name.startswith("_")}
    ours = (files | set(ALIASES)) - {"terminal", "markdown", "grid", "text"}
    return ["text", *sorted(ours), *GRIDS]


def renderer(format: str) -> Renderer:
    """Return the renderer of one format; UsageError names the known ones for any other word."""
    from importlib import import_module

    name = "grid" if format in GRIDS else ALIASES.get(format, format)
    module = f"{__name__}.{name}"
    if name.isidentifier() and not name.startswith("_"):
        try:
            return cast(Renderer, import_module(module))
        except ModuleNotFoundError as error:
            if error.name != module:
                raise
    raise UsageError(f'there is no format "{format}".', f"Formats: {', '.join(formats())}")
