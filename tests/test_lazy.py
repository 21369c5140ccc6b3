"""A command is a file: found by its name, opened when it is called."""

import sys

import click
import pytest
from click.testing import CliRunner

from c360cli.lazy import FolderGroup
from c360cli.session import Session


@pytest.fixture
def group(tmp_path, monkeypatch):
    folder = tmp_path / "some_commands"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "_glue.py").write_text("raise RuntimeError('opened')\n")
    text = (
        "import click\nGROUP = {group!r}\n@click.command()\n{option}def command(**said):\n"
        "    'Do {name}.'\n    click.echo('{name}')\n"
    )
    (folder / "show.py").write_text(text.format(group="Read", name="show", option=""))
    (folder / "add_one.py").write_text(text.format(group="Write", name="add", option="@click.option('--user')\n"))
    (folder / "odd.py").write_text(text.format(group="Odd", name="odd", option=""))
    monkeypatch.syspath_prepend(str(tmp_path))
    yield FolderGroup("x", package="some_commands")
    for name in [name for name in sys.modules if name.startswith("some_commands")]:
        del sys.modules[name]


def run(group, *words):
    return CliRunner().invoke(group, words, obj=Session(environ={}))


def test_commands_are_the_files_and_none_is_opened_to_know_them(group):
    assert group.list_commands(click.Context(group)) == ["add-one", "odd", "show"]
    assert not [name for name in sys.modules if name.startswith("some_commands.")]


def test_calling_one_opens_no_other(group):
    assert run(group, "show").output == "show\n"
    assert "some_commands.add_one" not in sys.modules


def test_help_puts_commands_under_their_headings_in_order(group):
    out = run(group, "--help").output
    assert out.index("Read:") < out.index("Write:") < out.index("Odd:")
    assert "add-one  Do add." in out


def test_an_option_of_the_command_itself_is_not_doubled(group):
    assert run(group, "add-one", "--user", "x", "--home", "/h").output == "add\n"


@pytest.mark.parametrize("word", ["../show", "show.py", "_glue", "__init__", "-", "", "sh\x00w", "shöw"])
def test_only_names_of_commands_are_opened(group, word):
    assert group.get_command(click.Context(group), word) is None
