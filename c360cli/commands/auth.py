"""``c360 auth``: log in to a source, out of it, and see how things stand."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from c360cli.session import current, formats

if TYPE_CHECKING:
    from c360cli.actions.auth import Known
    from c360cli.session import Session

GROUP = "Set up"


@click.group(invoke_without_command=True)
@click.pass_context
def command(context: click.Context) -> None:
    """Log in to a source, out of it, and see how things stand.

    \b
    c360 auth login salesforce    in the browser; kept and renewed from then on
    c360 auth status              who is logged in where, and until when
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@command.command()
@click.argument("source")
@click.option("--no-browser", is_flag=True, help="Print the address and open nothing.")
@click.option(
    "--timeout", type=click.IntRange(5, 3600), default=300, show_default=True, help="Seconds to wait for the browser."
)
@formats("text", "json")
def login(source: str, no_browser: bool, timeout: int, format: str) -> None:
    """Log in to SOURCE, and keep the login.

    With auth type web the browser asks you, and comes back to this machine. Where it runs on another one, paste the
    address it ends at, or open a way for it before: ssh -L 8360:localhost:8360. Other types need nobody; their login is
    tried.
    """
    import time

    from c360cli.actions.auth import log_in, open_browser
    from c360cli.text import visible

    session = current()
    reads_lines = _types()

    def show(address: str, back: str) -> None:
        is_open = not no_browser and session.talk.width is not None and open_browser(
            address, session.config, session.environ
        )  # fmt: skip
        # Whoever types -q still needs the address: without it nothing goes on.
        click.echo("Your browser opens this address:" if is_open else "Open this address in a browser:", err=True)
        click.echo(f"\n  {visible(address)}\n", err=True)
        session.say(f"Waiting for it to come back to {back}, at most {timeout} s.")
        if reads_lines:
            session.say("If it cannot, because it runs on another machine: paste the address it ends at, and Enter.")

    made = log_in(
        session.config,
        source,
        clock=session.clock,
        sleep=time.sleep,
        seconds=timeout,
        show=show,
        typed=reads_lines,
    )
    if format == "json":
        session.write_json({"source": made.source, **_facts(made.status)})
        return
    session.write(visible(f"{made.source}: {made.words}"))
    if made.status.state == "logged in":
        session.say(visible(f"The login is kept in {made.status.kept_in}."))


@command.command()
@click.argument("sources", metavar="[SOURCE]...", nargs=-1)
@formats("text", "json")
@click.pass_context
def status(context: click.Context, sources: tuple[str, ...], format: str) -> None:
    """Show who is logged in where, as whom, and until when.

    No source is asked; c360 doctor tries the logins. The exit code is 1 when a login is missing, has ended or cannot be
    read.
    """
    import time

    from c360cli.actions.auth import known

    session = current()
    found = list(known(session.config, sources, clock=session.clock, sleep=time.sleep))
    if format == "json":
        session.write_json([_row(each) for each in found])
    else:
        _tell(session, found)
    missing = any(each.error or (each.status and each.status.state in _NOT_GOOD) for each in found)
    context.exit(1 if missing else 0)


@command.command()
@click.argument("source")
@formats("text", "json")
def logout(source: str, format: str) -> None:
    """Log out of SOURCE: its tokens are revoked there, and kept here no longer."""
    import time

    from c360cli.actions.auth import log_out
    from c360cli.text import visible

    session = current()
    gone = log_out(session.config, source, clock=session.clock, sleep=time.sleep)
    if format == "json":
        session.write_json({"source": gone.source, "was_logged_in": gone.was_kept, "problem": gone.problem or None})
    elif not gone.was_kept:
        session.write(visible(f"{gone.source}: nothing was kept."))
    else:
        session.write(visible(f"{gone.source}: logged out."))
    if gone.problem:
        click.echo(visible(f"Note: it could not be revoked there. {gone.problem}"), err=True)


def _types() -> Callable[[float], str | None] | None:
    """Return what waits for a typed line, where a person can type one."""
    if sys.platform == "win32" or not (sys.stdin and sys.stdin.isatty() and sys.stderr.isatty()):
        return None

    def typed(seconds: float) -> str | None:
        import select

        ready, _, _ = select.select([sys.stdin], [], [], seconds)
        return sys.stdin.readline().strip() or None if ready else None

    return typed


def _row(each: "Known") -> dict[str, Any]:
    facts = _facts(each.status) if each.status else dict.fromkeys(_FACTS)
    error = {"error": each.error.code, "message": str(each.error)} if each.error else None
    return {"source": each.source, "connector": each.connector, **facts, "error": error}


_NOT_GOOD = ("not logged in", "ended", "incomplete")
_FACTS = (
    "type", "state", "user", "instance", "kept_in", "scopes", "expires_at", "renewable_until", "saved_at", "note",
)  # fmt: skip


def _facts(status: Any) -> dict[str, Any]:
    facts = {name: getattr(status, name) for name in _FACTS}
    return facts | {"scopes": list(status.scopes), "note": status.note or None}


def _tell(session: "Session", found: list["Known"]) -> None:
    from c360cli.text import columns, visible

    rows = [("Source", "Login", "State", "As", "Ends if not used")]
    for each in found:
        if each.status is None:
            rows.append((each.source, each.connector, "cannot be read" if each.error else "needs none", "", ""))
        else:
            said = each.status
            rows.append((each.source, said.type, said.state, said.user or "", (said.renewable_until or "")[:10]))
    for line in columns([tuple(visible(cell) for cell in row) for row in rows]):
        session.write(line.rstrip())
    for each in found:
        if each.error:
            words = str(each.error).removeprefix(f"{each.source}: ")
            click.echo(visible(f"Error: {each.source}: {words}"), err=True)
            if each.error.hint:
                click.echo(visible(f"Hint: {each.error.hint}"), err=True)
        elif each.status and each.status.note:
            session.say(visible(f"Note: {each.source}: {each.status.note}."))
        if each.status and each.status.state in ("not logged in", "ended"):
            session.say(visible(f"Next: c360 auth login {each.source}"))
