"""``c360 init`` writes a config that c360 itself understands, privately, and never over another."""

import os
import pty
import stat
import subprocess
import sys

import pytest

from c360cli import config, main
from c360cli.actions import init
from c360cli.errors import ConfigError


@pytest.mark.parametrize("connector", init.CONNECTORS)
def test_what_is_written_is_a_config_with_that_source(tmp_path, connector):
    answers = init.Answers(
        "jane@example.com", "Europe/Berlin", "EUR", connector, "mine",
        base_url="https://example.my.salesforce.com", path="data/*.csv", kind="customer",
    )  # fmt: skip
    init.write(str(tmp_path / "home"), answers)
    read = config.load(str(tmp_path / "home"), environ={})
    assert (read.user, read.timezone, read.currency) == ("jane@example.com", "Europe/Berlin", "EUR")
    assert read.sources["mine"]["connector"] == connector
    assert stat.S_IMODE(os.stat(tmp_path / "home").st_mode) == 0o700
    assert stat.S_IMODE(os.stat(tmp_path / "home" / "config.yaml").st_mode) == 0o600


def test_every_source_in_the_comments_works_when_its_marks_are_taken_off():
    text = init.config_text(init.Answers())
    source = text.index("# sources:")
    opened = text[:source] + "".join(line.removeprefix("# ").removeprefix("#") if line.startswith(("# sources", "#  "))
                                     else line for line in text[source:].splitlines(keepends=True))  # fmt: skip
    from c360cli.nodes import parse

    assert list(config.check(parse(opened.encode(), "x"))["sources"]) == list(init.CONNECTORS)


@pytest.mark.parametrize(
    "word", ["yes: no", "12", "true", "#x", "a\nb: c", '"', "株式会社 😀", "- x", "{env: X}", "a: b"]
)
def test_an_answer_stays_the_text_it_was(word):
    from c360cli.nodes import parse

    text = init.config_text(init.Answers(user=word))
    assert config.check(parse(text.encode(), "x"))["user"] == word


def test_a_config_that_exists_is_not_touched(tmp_path, capfd):
    (tmp_path / "config.yaml").write_text("mine\n")
    assert main.call(["--home", str(tmp_path), "init"]) == 3
    assert (tmp_path / "config.yaml").read_text() == "mine\n"
    assert "there is a config already" in capfd.readouterr().err


def test_an_answer_that_cannot_stand_there_leaves_no_file(tmp_path):
    with pytest.raises(ConfigError, match="currency"):
        init.write(str(tmp_path / "home"), init.Answers(currency="dollars"))
    with pytest.raises(ConfigError, match="needs a base_url"):
        init.write(str(tmp_path / "home"), init.Answers(connector="zendesk"))
    assert not (tmp_path / "home").exists()


def test_without_a_terminal_the_flags_say_it_all(tmp_path, capfd):
    words = ["init", "--home", str(tmp_path), "--connector", "surveys", "--path", "s/*.csv", "--user", "j@example.com"]
    assert main.call([*words, "--timezone", "UTC", "--currency", "USD"]) == 0
    assert config.load(str(tmp_path), environ={}).user == "j@example.com"
    out, err = capfd.readouterr()
    assert out == ""
    assert "c360 doctor" in err


def test_on_a_terminal_it_asks(tmp_path):
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "c360cli", "--home", str(tmp_path), "init"]
    with subprocess.Popen(
        command, stdin=theirs, stdout=subprocess.PIPE, stderr=theirs, env={**os.environ, "TZ": "UTC"}
    ) as c360:
        os.close(theirs)
        os.write(ours, b"jane@example.com\n\n\nzendesk\nhttps://example.zendesk.com\n")
        asked = b""
        try:
            while b"Next:" not in asked:
                asked += os.read(ours, 1000)
        except OSError:
            pass  # the terminal closes with the command
        assert c360.wait() == 0
        assert c360.stdout.read() == b""
    os.close(ours)
    read = config.load(str(tmp_path), environ={})
    assert (read.user, read.timezone, read.currency) == ("jane@example.com", "UTC", "USD")
    assert read.sources["zendesk"]["base_url"] == "https://example.zendesk.com"


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
