"""Commands as files: ``c360 show`` opens ``commands/show.py`` and no other.

A file ``commands/NAME.py`` has ``command`` (a click command, its docstring is the help) and ``GROUP``, the heading it
stands under in ``c360 --help``. A dash in the name of a command is an underscore in the name of its file, and a
file whose name starts with an underscore is no command.
"""

import importlib
import os
from collections.abc import Callable
from typing import Any

import click

from c360cli.nearest import nearest
from c360cli.session import global_options

# The order of the headings; one that is not here comes last.
GROUPS = ("Read", "Write", "Bring in", "Take out", "Set up")


class NoSuchCommand(click.UsageError):
    """There is no command called ``word``; ``nearest`` are those that look like it."""

    def __init__(self, word: str, names: list[str], context: click.Context) -> None:
        self.word = word
        # The letters of another word in another order are no slip of the fingers: "nope" is not "open".
        self.nearest = [name for name in nearest(word, names) if name[:1] == word[:1].lower() or word.lower() in name]
        super().__init__(f'there is no command "{word}".', context)


class FolderGroup(click.Group):
    """A click group whose commands are the files of a package; ``on_open`` is told of each that is opened."""

    def __init__(self, *arguments: Any, package: str, examples: str = "", **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.package = package
        self.examples = examples
        self.on_open: Callable[[click.Command], None] | None = None

    def list_commands(self, context: click.Context) -> list[str]:
        """Return the names of the commands, opening none."""
        package = importlib.import_module(self.package)
        files = (name for folder in package.__path__ for name in os.listdir(folder))
        return sorted({file[:-3].replace("_", "-") for file in files if file.endswith(".py") and file[0] != "_"})

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """Open the file of ``name`` and return its command, or None where there is no such file."""
        if name in self.commands:
            return self.commands[name]
        if not _is_file_name(name) or name not in self.list_commands(context):
            return None
        command: click.Command = self._open(name).command
        command.name = name
        _add_global_options(command)
        if self.on_open:
            self.on_open(command)
        self.commands[name] = command
        return command

    def resolve_command(
        self, context: click.Context, arguments: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that ``arguments`` begin with; a mistyped one gets its nearest neighbours."""
        word = arguments[0]
        if self.get_command(context, word) is None and not word.startswith("-"):
            raise NoSuchCommand(word, self.list_commands(context), context)
        return super().resolve_command(context, arguments)

    def format_help(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help: what it is, examples, the commands under their headings, the options."""
        self.format_usage(context, formatter)
        self.format_help_text(context, formatter)
        if self.examples:
            with formatter.section("Examples"):
                formatter.write_dl([(line[:31].rstrip(), line[31:]) for line in self.examples.splitlines()])
        self.format_commands(context, formatter)
        click.Command.format_options(self, context, formatter)
        self.format_epilog(context, formatter)

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands under their headings."""
        headings: dict[str, list[tuple[str, str]]] = {heading: [] for heading in GROUPS}
        names = self.list_commands(context)
        for name in names:
            command = self.get_command(context, name)
            if command and not command.hidden:
                row = (name.ljust(max(map(len, names))), command.get_short_help_str(formatter.width))
                headings.setdefault(self._open(name).GROUP, []).append(row)
        for heading, rows in headings.items():
            if rows:
                with formatter.section(heading):
                    formatter.write_dl(rows)

    def _open(self, name: str) -> Any:
        return importlib.import_module(f"{self.package}.{name.replace('-', '_')}")


def _is_file_name(name: str) -> bool:
    return name.isascii() and name.replace("-", "").isalnum()


def _add_global_options(command: click.Command) -> None:
    """Let the global options stand after the command too; one that the command declares itself stays its own."""
    taken = {word for parameter in command.params for word in parameter.opts}
    command.params.extend(option for option in global_options(is_hidden=True) if taken.isdisjoint(option.opts))
    if not command.epilog:
        command.epilog = "The options of c360 itself (--home, --quiet, ...) fit here too: c360 --help."
    if isinstance(command, click.Group):
        for child in command.commands.values():
            _add_global_options(child)
