"""``c360 help``: the same words as ``--help``, for people who ask before they try."""

import click

GROUP = "Set up"


@click.command()
@click.argument("words", metavar="[COMMAND]", nargs=-1)
@click.pass_context
def command(context: click.Context, words: tuple[str, ...]) -> None:
    """Explain c360, or one of its commands."""
    asked = context.find_root()
    for word in words:
        group = asked.command
        if not isinstance(group, click.Group):
            raise click.UsageError(f'"{asked.command_path}" has no commands of its own.', context)
        name, found, _ = group.resolve_command(asked, [word])
        if found is None:
            raise click.UsageError(f'"{word}" is no command.', context)
        asked = click.Context(found, parent=asked, info_name=name)
    click.echo(asked.get_help())
