"""What the shell is told when it wants a word completed.

The store is opened read-only, and whatever is wrong (no config, no store, a server that is away) is no completion: a
person who presses the tab key wants no error in the middle of a line.
"""

import contextlib
import os
from functools import partial
from typing import Any

import click
from click.shell_completion import CompletionItem, ShellComplete

from c360cli.commands._completing_asked import MOST, Asked, Words
from c360cli.commands._completing_shells import SCRIPTS, Typed, answer, typed
from c360cli.commands._completing_words import words_of
from c360cli.errors import C360Error
from c360cli.session import Session
from c360cli.text import visible

VARIABLE = "_C360_COMPLETE"


def complete(cli: click.Command, session: Session, instruction: str) -> int:
    """Answer the shell, and return the exit code; the commands of ``cli`` have been taught by ``teach``."""
    shell = instruction.removesuffix("_complete")
    if shell not in SCRIPTS:
        return 1
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stderr(nowhere):
        asked = typed(shell)
        try:
            items = _items(cli, session, asked)
        except (click.ClickException, C360Error):  # a command that is not there, an option that makes no sense yet
            return 0
    click.echo(answer(shell, asked, items), nl=False)
    return 0


def script(shell: str) -> str:
    """Return what makes a shell ask."""
    return SCRIPTS[shell].rstrip("\n")


def _items(cli: click.Command, session: Session, asked: Typed) -> list[CompletionItem]:
    found = ShellComplete(cli, {"obj": session}, "c360", VARIABLE).get_completions(list(asked.words[1:]), asked.last)
    # Of --option=VALUE the values are found, and the whole is a word of the shell's.
    option, equals, _ = asked.last.partition("=")
    if option.startswith("-") and equals:
        for item in found:
            item.value = f"{option}={item.value}"
    return [item for item in found if visible(item.value) == item.value]


def teach(command: click.Command) -> None:
    """Let the parameters of a command, and of its children, complete what the store knows."""
    _teach(command, command.name or "")


def _teach(command: click.Command, path: str) -> None:
    for parameter in command.params:
        words = words_of(path, parameter.name or "")
        if words and not isinstance(parameter.type, click.Choice):
            setattr(parameter, "shell_complete", partial(_complete, words))  # noqa: B010 -- a method of click's
    if isinstance(command, click.Group):
        for child in command.commands.values():
            _teach(child, f"{path} {child.name}")


def _complete(words: Words, context: click.Context, incomplete: str) -> list[CompletionItem]:
    session = context.find_root().obj
    found: dict[str, CompletionItem] = {}
    try:
        with session.open_store(read_only=True) as store:
            for word in words(Asked(store, session, incomplete, _given(context))):
                if len(found) == MOST:
                    break
                # One that begins with a dash would be read as an option.
                if word.lower().startswith(incomplete.lower()) and word[:1] != "-":
                    found[word] = CompletionItem(word)
    except (C360Error, OSError, ValueError):
        return []
    return list(found.values())


def _given(context: click.Context) -> dict[str, Any]:
    """Return what stands in the line, by its parameter.

    Behind an option that waits for its value click takes no argument for one: they are read again without it.
    """
    if not context.args:
        return context.params
    parent, words = context.parent, list(context.args)
    with context.command.make_context(context.info_name, words, parent, resilient_parsing=True) as again:
        found = {name: value for name, value in context.params.items() if value is not None}
        return {**again.params, **found}
