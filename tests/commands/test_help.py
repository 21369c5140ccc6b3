"""``c360 help`` as it is typed."""

import click
import pytest

from c360cli import main
from c360cli.session import Session


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["docter"], 'there is no command "docter"'),
        (["doctor", "now"], '"c360 doctor" has no commands of its own'),
    ],
)
def test_a_word_that_is_no_command_is_said(words, said, capsys):
    assert main.call(["help", *words]) == 2
    assert said in capsys.readouterr().err


def test_no_line_of_any_help_is_wider_than_a_terminal_of_eighty_columns():
    with click.Context(main.cli, info_name="c360", terminal_width=80, obj=Session()) as context:
        lines = [line for said in _helps(main.cli, context) for line in said.split("\n")]
    assert len(lines) > 1000
    assert [line for line in lines if len(line) > 80] == []


def _helps(command, context):
    """Yield the help of a command and of all its commands."""
    yield command.get_help(context)
    for name in command.list_commands(context) if isinstance(command, click.Group) else ():
        below = command.get_command(context, name)
        with click.Context(below, info_name=name, parent=context, terminal_width=80) as inner:
            yield from _helps(below, inner)


def test_only_what_exists_is_offered(capsys):
    for words in (["help"], ["help", "export"], ["help", "init"], ["help", "search"]):
        assert main.call(words) == 0
        out = capsys.readouterr().out
        assert "pdf" not in out
        assert "wherever it was said" not in out
