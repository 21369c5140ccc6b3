"""How a person at a terminal is asked: a question is a line on stderr, asked again, with the reason, until it is one.

Nothing of it goes to stdout, which belongs to the data. Who leaves a question (Ctrl-C, Ctrl-D) has written nothing.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import click

from c360cli.errors import NotFound, UsageError
from c360cli.nearest import did_you_mean
from c360cli.session import current
from c360cli.text import columns, cut, folded, is_broken, one_line, visible, width

Answer = TypeVar("Answer")

NEEDED = "An answer is needed; Ctrl-C leaves."
NOTHING = "empty for none"
NONE = "none"  # which says so too
ANSWER_CELLS = 12  # with the signs around it
NUMBER_DIGITS = 2  # so many lines are listed at most; longer ones may be ids
LEAST_CELLS = 12  # of the column that gives way where a terminal is narrow
YES, NO = ("y", "yes"), ("n", "no")
# What arrows, Esc and the like write; nobody answers with them, and "\x1b[A" is not "a", who may be somebody.
KEYS = frozenset(map(chr, (*range(32), 127))) - {"\t"}


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
        click.echo(f"{folded(f'{one_line(question)}{shown}:', current().talk.width)} ", nl=False, err=True)
        try:
            line = sys.stdin.readline()
        except KeyboardInterrupt:
            line = ""
        except UnicodeDecodeError:
            line = "\0"
        if not line:
            click.echo(err=True)
            raise Unanswered
        answer = line.strip()
        if is_broken(answer):
            say("That was no text in UTF-8.")
        elif any(char in KEYS for char in answer):
            say("That has a key in it that writes no letter, as the arrows do.")
        else:
            return answer or default


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


def out_of_range(answer: str, count: int) -> str:
    """Return what is wrong with an answer that can only be the number of a line; nothing for another answer."""
    if not (answer.isascii() and answer.isdecimal() and len(answer) <= NUMBER_DIGITS):
        return ""
    if count < 2:
        return "The only number is 1." if count else "Nothing is listed that has a number."
    return f"A number from 1 to {count}."


def choose(question: str, words: Sequence[str], default: str = "") -> str:
    """Ask for one of ``words``, shown with numbers; the number, or the word in any letter case, is the answer."""
    if len(words) == 1:
        default = words[0]
    return ask(_with_words(question, words, default), lambda answer: _one_of(words, answer), default)


def choose_perhaps(question: str, words: Sequence[str]) -> str | None:
    """Ask as ``choose`` does, for what may be left out; None for an empty answer, and where there are no words."""
    if not words:
        return None
    none = () if NONE in map(str.lower, words) else (NONE,)
    found = ask_perhaps(_with_words(question, words, f"({NOTHING})"), lambda answer: _one_of([*words, *none], answer))
    return None if found in none else found


def _with_words(question: str, words: Sequence[str], more: str) -> str:
    """Return the question with the words there are; where a line has no room for both, they are shown before it."""
    numbered = [f"{at} {word}" for at, word in enumerate(words, 1)]
    whole, cells = f"{question} ({', '.join(numbered)})", current().talk.width
    if cells is None or width(f"{whole} {more}") + ANSWER_CELLS <= cells:
        return whole
    for line in _filled([f"{one_line(question)}:", *(f"{each}," for each in numbered[:-1]), numbered[-1]], cells):
        say(line)
    return question


def _filled(pieces: Sequence[str], cells: int) -> list[str]:
    """Return lines of pieces that stay whole where they fit, further lines a little below the first word."""
    lines: list[str] = []
    for piece in map(one_line, pieces):
        if lines and width(f"{lines[-1]} {piece}") <= cells:
            lines[-1] += f" {piece}"
        else:
            lines.append(f"  {piece}" if lines else piece)
    return lines


def _one_of(words: Sequence[str], answer: str) -> str:
    for at, word in enumerate(words, 1):
        if answer.lower() in (word.lower(), str(at)):
            return word
    raise UsageError("One of the words, or its number.", did_you_mean(answer, words))


def confirm(question: str) -> bool:
    """Ask for yes or no; nothing is no."""
    while True:
        answer = answer_to(f"{question} [y/N]").lower() or "n"
        if answer in (*YES, *NO):
            return answer in YES
        say("y or n.")


def show_numbered(rows: Sequence[Sequence[str]], total: int, grows: int, *, is_first: bool = False) -> None:
    """Show rows with numbers in front, ``total`` is how many there are of them.

    Where a line would be wider than the terminal columns give way, no more than is needed: the others down to a fifth
    of it, then the column ``grows``, at last the first, by which things are known, down to half of it. With
    ``is_first`` the column ``grows`` does so before the others, which tell the rows apart.
    """
    told = [at for at in range(len(rows[0])) if at in (0, grows) or any(row[at] for row in rows)]
    rows = [[one_line(row[at]) for at in told] for row in rows]
    grows, cells = told.index(grows), current().talk.width
    if cells is not None:
        others = [at for at in range(1, len(told)) if at != grows]
        rows = _fitted(rows, [grows, *others, 0] if is_first else [*others, grows, 0], grows, cells)
    for line in columns([(str(number), *row) for number, row in enumerate(rows, 1)], indent="  ", right=(0,)):
        click.echo(line, err=True)
    if total > len(rows):
        say(f"  … and {total - len(rows):,} more")


def _fitted(rows: Sequence[Sequence[str]], giving: Sequence[int], grows: int, cells: int) -> list[list[str]]:
    sizes = [max(map(width, column)) for column in zip(*rows, strict=True)]
    excess = sum(size + 2 for size in sizes) + len("  ") + len(str(len(rows))) - cells
    for at in giving:
        least = LEAST_CELLS if at == grows else max(cells // (5 if at else 2), LEAST_CELLS)
        given = min(max(excess, 0), max(sizes[at] - least, 0))
        sizes[at], excess = sizes[at] - given, excess - given
    return [[cut(cell, size) for cell, size in zip(row, sizes, strict=True)] for row in rows]
