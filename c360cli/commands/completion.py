"""``c360 completion``: the script that lets a shell complete the words of c360."""

import click

from c360cli.session import current

GROUP = "Set up"


@click.command()
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
def command(shell: str) -> None:
    """Print what makes SHELL complete commands, options, customers, sections, fields, tags and ids.

    \b
    eval "$(c360 completion bash)"     in ~/.bashrc
    eval "$(c360 completion zsh)"      in ~/.zshrc
    c360 completion fish | source      in ~/.config/fish/config.fish
    """
    from c360cli.commands._completing import script

    current().write(script(shell))
