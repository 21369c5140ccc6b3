"""The role every connector plays, and what c360 hands it.

A connector is a factory ``connect(name, options, context) -> Connector``, named by an entry point of the group
``c360.connectors``. It never sees the store: it reads a source and yields pages of records.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any, Protocol

from c360cli.records import Cursor, RecordPage
from c360cli.tuples import NamedTuple


class Stream(NamedTuple):
    """One list of records a source offers; ``kinds`` are the kinds its records may have.

    ``is_whole`` says that every fetch brings all of it, whatever the cursor: then a sync compares how much came with
    what the store has. Of a stream, at most ``most_bad`` of the records may be set aside before it is stopped.
    """

    name: str
    kinds: tuple[str, ...]
    is_whole: bool = False
    most_bad: float = 0.05


class RollCall(NamedTuple):
    """The ids of all living records of a stream, page by page; all of them, and no other record's, begin so.

    Those that begin with something are letters and digits. Without ``finds_missing`` it only tells what is gone.
    """

    prefix: str
    pages: Iterator[Sequence[str]]
    finds_missing: bool = True


class Context(NamedTuple):
    """What a connector may use of the world: everything it would otherwise reach for by itself.

    ``secret`` turns a reference of the config (``{env: NAME}``) into its value and raises ConfigError where it
    has none. ``sleep`` waits (and is how a test makes waiting free). ``zone`` is the configured time zone, for
    sources that write local times without naming theirs, ``currency`` that of amounts which name none.
    """

    home: str
    zone: tzinfo
    clock: Callable[[], datetime]
    sleep: Callable[[float], None]
    secret: Callable[[Any], str]
    currency: str = "USD"


class LoginStatus(NamedTuple):
    """What is known of a source's login without asking the source; never a secret.

    ``state`` is ``logged in``, ``not logged in``, ``ended`` (the source refused to renew it), ``configured`` (nothing
    is kept: all it needs is named in config.yaml) or ``incomplete`` (what is named there is not to be had). ``kept_in``
    says where the tokens, or the references to them, are. ``expires_at`` is the end of the access token,
    ``renewable_until`` of the login if it is not used; None: not said.
    """

    type: str
    state: str
    kept_in: str
    instance: str
    user: str | None = None
    scopes: tuple[str, ...] = ()
    expires_at: str | None = None
    renewable_until: str | None = None
    saved_at: str | None = None
    note: str = ""


class Login(Protocol):
    """How a source is logged in to; a connector that has one offers it as ``login``, for ``c360 auth``.

    ``port`` is where the browser comes back to; 0 for a login nobody has to be asked for.
    """

    port: int

    def status(self) -> LoginStatus:
        """Return what is known of the login, without asking the source."""
        ...

    def address(self, redirect_uri: str, state: str, challenge: str) -> str:
        """Return the address where a person logs in, for the code that comes back to ``redirect_uri``."""
        ...

    def finish(self, code: str, verifier: str, redirect_uri: str) -> None:
        """Turn the code that came back into tokens and keep them. Raises LoginRefused."""
        ...

    def renew(self) -> None:
        """Get fresh tokens and keep them, where they are kept at all. Raises LoginRefused."""
        ...

    def name_user(self) -> str | None:
        """Ask the source who we are, and keep the answer beside the tokens."""
        ...

    def forget(self) -> tuple[bool, str]:
        """Revoke the tokens at the source and keep none; return whether there were any, and what went wrong or ""."""
        ...


class Connector(Protocol):
    """One configured source.

    ``links`` maps a kind to the URL of its record at the source, with ``{id}`` for the source's id: the store keeps
    these templates, so a page links without opening the connector. A connector that logs in offers its ``login``.
    """

    name: str
    streams: tuple[Stream, ...]
    links: Mapping[str, str]

    def check(self) -> str:
        """Try the login and return one sentence about who we are there.

        Raises LoginRefused or SourceDown; ConfigError when the options do not fit together.
        """
        ...

    def fetch(self, stream: str, cursor: Cursor | None) -> Iterator[RecordPage]:
        """Yield the pages of ``stream`` that come after ``cursor`` (None: from the beginning).

        Every page carries the cursor to go on with after it. A source with nothing new may yield no page, or one
        page without records. Raises SourceError; a single bad record goes into the page's ``aside`` instead.
        """
        ...

    # A connector that can ask for single records may have one more method. What lies aside of ``stream`` is asked for
    # again at the beginning of the next sync; the cursors of these pages are not kept.
    #
    #     def fetch_again(self, stream: str, source_ids: Sequence[str]) -> Iterator[RecordPage]: ...
    #
    # One whose cursors remember what was there, to notice what is gone, may have this. With c360 sync --full it says
    # where the beginning of ``stream`` is for who has read up to ``cursor``; without it that is None.
    #
    #     def anew(self, stream: str, cursor: Cursor) -> Cursor | None: ...
    #
    # One that tells from a cursor what was read may have this: whether it reads some of it too. By it a source that was
    # given another name is refused, before everything is in the store twice. It may ask, and raise SourceError.
    #
    #     def has_read(self, stream: str, cursor: Cursor) -> bool: ...
    #
    # And one that can list all ids may have this: every ``reconcile_days`` days (an attribute), with
    # c360 sync --reconcile, and after every read where it ``lists_all`` (another one), what the source has no more is
    # buried, and what never came is fetched by the method above. None says that it cannot tell today, for example
    # because the login no longer sees the stream.
    #
    #     def roll_call(self, stream: str) -> RollCall | None: ...


Factory = Callable[[str, Mapping[str, Any], Context], Connector]
