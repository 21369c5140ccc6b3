"""Fetching side by side: one thread a source, a page or two ahead of the merging, and no more."""

import queue
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
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
    """What one source is to be asked: its streams in order, each with the cursor to go on from.

    ``again`` are the ids, by stream, that lie aside and are asked for once more.
    """

    source: str
    connector: Connector
    cursors: Mapping[str, Cursor | None]
    again: Mapping[str, Sequence[str]] = {}


Prepare = Callable[[str, str, RecordPage], Prepared]


class Ends:
    """What a reader gives up: one stream, or everything."""

    def __init__(self) -> None:
        self.all = threading.Event()
        self._streams: set[tuple[str, str]] = set()

    def give_up(self, source: str, stream: str) -> None:
        """Fetch no more pages of this stream; those on the way still come."""
        self._streams.add((source, stream))

    def includes(self, source: str, stream: str) -> bool:
        """Whether nobody wants more of this stream."""
        return self.all.is_set() or (source, stream) in self._streams


def fetch(readings: Sequence[Reading], prepare: Prepare, ends: Ends) -> Generator[Arrival, None, None]:
    """Yield what the sources bring, as it comes, each page checked by ``prepare`` beside the merging of others.

    A refused request ends its stream, any other error its source. Closing the iterator ends everything, and
    the threads as far as they can be reached.
    """
    arrivals: queue.Queue[Arrival | None] = queue.Queue(maxsize=PAGES_AHEAD)
    threads = [
        threading.Thread(
            target=_read, args=(reading, prepare, arrivals, ends), daemon=True, name=f"fetch {reading.source}"
        )
        for reading in readings
    ]
    for thread in threads:
        thread.start()
    try:
        running = len(threads)
        while running:
            arrival = arrivals.get()
            if arrival is None:
                running -= 1
            else:
                yield arrival
    finally:
        ends.all.set()
        while not arrivals.empty():
            arrivals.get_nowait()
        latest = time.monotonic() + _FAREWELL_SECONDS
        for thread in threads:
            thread.join(timeout=max(0.0, latest - time.monotonic()))


def _read(reading: Reading, prepare: Prepare, arrivals: "queue.Queue[Arrival | None]", ends: Ends) -> None:
    name = reading.source

    def hand_over(arrival: Arrival | None) -> bool:
        while not ends.all.is_set():
            try:
                arrivals.put(arrival, timeout=_LOOK_UP_SECONDS)
            except queue.Full:
                continue
            return True
        return False

    for stream, cursor in reading.cursors.items():
        started = time.monotonic()
        problem: BaseException | None = None
        try:
            for is_again, page in _pages(reading, stream, cursor):
                fetched = Fetched(prepare(name, stream, page), page.expected, tuple(map(str, page.notes)), is_again)
                del page  # two forms of a page at once are one too many
                if not hand_over(Arrival(name, stream, fetched, time.monotonic() - started)):
                    return
                if ends.includes(name, stream):
                    break
        except BaseException as error:  # handed over to the merging thread, which knows whose it is
            problem = error
        hand_over(Arrival(name, stream, None, time.monotonic() - started, problem))
        if problem is not None and not isinstance(problem, RequestRefused):
            break
    hand_over(None)


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
