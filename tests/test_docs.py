"""The documents tell the truth: reference pages are what the code says, and the README's examples run."""

import importlib.util
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent
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
    subprocess.run([sys.executable, "-m", "c360cli", "--home", str(home), "demo"], check=True, capture_output=True)
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
    return re.sub(r"\s+", " ", re.sub(r"[\d,.]+|[▁▂▃▄▅▆▇█]+|\b(?:min|h|d|s)\b", "#", line)).strip()


@pytest.mark.parametrize("page", [ROOT / "README.md", DOCS / "user-guide.md"], ids=lambda page: page.name)
def test_the_examples_run_and_print_what_is_shown(page: Path, demo: Path, tmp_path: Path) -> None:
    examples = [(command, printed) for command, printed in _examples(page) if command.startswith("c360 ")]
    assert len(examples) >= 5
    env = {**os.environ, "C360_HOME": str(demo), "COLUMNS": "80"}
    for command, printed in examples:
        program = f"{shlex.quote(sys.executable)} -m c360cli " + command.removeprefix("c360 ")
        done = subprocess.run(["sh", "-c", program], cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command}\n{done.stderr}"
        shown = {_shape(line) for line in printed.splitlines() if line.strip() and line.strip() != "..."}
        real = {_shape(line) for line in (done.stdout + done.stderr).splitlines()}
        assert shown - real == set(), command
