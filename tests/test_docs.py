"""The documents tell the truth: reference pages are what the code says, and the README's examples run."""

import importlib.util
import os
import pty
import re
import shlex
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from c360cli import datasets
from c360cli.actions.sql import without_view
from c360cli.store.views import of_dataset
from tests.terminals import read_all

ROOT = Path(__file__).parent.parent

# The command on the day the examples were written: the made-up company looks the same on every other day then.
ON_THAT_DAY = (
    "import sys; from datetime import UTC, datetime; from c360cli.main import call;"
    " sys.exit(call(sys.argv[1:], clock=lambda: datetime(2026, 11, 21, 20, tzinfo=UTC)))"
)
DOCS = ROOT / "docs"


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_reference", DOCS / "make_reference.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_reference_page_is_what_the_code_says(reference: ModuleType) -> None:
    assert reference.stale() == [], "make docs"


def test_the_reference_names_every_command_section_and_error(reference: ModuleType) -> None:
    from c360cli import errors

    pages = {page: reference.made(page) for page in reference.PAGES}
    for path in (ROOT / "c360cli" / "commands").glob("[a-z]*.py"):
        assert f"## c360 {path.stem}" in pages["commands"]
    for path in (ROOT / "c360cli" / "sections").glob("[a-z]*.py"):
        assert f"## {path.stem}" in pages["sections"]
    for name, value in vars(errors).items():
        if isinstance(value, type) and issubclass(value, errors.C360Error):
            assert f"`{name}`" in pages["errors"]


def test_the_guide_names_the_data_sets_with_a_view_and_those_without() -> None:
    guide = " ".join((DOCS / "user-guide.md").read_text().split())
    views = [view for view in map(of_dataset, datasets.names()) if view]
    assert f"one for most data sets: {', '.join(f'`{view}`' for view in views)}, with" in guide
    assert f"`c360 export` alone has {', '.join(f'`{name}`' for name in without_view())}. " in guide


def test_every_link_between_documents_leads_somewhere() -> None:
    broken = [
        f"{page.name}: {target}"
        for page in [ROOT / "README.md", *DOCS.rglob("*.md")]
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text())
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert broken == []


def test_no_document_speaks_of_how_it_was_made() -> None:
    # Paths of a machine, and numbers of tasks nobody outside can look up.
    told = [page.name for page in [ROOT / "README.md", ROOT / "CHANGELOG.md", *DOCS.rglob("*.md")]
            if re.search(r"/work/|/root/|\bissue \d", page.read_text())]  # fmt: skip
    assert told == []


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("readme") / "home"
    subprocess.run([sys.executable, "-c", ON_THAT_DAY, "--home", str(home), "demo"], check=True, capture_output=True)
    return home


def _examples(page: Path) -> list[tuple[str, str]]:
    """Return (command, printed) for each ``$ c360 ...`` in the console blocks of a page."""
    found = []
    for block in re.findall(r"```console\n(.*?)```", page.read_text(), re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, printed = part.partition("\n")
            found.append((command, printed))
    return found


def _shape(line: str) -> str:
    """Return a line without what moves from day to day: numbers, bars, distances and the spaces they shift."""
    line = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", line)
    return re.sub(r"\s+", " ", re.sub(r"[\d,.]+|[▁▂▃▄▅▆▇█]+|\b(?:min|h|d|s)\b", "#", line)).strip()


def _on_a_terminal(command: str, home: Path, folder: Path) -> tuple[str, int]:
    """Run a command on a pseudo terminal of 80 columns; return what a person sees, and the exit code."""
    words = [sys.executable, "-c", ON_THAT_DAY, *shlex.split(command)[1:]]
    environment = {**os.environ, "C360_HOME": str(home), "COLUMNS": "80", "NO_COLOR": "1"}
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        words, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs
    ) as process:
        os.close(theirs)
        seen = read_all(ours)
        return seen.replace("\r\n", "\n"), process.wait()


@pytest.mark.parametrize("page", [ROOT / "README.md", DOCS / "user-guide.md"], ids=lambda page: page.name)
def test_the_examples_run_and_print_what_is_shown(page: Path, demo: Path, tmp_path: Path) -> None:
    examples = [(command, printed) for command, printed in _examples(page) if command.startswith("c360 ")]
    assert len(examples) >= 5
    for command, printed in examples:
        seen, exit_code = _on_a_terminal(command, demo, tmp_path)
        assert exit_code == 0, f"{command}\n{seen}"
        shown = [_shape(line) for line in printed.splitlines() if line.strip() and line.strip() != "..."]
        real = {_shape(line) for line in seen.splitlines()}
        assert [line for line in shown if line not in real] == [], f"{command}\n{seen}"
