"""What commands that write share: whether somebody can be asked, long text from an editor or stdin."""

import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import click

from c360cli.errors import UsageError
from c360cli.session import Session
from c360cli.text import visible

if TYPE_CHECKING:
    from c360cli.store import Store

# What a person sees in the editor below the empty line in which to write.
CUT = "# ---- what stands below this line is not kept ----"
LONGEST_INPUT = 1_000_000  # letters; nobody types as many
# Stands for a text in a rehearsal.
TO_COME = "what is about to be written"


def is_dialogue(session: Session) -> bool:
    """Return whether a person sits there who can be asked: questions go to stderr, answers come from stdin."""
    return bool(sys.stdin and sys.stdin.isatty()) and session.talk.width is not None


def needed(given: str | None, argument: str, choices: Sequence[str] = ()) -> str:
    """Return what was given; UsageError that names the ``argument`` where that is nothing, as nobody could be asked."""
    if given:
        return given
    known = f" One of: {', '.join(choices)}." if choices else ""
    raise UsageError(f"{argument} is missing.", f"On a terminal c360 asks for it.{known}")


def read_long(
    session: Session, given: str | None, what: str, about: str = "", edit: bool = False, before: str = ""
) -> str | None:
    """Return a long text: ``given``, stdin where that is ``-``, or with ``edit`` what a person writes in the editor.

    ``about`` is a line for the editor, ``before`` what stands in it at first. None where nothing was given or written;
    ``what`` names the text in errors. What was written in the editor is told where it could not be kept.
    """
    if given == "-":
        return from_stdin(what)
    if given is not None or not edit or not is_dialogue(session):
        return given
    below = f"\n\n{CUT}\n{''.join(f'# {line}' for line in visible(about).splitlines())}\n"
    written = _edited(f"{before}{below}")
    # The last one is ours: what was written may speak of such a line itself.
    kept, cut, rest = (written or "").rpartition(CUT)
    text = (kept if cut else rest).strip()
    session.written = "" if text == before.strip() else text
    return text or None


def _edited(text: str) -> str | None:
    """Return what became of ``text`` in the editor, None where it was not saved; UsageError where that cannot be."""
    try:
        return click.edit(text, extension=".md")
    except click.ClickException as error:
        hint = "Set $EDITOR to your editor, or give the text itself; - reads it from stdin."
        raise UsageError(error.format_message(), hint) from error


def rehearse(session: Session, work: "Callable[[Store], object]", customer: str | None = None) -> None:
    """Do ``work`` and undo it: what is wrong with it is said before a person has written a page in the editor."""
    if is_dialogue(session):
        with session.open_store() as store:
            if customer is not None:
                store.find_customer(customer)  # where several fit, a person chooses while nobody has to wait
            with store.transaction(keep=False):
                work(store)


def written(
    session: Session,
    given: str | None,
    what: str,
    about: str,
    edit: bool,
    work: "Callable[[Store, str], object]",
    before: str = "",
    customer: str | None = None,
) -> str | None:
    """Return a long text as ``read_long`` does, after a rehearsal of ``work`` with a text that is to come."""
    if edit and given is None:
        rehearse(session, lambda store: work(store, TO_COME), customer)
    return read_long(session, given, what, about, edit, before)


def from_stdin(what: str, most: int = LONGEST_INPUT) -> str:
    """Return the text on stdin; UsageError where it is no UTF-8 or longer than ``most`` letters."""
    # A letter has at most four bytes; one more than all of them tells that it is too long.
    data = sys.stdin.buffer.read(most * 4 + 1)
    if len(data) > most * 4:
        raise UsageError(f"{what} has at most {most:,} characters; stdin holds more.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError("what stands on stdin is no text in UTF-8.", "iconv -t utf-8 turns it into that.") from error
