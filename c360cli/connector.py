"""The role every connector plays, and what c360 hands it.

A connector is a factory ``connect(name, options, context) -> Connector``, named by an entry point of the group
``c360.connectors``. It never sees the store: it reads a source and yields pages of records.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, tzinfo
from typing import Any, NamedTuple, Protocol

from c360cli.records import Cursor, RecordPage


class Stream(NamedTuple):
    """One list of records a source offers; ``kinds`` are the kinds its records may have."""

    name: str
    kinds: tuple[str, ...]


class Context(NamedTuple):
    """What a connector may use of the world: everything it would otherwise reach for by itself.

    ``secret`` turns a reference of the config (``{env: NAME}``) into its value and raises ConfigError where it
    has none. ``sleep`` waits (and is how a test makes waiting free). ``zone`` is the configured time zone, for
    sources that write local times without naming theirs.
    """

    home: str
    zone: tzinfo
    clock: Callable[[], datetime]
    sleep: Callable[[float], None]
    secret: Callable[[Any], str]


class Connector(Protocol):
    """One configured source.

    ``links`` maps a kind to the URL of its record at the source, with ``{id}`` for the source's id: the store keeps
    these templates, so a page links without opening the connector.
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


Factory = Callable[[str, Mapping[str, Any], Context], Connector]
