"""Fetching side by side: one thread a source, a page or two ahead of the merging, and no more.

Streams come in phases, for what follows is merged when the customers of all sources are. A source that is through with
one phase begins with the next: its first pages come while others are still merged.
"""

import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from c360cli.connector import Connector
from c360cli.errors import RequestRefused
from c360cli.records import Cursor, RecordPage
from c360cli.store.staging import Prepared

PAGES_AHEAD = 2
_LOOK_UP_SECONDS = 0.1
# A server that hangs holds its thread for as long as it likes; the end of the command ends the thread too.
_FAREWELL_SECONDS = 0.5


class GivenUp(BaseException):
    """Nobody waits for what this thread fetches. Raised while it waits, past every ``except Exception``."""


class Fetched(NamedTuple):
    """A page as it came, less its records, and as it can be merged.

    ``is_again`` marks one that brings what lay aside: it does not move the stream on.
    """

    prepared: Prepared
    expected: int | None
    notes: tuple[str, ...]
    is_again: bool = False


class Arrival(NamedTuple):
    """A page, or (``page`` None) the end of a stream, with the error if it broke; ``seconds`` since its start."""

    source: str
    stream: str
    page: Fetched | None
    seconds: float
    error: BaseException | None = None


class Reading(NamedTuple):
    """What one source is to be asked: by phase its streams in order, each with the cursor to go on from.

    ``again`` are the ids, by stream, that lie aside and are asked for once more. One that ``waits`` begins with a phase
    when that is merged: somebody else has something to ask its connector before.
    """

    source: str
    connector: Connector
    phases: Sequence[Mapping[str, Cursor | None]]
    again: Mapping[str, Sequence[str]] = {}
    waits: bool = False


Prepare = Callable[[str, str, RecordPage], Prepared]


class Ends:
    """What a reader gives up: one stream, one source, or everything."""

    def __init__(self) -> None:
        self.all = threading.Event()
        self._some: set[tuple[str, str | None]] = set()

    def give_up(self, source: str, stream: str | None = None) -> None:
        """Fetch no more pages of this stream, or of any stream of the source; those on the way still come."""
        self._some.add((source, stream))

    def includes(self, source: str, stream: str) -> bool:
        """Whether nobody wants more of this stream."""
        return self.all.is_set() or not self._some.isdisjoint(((source, stream), (source, None)))


class Fetching:
    """The threads of one sync, one a source; each page is checked by ``prepare`` beside the merging of others.

    A refused request ends its stream, any other error its source. Closing ends everything, and the threads as far as
    they can be reached. ``asking`` hears of each source which stream it is asked for, and None when it has answered.
    """

    def __init__(
        self,
        readings: Sequence[Reading],
        prepare: Prepare,
        ends: Ends,
        asking: Callable[[str, str | None], None] = lambda source, stream: None,
    ) -> None:
        self._prepare = prepare
        self._asking = asking
        self._ends = ends
        self._phases = [_Phase() for _ in range(max((len(reading.phases) for reading in readings), default=0))]
        self._threads = [
            threading.Thread(target=self._read, args=(reading,), daemon=True, name=f"fetch {reading.source}")
            for reading in readings
        ]
        for thread in self._threads:
            thread.start()

    def phase(self, number: int) -> Iterator[Arrival]:
        """Yield what the sources bring in this phase, as it comes; phases are to be taken in their order."""
        if not self._threads:
            return
        phase = self._phases[number]
        phase.is_merged.set()
        running = len(self._threads)
        while running:
            arrival = phase.arrivals.get()
            if arrival is None:
                running -= 1
            else:
                yield arrival

    def close(self) -> None:
        """End all that is still under way."""
        self._ends.all.set()
        for phase in self._phases:
            phase.is_merged.set()
            while not phase.arrivals.empty():
                phase.arrivals.get_nowait()
        latest = time.monotonic() + _FAREWELL_SECONDS
        for thread in self._threads:
            thread.join(timeout=max(0.0, latest - time.monotonic()))

    def _read(self, reading: Reading) -> None:
        goes_on = True
        for phase, cursors in zip(self._phases, reading.phases, strict=True):
            if reading.waits:
                phase.is_merged.wait()
            for stream, cursor in cursors.items():
                goes_on = goes_on and self._read_stream(reading, phase, stream, cursor)
            self._hand_over(phase, None)

    def _read_stream(self, reading: Reading, phase: "_Phase", stream: str, cursor: Cursor | None) -> bool:
        """Hand over the pages of a stream and its end; return whether its source goes on to the next."""
        name, started = reading.source, time.monotonic()
        problem: BaseException | None = None
        if self._ends.includes(name, stream):
            return True
        try:
            self._asking(name, stream)
            for is_again, page in _pages(reading, stream, cursor):
                self._asking(name, None)
                prepared = self._prepare(name, stream, page)
                fetched = Fetched(prepared, page.expected, tuple(map(str, page.notes)), is_again)
                del page, prepared  # two forms of a page at once are one too many
                if not self._hand_over(phase, Arrival(name, stream, fetched, time.monotonic() - started)):
                    return False
                if self._ends.includes(name, stream):
                    break
                self._asking(name, stream)
        except BaseException as error:  # handed over to the merging thread, which knows whose it is
            problem = error
        self._asking(name, None)
        self._hand_over(phase, Arrival(name, stream, None, time.monotonic() - started, problem))
        return problem is None or isinstance(problem, RequestRefused)

    def _hand_over(self, phase: "_Phase", arrival: Arrival | None) -> bool:
        """Wait until the merging has room for it; False where nobody will ever take it."""
        while not self._ends.all.is_set():
            try:
                phase.arrivals.put(arrival, timeout=_LOOK_UP_SECONDS)
            except queue.Full:
                continue
            return True
        return False


class _Phase:
    """What has come for one phase; ``is_merged`` once somebody takes it."""

    def __init__(self) -> None:
        self.arrivals: queue.Queue[Arrival | None] = queue.Queue(maxsize=PAGES_AHEAD)
        self.is_merged = threading.Event()


def _pages(reading: Reading, stream: str, cursor: Cursor | None) -> Iterator[tuple[bool, RecordPage]]:
    """Yield what lay aside and is asked for again, where the connector can, then what comes after the cursor."""
    fetch_again = getattr(reading.connector, "fetch_again", None)
    ids = reading.again.get(stream)
    if ids and fetch_again is not None:
        try:
            for page in fetch_again(stream, ids):
                yield True, page
        except RequestRefused as error:  # single records are not to be had: the stream still is
            yield True, RecordPage([], {}, notes=(f"what lies aside was not asked for again: {error}",))
    for page in reading.connector.fetch(stream, cursor):
        yield False, page
