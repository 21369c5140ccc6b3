"""How a person at a terminal is asked: a question is a line on stderr, asked again, with the reason, until it is one.

Nothing of it goes to stdout, which belongs to the data. Who leaves a question (Ctrl-C, Ctrl-D) has written nothing.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import click

from c360cli.errors import NotFound, UsageError
from c360cli.session import current
from c360cli.text import columns, cut, folded, is_broken, one_line, visible, width

Answer = TypeVar("Answer")

NEEDED = "An answer is needed; Ctrl-C leaves."
NOTHING = "empty for none"
ANSWER_CELLS = 12  # with the signs around it
LEAST_CELLS = 12  # of the column that gives way where a terminal is narrow
YES, NO = ("y", "yes"), ("n", "no")


class Unanswered(click.Abort):
    """Somebody left a question; ``message`` says what became of the command."""

    def __init__(self, message: str = "the question was left unanswered; nothing was written.") -> None:
        super().__init__()
        self.message = message


def say(text: str) -> None:
    """Put a line on stderr, broken where the terminal ends."""
    click.echo(folded(visible(text), current().talk.width), err=True)


def answer_to(question: str, default: str = "") -> str:
    """Return the line a person types, without blanks around it, or ``default`` for an empty one."""
    shown = f" [{one_line(default)}]" if default else ""
    while True:
        click.echo(f"{one_line(question)}{shown}: ", nl=False, err=True)
        try:
            line = sys.stdin.readline()
        except KeyboardInterrupt:
            line = ""
        except UnicodeDecodeError:
            line = "\0"
        if not line:
            click.echo(err=True)
            raise Unanswered
        if not is_broken(line):
            return line.strip() or default
        say("That was no text in UTF-8.")


def ask(question: str, read: Callable[[str], Answer], default: str = "") -> Answer:
    """Return what ``read`` makes of an answer; what is wrong with it is said, and asked again."""
    while True:
        answer = answer_to(question, default)
        if not answer:
            say(NEEDED)
            continue
        with told_what_is_wrong():
            return read(answer)


def ask_perhaps(question: str, read: Callable[[str], Answer]) -> Answer | None:
    """Ask as ``ask`` does, for what may be left out; None for an empty answer."""
    while True:
        answer = answer_to(_or_nothing(question))
        if not answer:
            return None
        with told_what_is_wrong():
            return read(answer)


def _or_nothing(question: str) -> str:
    return f"{question[:-1]}; {NOTHING})" if question.endswith(")") else f"{question} ({NOTHING})"


@contextmanager
def told_what_is_wrong() -> Iterator[None]:
    """Say what is wrong with an answer, and go on; what is wrong with the store or the config is no answer's fault."""
    try:
        yield
    except (UsageError, NotFound) as error:
        say(f"{error} {error.hint}".strip())


def choose(question: str, words: Sequence[str], default: str = "") -> str:
    """Ask for one of ``words``, shown with numbers; the number, or the word in any letter case, is the answer."""
    if len(words) == 1:
        default = words[0]
    return ask(_with_words(question, words, default), lambda answer: _one_of(words, answer), default)


def choose_perhaps(question: str, words: Sequence[str]) -> str | None:
    """Ask as ``choose`` does, for what may be left out; None for an empty answer, and where there are no words."""
    if not words:
        return None
    return ask_perhaps(_with_words(question, words, f"({NOTHING})"), lambda answer: _one_of(words, answer))


def _with_words(question: str, words: Sequence[str], more: str) -> str:
    """Return the question with the words there are; where a line has no room for both, they are shown before it."""
    shown = ", ".join(f"{at} {word}" for at, word in enumerate(words, 1))
    whole, cells = f"{question} ({shown})", current().talk.width
    if cells is None or width(f"{whole} {more}") + ANSWER_CELLS <= cells:
        return whole
    say(f"{question}: {shown}")
    return question


def _one_of(words: Sequence[str], answer: str) -> str:
    for at, word in enumerate(words, 1):
        if answer.lower() in (word.lower(), str(at)):
            return word
    raise UsageError("One of the words, or its number.")


def confirm(question: str) -> bool:
    """Ask for yes or no; nothing is no."""
    while True:
        answer = answer_to(f"{question} [y/N]").lower() or "n"
        if answer in (*YES, *NO):
            return answer in YES
        say("y or n.")


def show_numbered(rows: Sequence[Sequence[str]], total: int, grows: int) -> None:
    """Show rows with numbers in front, ``total`` is how many there are of them.

    Where a line would be wider than the terminal column ``grows`` is cut. Of the others the first, by which things
    are known, has half of it, each further one a fifth.
    """
    told = [at for at in range(len(rows[0])) if at in (0, grows) or any(row[at] for row in rows)]
    rows = [[row[at] for at in told] for row in rows]
    grows, cells = told.index(grows), current().talk.width
    if cells is not None:
        rows = _fitted(rows, grows, cells)
    for line in columns([(str(number), *row) for number, row in enumerate(rows, 1)], indent="  ", right=(0,)):
        click.echo(line, err=True)
    if total > len(rows):
        say(f"  … and {total - len(rows):,} more")


def _fitted(rows: Sequence[Sequence[str]], grows: int, cells: int) -> list[list[str]]:
    half, fifth = (max(cells // part, LEAST_CELLS) for part in (2, 5))
    kept = [
        [one_line(cell) if at == grows else cut(one_line(cell), fifth if at else half) for at, cell in enumerate(row)]
        for row in rows
    ]
    others = sum(max(map(width, column)) + 2 for at, column in enumerate(zip(*kept, strict=True)) if at != grows)
    room = max(cells - others - len("  ") - len(str(len(rows))) - 2, LEAST_CELLS)
    return [[cut(cell, room) if at == grows else cell for at, cell in enumerate(row)] for row in kept]
