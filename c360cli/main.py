"""The ``c360`` command: the group of all commands, and what the shell gets when one of them fails.

Every error leaves as ``Error: ...`` and ``Hint: ...`` on stderr, or as one JSON line where JSON was asked for, with the
exit code of its class. What nobody foresaw is a bug: it gets a log file, never a traceback on the terminal.
"""

# ruff: noqa: E402 -- what makes the imports cheap has to come before them, see below
import errno
import gc
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

# What the imports make lives to the end: looking for garbage among it is a tenth of a cold start (4 ms of 36).
gc.disable()

from c360cli.late import open_late

open_late()

import click

from c360cli.errors import AmbiguousCustomer, C360Error, FilterError, QueryError, SourceError
from c360cli.lazy import FolderGroup, NoSuchCommand
from c360cli.session import Session, global_options
from c360cli.streams import flush_after_failure, leave, prepare, silence_stdout
from c360cli.times import Clock, system_clock

_EXAMPLES = """\
c360 demo                      fill a home with a made-up company to look around in
c360 init                      write a config for your own sources
c360 sync                      bring in what changed since the last time
c360 show acme                 the page of one customer
c360 show acme -s support      one section of it
c360 search "data migration"   find a customer, a contact, a case or an opportunity"""

EXIT_BUG, EXIT_INTERRUPTED, EXIT_BROKEN_PIPE = 70, 130, 141


@click.pass_context
def _start(context: click.Context) -> None:
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


cli = FolderGroup(
    "c360",
    package="c360cli.commands",
    examples=_EXAMPLES,
    callback=_start,
    params=[*global_options()],
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help="Customer 360 in the terminal: the whole customer on one page, offline and at once.",
    epilog="c360 help COMMAND tells more about one. Global options go before the command or after it.",
)

gc.enable()


def run() -> NoReturn:
    """Run the words of the command line and leave with the exit code."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)  # a page is made of fewer objects, and none of them in a circle
    prepare()
    leave(call(sys.argv[1:]))


def call(words: Sequence[str], clock: Clock = system_clock) -> int:
    """Run ``words`` as the shell would and return the exit code; nothing is raised."""
    session = Session(clock, choose=_choose)
    try:
        exit_code = _invoke(list(words), session)
        sys.stdout.flush()  # what cannot be printed must not end as a success
    # The outermost edge: whatever it is, the shell gets a code and the user gets words.
    except BaseException as error:
        flush_after_failure()
        return _explain(error, words, session)
    return exit_code


def _choose(error: AmbiguousCustomer) -> str:
    """Let a person at a terminal choose one of several customers."""
    from c360cli.commands._choosing import choose

    return choose(error)


def _invoke(words: list[str], session: Session) -> int:
    instruction = os.environ.get("_C360_COMPLETE")  # the shell wants a word completed
    if instruction:
        from c360cli.commands._completing import complete, teach

        cli.on_open = teach
        for opened in cli.commands.values():  # none, where this is a process of its own
            teach(opened)
        return complete(cli, session, instruction)
    # Not click's own ``main``: it answers a broken pipe by itself, and wraps the streams for the rest of the process.
    try:
        with cli.make_context("c360", words, obj=session) as context:
            cli.invoke(context)
    except click.exceptions.Exit as ended:
        return ended.exit_code
    return 0


def _explain(error: BaseException, words: Sequence[str], session: Session) -> int:
    """Tell the user about ``error`` and return its exit code."""
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else int(error.code is not None)
    if isinstance(error, BrokenPipeError):  # `c360 ... | head`: the reader has enough
        silence_stdout()
        return EXIT_BROKEN_PIPE
    if isinstance(error, KeyboardInterrupt | click.Abort):
        # A signal that was caught (c360cli.actions.stopping) brings its own code.
        exit_code, hint = getattr(error, "exit_code", EXIT_INTERRUPTED), getattr(error, "hint", "")
        # So does a question that was left, with what became of the command (c360cli.commands._questions).
        code, message = "Interrupted", getattr(error, "message", "interrupted.")
    elif isinstance(error, AmbiguousCustomer):
        code, exit_code, message, hint = error.code, error.exit_code, str(error), _said_again(error, words)
    elif isinstance(error, C360Error):
        code, exit_code, message, hint = error.code, error.exit_code, str(error), error.hint
    elif isinstance(error, click.ClickException):
        code, exit_code, message, hint = _usage(error, words, session)
    elif isinstance(error, OSError) and _is_of_the_world(error):
        silence_stdout()
        code, exit_code, message, hint = "OSError", 1, _world(error), ""
    else:
        code, exit_code, message, hint = "Bug", EXIT_BUG, *_bug(error, words, session)
    candidates = error.candidates if isinstance(error, AmbiguousCustomer) else []
    picture = _picture(*error.shown) if isinstance(error, FilterError | QueryError) and error.at is not None else ()
    mistakes = error.mistakes if isinstance(error, FilterError) else ()
    try:
        if session.written:  # in the editor: it stands nowhere else
            from c360cli.text import visible

            click.echo(visible(session.written, newlines=True), err=True)
        if isinstance(error, SourceError):  # it may repeat the login it was asked with
            from c360cli.secret import redact

            message = redact(message)
        _tell(code, exit_code, message, hint, candidates, mistakes, picture, words, session)
        if session.options.get("debug"):
            _tell_where(error)
    except (OSError, ValueError):
        return exit_code  # stderr is gone too: the code still tells
    return exit_code


def _said_again(error: AmbiguousCustomer, words: Sequence[str]) -> str:
    """Return the same command with the first candidate in the place of the word that fits several."""
    import shlex

    for at, word in enumerate(words):
        option, equals, value = word.rpartition("=")
        if error.candidates and value == error.word and (not option or option.startswith("--")):
            typed = [*words[:at], option + equals + error.candidates[0][0], *words[at + 1 :]]
            return f"c360 {shlex.join(map(_without_password, typed))}"
    return error.hint


def _without_password(word: str) -> str:
    """Return a word as it may be repeated: an address without the password in it."""
    from c360cli.secret import redact

    who, at, _ = word.partition("://")[2].rpartition("@")
    return redact(word) if (at and ":" in who) or "password=" in word else word


def _usage(error: click.ClickException, words: Sequence[str], session: Session) -> tuple[str, int, str, str]:
    context = error.ctx if isinstance(error, click.UsageError) else None
    hint = f"{context.command_path if context else 'c360'} --help"
    if isinstance(error, NoSuchCommand):
        if error.nearest:
            hint = f"c360 {error.nearest[0]}"
        elif _is_customer(error.word, session):
            import shlex

            hint = f"c360 show {shlex.quote(error.word)}"
    elif isinstance(error, click.BadOptionUsage) and context is None:  # click has lost the command
        from c360cli.commands._missing_value import written_right

        line = written_right(cli, [*map(_without_password, words)], error.option_name)
        hint = f"c360 {line}" if line else hint
    elif context and context.params.get("customer") and error.format_message().startswith("Got unexpected extra arg"):
        more = error.format_message().partition("(")[2].rstrip(").")
        hint = f'Words that belong together stand in quotes: "{context.params["customer"]} {more}"'
    code = "UsageError" if isinstance(error, click.UsageError) else type(error).__name__
    return code, error.exit_code, error.format_message(), hint


def _is_customer(word: str, session: Session) -> bool:
    """Whether the word that is no command names a customer, one or several."""
    try:
        with session.open_store(read_only=True) as store:
            store.choose = None  # this is no question
            store.find_customer(word)
    except AmbiguousCustomer:
        return True
    # A home without config or store, a damaged one: the mistake the user made is another, and is being told.
    except (C360Error, OSError, ValueError):
        return False
    return True


def _is_of_the_world(error: OSError) -> bool:
    """Whether a disk, a right or a path is to blame and not c360."""
    return error.errno in (
        errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOTDIR,
        errno.EISDIR, errno.ENAMETOOLONG, errno.EMFILE, errno.ENFILE, errno.ENOENT, errno.EBADF, errno.ELOOP,
    )  # fmt: skip


def _world(error: OSError) -> str:
    if error.filename:
        return f"{os.fsdecode(error.filename)}: {error.strerror}."
    return f"the output cannot be written: {error.strerror}."


def _bug(error: BaseException, words: Sequence[str], session: Session) -> tuple[str, str]:
    from c360cli.bug import write_log

    log = write_log(error, words, session.home, session.clock)
    return f"this is a bug in c360 ({type(error).__name__}).", f"The log {log} says where; it holds no secrets."


def _wants_json(words: Sequence[str]) -> bool:
    """Whether JSON was asked for, also where the words cannot be understood otherwise."""
    words = list(words[: words.index("--")] if "--" in words else words)
    after = words[words.index("--format") + 1 :] if "--format" in words else ()
    return "--json" in words or "--format=json" in words or after[:1] == ["json"]


def _tell(
    code: str, exit_code: int, message: str, hint: str, candidates: Sequence[tuple[str, ...]],
    mistakes: Sequence[FilterError], picture: Sequence[str], words: Sequence[str], session: Session,
) -> None:  # fmt: skip
    from c360cli.text import folded, visible

    if _wants_json(words):
        from c360cli.render.json import written

        fact: dict[str, Any] = {"code": code, "exit": exit_code, "message": message, "hint": hint}
        if candidates:
            fact["candidates"] = [{"slug": slug, "name": name, "note": note} for slug, name, note in candidates]
        if mistakes:
            fact["mistakes"] = [
                {"filter": each.text, "column": each.at + 1, "message": each.sentence, "hint": each.hint}
                for each in mistakes
            ]
        click.echo(written({"error": fact}), err=True)
        return
    color = session.talk.has_color
    lines = visible(message, newlines=True).splitlines()
    text = "\n".join(folded(f"{' ' * len('Error: ')}{line}", session.talk.width) for line in lines)
    click.echo(f"{_bold('Error:', 'red', color)} {text.lstrip()}", err=True, color=color)
    for line in (*_columns(candidates), *picture):
        click.echo(f"  {line}", err=True)
    if hint:
        click.echo(f"{_bold('Hint:', 'cyan', color)} {visible(hint)}", err=True, color=color)


def _picture(text: str, places: Sequence[int]) -> tuple[str, str]:
    """Return the part of a filter or a query around its first mistake, and a line with a caret under each in it."""
    from c360cli.text import visible, width

    start = max(0, places[0] - 40) if len(text) > 76 else 0
    end = start + 80
    carets = ""
    for at in places:
        if at < end:
            carets += " " * (width(visible(text[start:at])) - len(carets)) + "^"
    return visible(text[start:end]), carets


def _bold(word: str, ink: str, has_color: bool) -> str:
    return click.style(word, fg=ink, bold=True) if has_color else word


def _columns(rows: Sequence[tuple[str, ...]]) -> list[str]:
    if not rows:
        return []
    from c360cli.text import columns

    return columns(rows)


def _tell_where(error: BaseException) -> None:
    from c360cli.bug import traceback_of
    from c360cli.text import visible

    click.echo(visible(traceback_of(error), newlines=True), err=True)
