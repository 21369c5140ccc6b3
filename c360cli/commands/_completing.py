"""What the shell is told when it wants a word completed: words of the store, by what the parameter is called.

The store is opened read-only, and whatever is wrong (no config, no store, a server that is away) is no completion: a
person who presses the tab key wants no error in the middle of a line.
"""

import contextlib
import os
import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem, ShellComplete, get_completion_class, shell_complete

from c360cli.errors import C360Error
from c360cli.session import Session

if TYPE_CHECKING:
    from c360cli.store import Store

VARIABLE = "_C360_COMPLETE"
MOST = 500  # nobody reads more, and a shell asks before it shows half as many

# A shell puts the word into the line as it is: what it would run, or split, is not offered.
_HARMLESS = re.compile(r"[\w@%+:,./-][\w@%+=:,./-]*").fullmatch

Words = Callable[["Store", Session, str], Iterator[str]]


def complete(cli: click.Command, session: Session, instruction: str) -> int:
    """Answer the shell, and return the exit code; the commands of ``cli`` have been taught by ``teach``."""
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stderr(nowhere):
        try:
            return shell_complete(cli, {"obj": session}, "c360", VARIABLE, instruction)
        except (click.ClickException, C360Error):  # a command that is not there, an option that makes no sense yet
            return 0


def script(cli: click.Command, shell: str) -> str:
    """Return the script for a shell; click's own, without asking the shell for its version first."""
    made = get_completion_class(shell)
    assert made is not None
    return ShellComplete.source(made(cli, {}, "c360", VARIABLE))


def teach(command: click.Command) -> None:
    """Let the parameters of a command, and of its children, complete what the store knows."""
    known = {**_WORDS, **_WORDS_OF.get(command.name or "", {})}
    _teach(command, known)


def _teach(command: click.Command, known: Mapping[str, Words]) -> None:
    for parameter in command.params:
        words = known.get(parameter.name or "")
        if words and not isinstance(parameter.type, click.Choice):
            setattr(parameter, "shell_complete", partial(_complete, words))  # noqa: B010 -- a method of click's
    if isinstance(command, click.Group):
        for child in command.commands.values():
            _teach(child, known)


def _complete(words: Words, context: click.Context, incomplete: str) -> list[CompletionItem]:
    session = context.find_root().obj
    found: list[CompletionItem] = []
    try:
        with session.open_store(read_only=True) as store:
            for word in words(store, session, incomplete):
                if word.lower().startswith(incomplete.lower()) and _HARMLESS(word) and len(found) < MOST:
                    found.append(CompletionItem(word))
    except (C360Error, OSError, ValueError):
        return []
    return found


def _customers(store: "Store", session: Session, start: str) -> Iterator[str]:
    rows = store.stream(
        "select slug from customer where deleted_at is null and slug >= :start and slug < :beyond"
        f" order by slug limit {MOST}",
        start=start.lower(),
        beyond=start.lower() + "\U0010ffff",
    )
    yield from (row[0] for row in rows)


def _things(store: "Store", session: Session, start: str) -> Iterator[str]:
    if start.startswith("cta:"):
        yield from (f"cta:{word}" for word in _ctas(store, session, start))
    elif start.startswith("person:"):
        rows = store.stream("select distinct lower(email) from contact where deleted_at is null and email is not null")
        yield from (f"person:{row[0]}" for row in rows)
    else:
        yield from _customers(store, session, start)


def _ctas(store: "Store", session: Session, start: str) -> Iterator[str]:
    from c360cli.store.ctas import SHORT_ID

    rows = store.stream(
        f"select {SHORT_ID.format('t')} from cta t where t.deleted_at is null and t.is_open = 1"
        " order by t.due_on desc, t.id"
    )
    yield from (row[0] for row in rows)


def _tags(store: "Store", session: Session, start: str) -> Iterator[str]:
    from c360cli.store.tagging import counts

    yield from (row["tag"] for row in counts(store))


def _sections(store: "Store", session: Session, start: str) -> Iterator[str]:
    from c360cli.actions.show import known_sections

    yield from (section.name for section in known_sections())


def _datasets(store: "Store", session: Session, start: str) -> Iterator[str]:
    from c360cli.datasets.known import names

    yield from names()


def _fields(store: "Store", session: Session, start: str) -> Iterator[str]:
    from c360cli.actions.known_fields import known_fields

    yield from known_fields(session.config, store)


def _assignments(store: "Store", session: Session, start: str) -> Iterator[str]:
    from c360cli.actions.known_fields import known_fields

    for field in known_fields(session.config, store).values():
        if start.startswith(f"{field.name}="):
            yield from (f"{field.name}={value}" for value in field.values)
        else:
            yield f"{field.name}="


_WORDS: dict[str, Words] = {
    "customer": _customers,
    "thing": _things,
    "cta": _ctas,
    "cta_id": _ctas,
    "tags": _tags,
    "remove": _tags,
    "sections": _sections,
    "dataset": _datasets,
    "assignments": _assignments,
    "forget": _fields,
    "help_field": _fields,
    "why": _fields,
}

# Names that mean another thing in another command.
_WORDS_OF: dict[str, dict[str, Words]] = {"cta": {"id_": _ctas, "ids": _ctas}}
