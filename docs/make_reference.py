"""Writes docs/reference/ from the code: ``make docs``; with --check it only tells which pages are out of date."""

import importlib
import inspect
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import click

import c360cli.errors
from c360cli.kinds import KINDS
from c360cli.lazy import GROUPS
from c360cli.main import cli
from c360cli.session import Session

REFERENCE = Path(__file__).parent / "reference"
MADE = "<!-- Made from the code by `make docs`; edit the code, not this page. -->\n"


def commands() -> Iterator[str]:
    """Yield the page of all commands and options."""
    yield "# Commands\n"
    yield "Every command takes the global options too; they go before the command or after it.\n"
    settings = {"terminal_width": 100, **cli.context_settings}
    context = click.Context(cli, info_name="c360", obj=Session(), **settings)
    yield f"```text\n{cli.get_help(context)}\n```\n"
    opened = [(name, cli.get_command(context, name)) for name in cli.list_commands(context)]
    for heading in GROUPS:
        for name, command in opened:
            if command is None or getattr(importlib.import_module(f"c360cli.commands.{name}"), "GROUP", "") != heading:
                continue
            yield f"## c360 {name}\n"
            inner = click.Context(command, info_name=name, parent=context, **settings)
            yield f"```text\n{command.get_help(inner)}\n```\n"
            for child in command.list_commands(inner) if isinstance(command, click.Group) else ():
                found = command.get_command(inner, child)
                if found is not None:
                    yield f"### c360 {name} {child}\n"
                    innermost = click.Context(found, info_name=child, parent=inner, **settings)
                    yield f"```text\n{found.get_help(innermost)}\n```\n"


def data_sets() -> Iterator[str]:
    """Yield the page of all kinds, their data sets and columns."""
    yield "# Kinds and data sets\n"
    yield "A connector brings records of these kinds; `c360 export` gives them back under the name of their data set.\n"
    yield _paragraph(importlib.import_module("c360cli.kinds").__doc__)
    for kind in KINDS.values():
        yield f"## {kind.name}\n"
        searched = f" Searched by {', '.join(kind.search)}." if kind.search else ""
        yield f"Data set `{kind.dataset}`.{searched}\n"
        yield "| column | type | label |\n|---|---|---|"
        yield from (f"| `{column.name}` | {column.type} | {column.label} |" for column in kind.columns)
        yield ""
    datasets = importlib.import_module("c360cli.datasets")
    own = [name for name in datasets.names() if name not in {kind.dataset for kind in KINDS.values()}]
    yield "## What is no kind\n"
    yield "What people write, and what c360 makes of it all; columns in brackets come only by name (`--fields`).\n"
    yield "| data set | columns |\n|---|---|"
    for name in own:
        columns = [each.name if each.is_main else f"({each.name})" for each in datasets.columns(name)]
        yield f"| `{name}` | {', '.join(columns)} |"


def filters() -> Iterator[str]:
    """Yield the page of the filter language."""
    yield "# Filters\n"
    yield _paragraph(importlib.import_module("c360cli.filters").__doc__)
    yield "| type of the field | takes |\n|---|---|"
    operators = importlib.import_module("c360cli.filters.fields").OPERATORS
    families = importlib.import_module("c360cli.filters.fields").FAMILIES
    for family, takes in operators.items():
        types = ", ".join(f"`{name}`" for name, used in families.items() if used == family)
        more = [] if family == "part" else ["in (...)"]
        yield f"| {types} | {' '.join(f'`{word}`' for word in [*takes, *more, 'is empty'])} |"


def sections() -> Iterator[str]:
    """Yield the page of all sections, their views and options."""
    yield "# Sections\n"
    folder = Path(importlib.import_module("c360cli.sections").__path__[0])
    for path in sorted(folder.glob("[a-z]*.py")):
        module = importlib.import_module(f"c360cli.sections.{path.stem}")
        yield f"## {path.stem}\n"
        yield _paragraph(module.__doc__)
        views = getattr(module, "VIEWS", None)
        if views:
            yield f"Views: {', '.join(f'`{view}`' for view in views)}.\n"
        if module.OPTIONS:
            yield "| option | when nothing is said |\n|---|---|"
            yield from (f"| `{name}` | `{value!r}` |" for name, value in module.OPTIONS.items())
            yield ""
        for option, choices in getattr(module, "CHOICES", {}).items():
            words = [word for word in (choices() if callable(choices) else choices) if word]
            yield f"`{option}` takes: {', '.join(f'`{word}`' for word in words)}.\n"


def errors() -> Iterator[str]:
    """Yield the page of all errors and exit codes."""
    yield "# Errors and exit codes\n"
    yield _paragraph(c360cli.errors.__doc__)
    yield "Beside these: 0 done, 1 findings (`c360 doctor`), 70 a bug in c360 (a log file is named), 130 interrupted.\n"
    yield "| error | exit code | when |\n|---|---|---|"
    for name, value in vars(c360cli.errors).items():
        if inspect.isclass(value) and issubclass(value, c360cli.errors.C360Error):
            first = (value.__doc__ or "").split("\n")[0]
            yield f"| `{name}` | {value.exit_code} | {first} |"


def layouts() -> Iterator[str]:
    """Yield the page of layouts and of the words in config.yaml."""
    yield "# Layouts\n"
    yield _paragraph(importlib.import_module("c360cli.layout.load").__doc__)
    yield "For editors: [layout.schema.json](layout.schema.json), or `c360 layout schema`.\n"
    yield "## Who gets which\n"
    yield _paragraph(importlib.import_module("c360cli.layout.assignment").__doc__)
    fields = importlib.import_module("c360cli.layout.subject").FIELDS.types
    yield f"`when` asks for: {', '.join(f'`{name}`' for name in fields)}, `extra.KEY`.\n"
    shipped = Path(importlib.import_module("c360_layouts").__path__[0])
    for path in sorted(shipped.glob("*.yaml")):
        yield f"## {path.stem}\n"
        yield f"```yaml\n{path.read_text().rstrip()}\n```\n"


def scorecards() -> Iterator[str]:
    """Yield the page of scorecards: what their files may say, and those that ship."""
    yield "# Scorecards\n"
    for module in ("layout.scorecards", "layout.thresholds", "layout.figures", "health.bands", "health.weights"):
        yield _paragraph(importlib.import_module(f"c360cli.{module}").__doc__)
    shipped = Path(importlib.import_module("c360_layouts").__path__[0]) / "scorecards"
    for path in sorted(shipped.glob("*.yaml")):
        yield f"## {path.stem}\n"
        yield f"```yaml\n{path.read_text().rstrip()}\n```\n"


def sql() -> Iterator[str]:
    """Yield the page of the views that ``c360 sql`` and other programs read."""
    from tempfile import TemporaryDirectory

    from c360cli.actions.sql import relations, without_view
    from c360cli.store import open_store

    yield "# SQL\n"
    yield _paragraph(importlib.import_module("c360cli.store.views").__doc__)
    yield "| view | columns |\n|---|---|"
    with TemporaryDirectory() as folder:
        open_store(f"{folder}/c360.db").close()
        with open_store(f"{folder}/c360.db", read_only=True) as store:
            for view in relations(store):
                yield f"| `{view.name}` | {', '.join(view.columns)} |"
    yield f"\nData sets without a view, which `c360 export` has: {', '.join(f'`{name}`' for name in without_view())}."


PAGES = {
    "commands": commands,
    "data-sets": data_sets,
    "filters": filters,
    "sections": sections,
    "errors": errors,
    "layouts": layouts,
    "scorecards": scorecards,
    "sql": sql,
}


SCHEMA = "layout.schema"


def made(page: str) -> str:
    """Return what the code says a reference page must hold."""
    if page == SCHEMA:
        return json.dumps(importlib.import_module("c360cli.layout.schema").schema(), indent=1) + "\n"
    return MADE + "\n".join(PAGES[page]()).rstrip() + "\n"


def files() -> dict[str, Path]:
    """Return the files of the reference, by page."""
    return {page: REFERENCE / f"{page}.md" for page in PAGES} | {SCHEMA: REFERENCE / f"{SCHEMA}.json"}


def stale() -> list[str]:
    """Return the pages that are not what the code says."""
    return [page for page, path in files().items() if not path.exists() or path.read_text() != made(page)]


def _paragraph(docstring: str | None) -> str:
    """Return a docstring as Markdown: indented parts become code."""
    lines = []
    is_code = False
    for line in inspect.cleandoc(docstring or "").replace("``", "`").splitlines():
        indented = line.startswith("    ")
        if line.strip() and indented != is_code:
            lines.append("```text" if indented else "```")
            is_code = indented
        lines.append(line[4:] if is_code and indented else line)
    return "\n".join([*lines, *(["```"] if is_code else [])]) + "\n"


if __name__ == "__main__":
    if "--check" in sys.argv:
        old = stale()
        sys.exit(f"out of date, run make docs: {', '.join(old)}" if old else 0)
    REFERENCE.mkdir(exist_ok=True)
    for page, path in files().items():
        path.write_text(made(page))
