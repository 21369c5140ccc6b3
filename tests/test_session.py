"""Colour, width and format are decided in one place, the same way for every command."""

import click
import pytest
from click.testing import CliRunner

from c360cli.session import has_color

COLOR = [  # environment, is a terminal, --no-color -> colour
    ({}, True, False, True),
    ({}, False, False, False),
    ({}, True, True, False),
    ({"NO_COLOR": "1"}, True, False, False),
    ({"NO_COLOR": ""}, True, False, True),
    ({"NO_COLOR": "0"}, True, False, False),
    ({"FORCE_COLOR": "1"}, False, False, True),
    ({"FORCE_COLOR": "0"}, True, False, False),
    ({"CLICOLOR_FORCE": "1"}, False, False, True),
    ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False, False),
    ({"FORCE_COLOR": "1"}, True, True, False),
    ({"TERM": "dumb"}, True, False, False),
    ({"TERM": "dumb", "FORCE_COLOR": "1"}, True, False, True),
]


@pytest.mark.parametrize(("environ", "is_terminal", "is_refused", "expected"), COLOR)
def test_the_option_then_no_color_then_force_color_then_the_terminal_decides(
    environ, is_terminal, is_refused, expected
):
    assert has_color(environ, is_terminal, is_refused) is expected


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "text"),
        (["--json"], "json"),
        (["--format", "csv"], "csv"),
        (["--json", "--format", "json"], "json"),
        (["--json", "--format", "csv"], "do not fit together"),
        (["--format", "csv", "--json"], "do not fit together"),
        (["--format", "cvs"], "'cvs' is not one of"),
    ],
)
def test_json_is_short_for_its_format(words, said):
    from c360cli.session import formats

    @click.command()
    @formats("text", "json", "csv")
    def command(format):
        click.echo(format)

    assert said in CliRunner().invoke(command, words).output


@pytest.mark.parametrize("value", [["\x9b2J\x7f\u202e\u200b\U000e0041"], {"name": "\ud800"}, []])
def test_json_of_every_command_is_harmless_and_says_the_same(value, capsys):
    import json

    from c360cli.session import Session

    Session().write_json(value)
    out = capsys.readouterr().out
    assert json.loads(out) == value
    assert out.isascii()
    assert "\x7f" not in out
