"""One way for every command to get its config, its store, its output format and the facts about the terminal."""

import os
import sys
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import click

from c360cli import __version__
from c360cli.config import Config
from c360cli.config import load as load_config
from c360cli.paths import find_home
from c360cli.times import Clock, system_clock
from c360cli.tuples import NamedTuple

if TYPE_CHECKING:
    from c360cli.errors import AmbiguousCustomer
    from c360cli.kinds import Own
    from c360cli.store import Store

AnyFunction = TypeVar("AnyFunction", bound=Callable[..., Any])


class Terminal(NamedTuple):
    """What stdout is: ``width`` in cells is None where it is no terminal, and then nothing is cut.

    ``height`` is in lines, None where it is no terminal or one that does not tell.
    """

    width: int | None
    has_color: bool
    height: int | None = None


class Session:
    """What one call of c360 knows: the global options, and everything that is opened because of them.

    ``choose`` asks which of several customers is meant; whoever was asked is not asked again about the same word.
    ``written`` is what a person has just written in the editor, where it is kept until it stands in the store.
    """

    def __init__(
        self,
        clock: Clock = system_clock,
        environ: Mapping[str, str] = os.environ,
        choose: "Callable[[AmbiguousCustomer], str] | None" = None,
    ) -> None:
        self.clock = clock
        self.environ = environ
        self.options: dict[str, Any] = {}
        self.written = ""
        self._choose = choose
        self._chosen: dict[str, str] = {}

    @cached_property
    def home(self) -> str:
        """The absolute path of the home, which need not exist."""
        return find_home(self.options.get("home"), self.environ)

    @cached_property
    def config(self) -> Config:
        """The checked config; ConfigError where there is none, or something in it is wrong."""
        return load_config(self.home, self.options.get("store"), self.options.get("user"), self.environ)

    def open_store(self, read_only: bool = False, instead: str = "") -> "Store":
        """Return the open store, or the one ``instead``, to be used with ``with``; StoreError where it cannot be."""
        from c360cli.store import open_store

        config = self.config
        store = open_store(
            instead or config.store, clock=self.clock, zone=config.zone, read_only=read_only,
            password=config.password(), user=config.user,
        )  # fmt: skip
        store.choose = self.choose if self._choose else None
        store.own_fields = self.own_fields
        store.survey_roles = config.survey_roles
        store.tells_contacts = config.contact_owner in ("push", "both")
        return store

    def own_fields(self) -> "Mapping[str, Own]":
        """Return what fields of one's own are declared to hold; read when something is asked about them."""
        from c360cli.layout.fields import own

        return own(self.config.home, self.config.presets)

    def choose(self, error: "AmbiguousCustomer") -> str:
        """Return the slug of the customer that is meant; raises ``error`` where nobody can be asked."""
        if self._choose is None:
            raise error
        if error.word not in self._chosen:
            self._chosen[error.word] = self._choose(error)
        return self._chosen[error.word]

    @property
    def is_quiet(self) -> bool:
        """Whether the user asked for no talk: errors only."""
        return bool(self.options.get("quiet"))

    @cached_property
    def terminal(self) -> Terminal:
        """What stdout is."""
        width = _width(sys.stdout, self.environ)
        color = has_color(self.environ, width is not None, bool(self.options.get("no_color")))
        return Terminal(width, color, None if width is None else _height(sys.stdout, self.environ))

    @cached_property
    def talk(self) -> Terminal:
        """What stderr is: progress and colour only where its width is known."""
        width = _width(sys.stderr, self.environ)
        return Terminal(width, has_color(self.environ, width is not None, bool(self.options.get("no_color"))))

    def write(self, text: str) -> None:
        """Put data on stdout, with the colours that are in it if this terminal has any."""
        click.echo(text, color=self.terminal.has_color)

    def write_sentences(self, *sentences: str) -> None:
        """Put sentences on stdout, a line each; what is hostile in them visible, on a terminal broken at spaces."""
        from c360cli.text import folded, one_line

        self.write("\n".join(folded(one_line(each), self.terminal.width) for each in sentences))

    def write_json(self, value: Any) -> None:
        """Put ``value`` on stdout as JSON, whatever a source hid in it escaped; indented on a terminal only."""
        from c360cli.render.json import written

        self.write(written(value, is_read_by_people=self.terminal.width is not None))

    def say(self, text: str) -> None:
        """Put talk on stderr, unless the user asked for quiet."""
        if not self.is_quiet:
            click.echo(text, err=True, color=self.talk.has_color)


def current() -> Session:
    """Return the session of the command that runs."""
    session = click.get_current_context().find_root().obj
    assert isinstance(session, Session)
    return session


def has_color(environ: Mapping[str, str], is_terminal: bool, is_refused: bool = False) -> bool:
    """Return whether to use colour: the option, then NO_COLOR, then FORCE_COLOR, then the terminal decides.

    https://no-color.org: NO_COLOR counts when it is not empty, whatever it says.
    """
    if is_refused or environ.get("NO_COLOR"):
        return False
    for name in ("FORCE_COLOR", "CLICOLOR_FORCE"):
        if environ.get(name):
            return environ[name] != "0"
    return is_terminal and environ.get("TERM") != "dumb"


def _width(stream: Any, environ: Mapping[str, str]) -> int | None:
    if stream is None or not stream.isatty():
        return None
    if environ.get("COLUMNS", "").isdecimal() and int(environ["COLUMNS"]):
        return int(environ["COLUMNS"])
    try:
        return os.get_terminal_size(stream.fileno()).columns or 80
    except (OSError, ValueError):
        return 80


def _height(stream: Any, environ: Mapping[str, str]) -> int | None:
    if environ.get("LINES", "").isdecimal() and int(environ["LINES"]):
        return int(environ["LINES"])
    try:
        return os.get_terminal_size(stream.fileno()).lines or None
    except (OSError, ValueError):
        return None


def formats(*names: str) -> Callable[[AnyFunction], AnyFunction]:
    """Give a command ``--format`` (the first of ``names`` when nothing is said) and ``--json``.

    The command gets the name as ``format``.
    """

    def note(context: click.Context, parameter: click.Parameter, is_json: bool) -> None:
        context.meta["c360.json"] = is_json

    def choose(context: click.Context, parameter: click.Parameter, chosen: str | None) -> str:
        if not context.meta.get("c360.json"):
            return chosen or names[0]
        if chosen not in (None, "json"):
            raise click.UsageError(f"--json and --format {chosen} do not fit together.", context)
        return "json"

    def add(function: AnyFunction) -> AnyFunction:
        words = f"How to print: {', '.join(names)}."
        function = click.option("--format", type=click.Choice(names), callback=choose, help=words)(function)
        if "json" in names:
            function = click.option(
                "--json",
                is_flag=True,
                is_eager=True,
                expose_value=False,
                callback=note,
                help="Short for --format json.",
            )(function)
        return function

    return add


def _keep(context: click.Context, parameter: click.Parameter, value: Any) -> None:
    """Note a global option in the session; said twice, the one nearer to the end counts."""
    session = context.find_root().obj
    if value and isinstance(session, Session):
        session.options[str(parameter.name)] = value


def _show_version(context: click.Context, parameter: click.Parameter, is_asked: bool) -> None:
    if is_asked and not context.resilient_parsing:
        click.echo(f"c360 {__version__}")
        context.exit()


def global_options(is_hidden: bool = False) -> list[click.Option]:
    """Return the options every command has; they go before the command or after it."""
    options: list[tuple[tuple[str, ...], dict[str, Any]]] = [
        (("--home",), {"metavar": "DIR", "help": "The folder of config, store and layouts (C360_HOME)."}),
        (("--store",), {"metavar": "URL", "help": "The store: a path or postgresql://... (C360_STORE)."}),
        (("--user",), {"metavar": "EMAIL", "help": "Who you are (C360_USER)."}),
        (("--no-color",), {"is_flag": True, "help": "No colour (NO_COLOR)."}),
        (("-q", "--quiet"), {"is_flag": True, "help": "No talk on stderr but errors."}),
        (("--debug",), {"is_flag": True, "help": "With an error, show where in c360 it arose."}),
    ]
    kept = [click.Option(names, expose_value=False, callback=_keep, is_eager=True, hidden=is_hidden, **more)
            for names, more in options]  # fmt: skip
    version = click.Option(
        ("--version",), is_flag=True, expose_value=False, is_eager=True, callback=_show_version, hidden=is_hidden,
        help="Show the version and stop.",
    )  # fmt: skip
    return [*kept, version]
