"""``c360 help`` as it is typed."""

import pytest

from c360cli import main
from c360cli.session import Session


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["docter"], 'there is no command "docter".\nHint: c360 doctor'),
        (["nope"], 'there is no command "nope".\nHint: c360 --help'),
        (["how"], 'there is no command "how".\nHint: c360 show'),
        (["doctor", "now"], '"c360 doctor" has no commands of its own'),
    ],
)
def test_a_word_that_is_no_command_is_said(words, said, capsys):
    assert main.call(["help", *words]) == 2
    assert said in capsys.readouterr().err


def test_no_line_of_any_help_is_wider_than_a_terminal_of_eighty_columns(capsys):
    seen: list[str] = []
    for path in _paths():
        assert main.call([*path, "--help"]) == 0
        seen += capsys.readouterr().out.split("\n")
    assert len(seen) > 1000
    assert [line for line in seen if len(line) > 80] == []


def _paths():
    """Yield the words of every command, and of the commands of those that have some."""
    with main.cli.make_context("c360", [], obj=Session(), resilient_parsing=True) as context:
        for name in main.cli.list_commands(context):
            yield [name]
            command = main.cli.get_command(context, name)
            yield from ([name, below] for below in getattr(command, "commands", ()))


def test_only_what_exists_is_offered(capsys):
    for words in (["help"], ["help", "export"], ["help", "init"], ["help", "search"]):
        assert main.call(words) == 0
        out = capsys.readouterr().out
        assert "pdf" not in out
        assert "wherever it was said" not in out
