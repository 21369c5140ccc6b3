"""``c360 demo`` fills an empty home, again if asked, and never one that is somebody's."""

from datetime import date

import pytest

from c360cli import config
from c360cli.actions import demo
from c360cli.errors import ConfigError

BORN_ON = date(2026, 3, 1)


def files(home):
    return {path.relative_to(home): path.read_bytes() for path in home.rglob("*") if path.is_file()}


def test_an_empty_home_gets_a_config_that_works_and_its_files(tmp_path):
    home = tmp_path / "demo"
    assert demo.fill(str(home), BORN_ON)
    sources = config.load(str(home), environ={}).sources
    assert {"salesforce", "zendesk"} <= sources.keys()
    for source in sources.values():
        if "path" in source:
            assert list(home.glob(source["path"]))
    assert home.stat().st_mode & 0o077 == (home / "config.yaml").stat().st_mode & 0o077 == 0


def test_a_second_demo_keeps_the_day_of_birth_and_restores_the_files(tmp_path):
    demo.fill(str(tmp_path), BORN_ON)
    before = files(tmp_path)
    (tmp_path / "billing.csv").unlink()
    assert not demo.fill(str(tmp_path), date(2026, 3, 9))
    assert files(tmp_path) == before


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("config.yaml", "sources:\n  salesforce: {connector: salesforce}\n"),
        ("config.yaml", "user: jane@example.com\n"),
        ("config.yaml", "sour"),
        ("billing.csv", "Id\n1\n"),
        ("c360.db", ""),
    ],
)
def test_a_home_that_holds_anything_else_is_refused_untouched(tmp_path, name, content):
    (tmp_path / name).write_text(content)
    with pytest.raises(ConfigError):
        demo.fill(str(tmp_path), BORN_ON)
    assert files(tmp_path) == {(tmp_path / name).relative_to(tmp_path): content.encode()}
