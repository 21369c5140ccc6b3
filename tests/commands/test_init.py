"""``c360 init`` as it is typed: flags, or questions on a terminal, and nothing written that cannot be read."""

import os
import pty
import subprocess
import sys

import pytest

from c360cli import config, main


def test_a_config_that_exists_is_not_touched(tmp_path, capfd):
    (tmp_path / "config.yaml").write_text("mine\n")
    assert main.call(["--home", str(tmp_path), "init"]) == 3
    assert (tmp_path / "config.yaml").read_text() == "mine\n"
    assert "there is a config already" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--connector", "fils", "--path", "x"], 'Did you mean "files"?'),
        (["--connector", "demo"], "c360 --home .demo demo"),
        (["--connector", "files", "--path", "x", "--kind", "custmer"], 'Did you mean "customer"?'),
        (["--connector", "files", "--path", "x"], "needs a kind"),
        (["--connector", "surveys", "--path", "x", "--kind", "case"], "has no kind"),
        (["--connector", "zendesk", "--base-url", "foo"], "is not the address of a server"),
        (["--connector", "zendesk", "--base-url", "http://example.com"], "Write https:// instead."),
        (["--connector", "zendesk"], "--base-url 'https://example.zendesk.com'"),
        (["--connector", "surveys", "--path", "x", "--name", "a/b"], "the name of a source is made of"),
        (["--timezone", "Europe/Berln"], 'Did you mean "Europe/Berlin"?'),
        (["--currency", "dollars"], "three capitals"),
    ],
)
def test_a_word_that_cannot_stand_there_is_refused_before_anything_is_written(tmp_path, capfd, words, said):
    assert main.call(["--home", str(tmp_path / "home"), "init", *words]) == 2
    assert said in capfd.readouterr().err
    assert not (tmp_path / "home").exists()


def test_without_a_terminal_the_flags_say_it_all(tmp_path, capfd):
    words = ["init", "--home", str(tmp_path), "--connector", "surveys", "--path", "s/*.csv", "--user", "j@example.com"]
    assert main.call([*words, "--timezone", "UTC", "--currency", "USD"]) == 0
    assert config.load(str(tmp_path), environ={}).user == "j@example.com"
    out, err = capfd.readouterr()
    assert out == ""
    assert "c360 doctor" in err


def test_on_a_terminal_it_asks_and_asks_again_where_an_answer_cannot_stand(tmp_path):
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "c360cli", "--home", str(tmp_path), "init"]
    with subprocess.Popen(
        command, stdin=theirs, stdout=subprocess.PIPE, stderr=theirs, env={**os.environ, "TZ": "UTC"}
    ) as c360:
        os.close(theirs)
        os.write(
            ours, b"jane@example.com\nEurop/Oslo\nEurope/Oslo\n\nzendsk\nzendesk\nfoo\nhttps://example.zendesk.com\n"
        )
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
    assert (read.user, read.timezone, read.currency) == ("jane@example.com", "Europe/Oslo", "USD")
    for said in (b'Did you mean "Europe/Oslo"?', b'Did you mean "zendesk"?', b"is not the address of a server"):
        assert asked.count(said) == 1
    assert read.sources["zendesk"]["base_url"] == "https://example.zendesk.com"
