"""``c360 init`` writes a config that c360 itself understands, privately, and never over another."""

import os
import stat

import pytest

from c360cli import config, plugins
from c360cli.actions import init
from c360cli.kinds import KINDS
from c360cli.times import system_clock


@pytest.mark.parametrize("connector", init.CONNECTORS)
def test_what_is_written_is_a_config_with_that_source(tmp_path, connector):
    answers = init.Answers(
        "jane@example.com", "Europe/Berlin", "EUR", connector, "mine",
        base_url="https://example.my.salesforce.com", path="data/*.csv", kind="customer",
    )  # fmt: skip
    given = {"salesforce": "base_url", "zendesk": "base_url", "surveys": "path", "files": "path kind"}[
        connector
    ].split()
    answers = answers._replace(**{name: None for name in ("base_url", "path", "kind") if name not in given})
    init.write(str(tmp_path / "home"), answers)
    read = config.load(str(tmp_path / "home"), environ={})
    assert (read.user, read.timezone, read.currency) == ("jane@example.com", "Europe/Berlin", "EUR")
    assert read.sources["mine"]["connector"] == connector
    assert stat.S_IMODE(os.stat(tmp_path / "home").st_mode) == 0o700
    assert stat.S_IMODE(os.stat(tmp_path / "home" / "config.yaml").st_mode) == 0o600


def uncommented(text, *connectors):
    """Return a config with the leading "# " taken off the examples of ``connectors``, as its own words tell to do."""
    head, start, examples = text.partition("\nsources:\n")
    lines, is_taken = [], False
    for line in examples.splitlines(keepends=True):
        name = line.removeprefix("#   ").partition(":")[0]
        if line.startswith("#   ") and name in init.CONNECTORS:
            is_taken = name in connectors
        lines.append(line.removeprefix("# ") if is_taken else line)
    return head + start + "".join(lines)


def sources_of(text):
    from c360cli.nodes import parse

    return list(config.check(parse(text.encode(), "x"))["sources"])


def test_the_examples_work_alone_and_together_when_their_marks_are_taken_off():
    text = init.config_text(init.Answers())
    assert sources_of(text) == []
    for connector in init.CONNECTORS:
        assert sources_of(uncommented(text, connector)) == [connector]
    assert sources_of(uncommented(text, *init.CONNECTORS)) == list(init.CONNECTORS)


def test_an_example_can_stand_beside_the_source_that_was_asked_for():
    answers = init.Answers(connector="surveys", name="nps", path="s.csv")
    assert sources_of(uncommented(init.config_text(answers), "zendesk", "files")) == ["nps", "zendesk", "files"]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_columns_of_every_kind_are_ones_its_file_can_have(tmp_path, kind):
    answers = init.Answers(connector="files", name="mine", path="mine.csv", kind=kind)
    init.write(str(tmp_path), answers)
    said = config.load(str(tmp_path), environ={})
    columns = said.sources["mine"]["columns"]
    assert set(columns) - {"source_id", "customer"} <= {column.name for column in KINDS[kind].columns}
    (tmp_path / "mine.csv").write_text(",".join(columns.values()) + "\n")
    made = plugins.connect(said, "mine", clock=system_clock, sleep=lambda seconds: None)
    assert "mine.csv" in made.check()


@pytest.mark.parametrize(
    "word", ["yes: no", "12", "true", "#x", "a\nb: c", '"', "株式会社 😀", "- x", "{env: X}", "a: b"]
)
def test_an_answer_stays_the_text_it_was(word):
    from c360cli.nodes import parse

    text = init.config_text(init.Answers(user=word))
    assert config.check(parse(text.encode(), "x"))["user"] == word


@pytest.mark.parametrize(
    ("environ", "target", "zone"),
    [
        ({"TZ": "Europe/Oslo"}, "", "Europe/Oslo"),
        ({"TZ": ":Europe/Oslo"}, "", "Europe/Oslo"),
        ({"TZ": "CET-1CEST"}, "", "UTC"),
        ({}, "/usr/share/zoneinfo/Asia/Tokyo", "Asia/Tokyo"),
        ({}, "/usr/share/zoneinfo/Etc/UTC", "UTC"),
        ({}, "/somewhere/else", "UTC"),
    ],
)
def test_the_zone_of_the_machine_is_found(tmp_path, environ, target, zone):
    link = tmp_path / "localtime"
    if target:
        link.symlink_to(target)
    assert init.local_timezone(environ, str(link)) == zone
