"""The line as it has to be written, where an option at its end takes a value and has none."""

from collections.abc import Iterator, Sequence

import click


def written_right(cli: click.Group, words: Sequence[str], option: str) -> str:
    """Return ``tag acme --remove TAG`` for the words typed; nothing where the option is none of the command's."""
    import shlex

    for command in _commands(cli, words):
        for parameter in command.params:
            if option in parameter.opts and isinstance(parameter, click.Option) and not parameter.is_flag:
                takes = parameter.make_metavar(click.Context(command))
                return f"{shlex.join(words)} {takes}"
    return ""


def _commands(cli: click.Group, words: Sequence[str]) -> Iterator[click.Command]:
    """Yield the command that was typed, or all of a group's where none of them was: one stands for its group."""
    group = cli
    for word in words:
        command = group.get_command(click.Context(group), word)
        if isinstance(command, click.Group):
            group = command
        elif command:
            yield command
            return
    yield group
    if group is not cli:
        yield from group.commands.values()
