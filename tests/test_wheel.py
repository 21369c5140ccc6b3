"""A wheel carries all that c360 needs: it is built, installed into an empty environment, and used there."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def _run(*words: str | Path, cwd: Path, **environment: str) -> str:
    env = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "C360_HOME", "C360_STORE")}
    done = subprocess.run(
        [str(word) for word in words], cwd=cwd, env={**env, **environment}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    for name in ("c360cli", "connectors", "layouts", "pyproject.toml", "setup.cfg", "README.md", "LICENSE"):
        (source / name).symlink_to(ROOT / name)
    _run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--wheel-dir", folder, ".", cwd=source)
    (built,) = folder.glob("*.whl")
    return built


def test_nothing_generic_lands_in_site_packages(wheel: Path) -> None:
    top = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {name for name in top if not name.endswith(".dist-info")} == {"c360cli", "c360_connectors", "c360_layouts"}


def test_what_ships_as_text_is_in_it(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    texts = {str(path.relative_to(ROOT / "layouts")) for path in (ROOT / "layouts").rglob("*.yaml")}
    assert {f"c360_layouts/{text}" for text in texts} <= inside
    assert len(texts) >= 4


def test_it_works_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    _run(sys.executable, "-m", "venv", tmp_path / "env", cwd=tmp_path)
    python = tmp_path / "env" / "bin" / "python"
    _run(python, "-m", "pip", "install", "-q", wheel, cwd=tmp_path)
    home = tmp_path / "home"
    _run(tmp_path / "env" / "bin" / "c360", "--home", home, "demo", cwd=tmp_path)
    page = _run(python, "-m", "c360cli", "--home", home, "show", "acme", cwd=tmp_path)
    assert page.startswith("Acme Corporation")
