"""Fetching side by side: one thread a source, a page or two ahead of the merging, and no more."""

import queue
import threading
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from typing import NamedTuple

from c360cli.connector import Connector
from c360cli.errors import RequestRefused
from c360cli.records import Cursor, RecordPage
from c360cli.store.staging import Prepared

PAGES_AHEAD = 2
_LOOK_UP_SECONDS = 0.5


class Fetched(NamedTuple):
    """A page as it came, less its records, and as it can be merged."""

    prepared: Prepared
    expected: int | None
    notes: tuple[str, ...]


class Arrival(NamedTuple):
    """A page, or (``page`` None) the end of a stream, with the error if it broke; ``seconds`` since its start."""

    source: str
    stream: str
    page: Fetched | None
    seconds: float
    error: BaseException | None = None


class Reading(NamedTuple):
    """What one source is to be asked: its streams in order, each with the cursor to go on from."""

    source: str
    connector: Connector
    cursors: Mapping[str, Cursor | None]


Prepare = Callable[[str, str, RecordPage], Prepared]


def fetch(readings: Sequence[Reading], prepare: Prepare) -> Generator[Arrival, None, None]:
    """Yield what the sources bring, as it comes, each page checked by ``prepare`` beside the merging of others.

    A refused request ends its stream, any other error its source. Closing the iterator ends the threads.
    """
    arrivals: queue.Queue[Arrival | None] = queue.Queue(maxsize=PAGES_AHEAD)
    stop = threading.Event()
    threads = [
        threading.Thread(
            target=_read, args=(reading, prepare, arrivals, stop), daemon=True, name=f"fetch {reading.source}"
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
        stop.set()
        while not arrivals.empty():
            arrivals.get_nowait()
        for thread in threads:
            thread.join(timeout=2 * _LOOK_UP_SECONDS)


def _read(reading: Reading, prepare: Prepare, arrivals: "queue.Queue[Arrival | None]", stop: threading.Event) -> None:
    name = reading.source

    def hand_over(arrival: Arrival | None) -> bool:
        while not stop.is_set():
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
            for page in reading.connector.fetch(stream, cursor):
                fetched = Fetched(prepare(name, stream, page), page.expected, tuple(map(str, page.notes)))
                del page  # two forms of a page at once are one too many
                if not hand_over(Arrival(name, stream, fetched, time.monotonic() - started)):
                    return
        except BaseException as error:  # handed over to the merging thread, which knows whose it is
            problem = error
        hand_over(Arrival(name, stream, None, time.monotonic() - started, problem))
        if problem is not None and not isinstance(problem, RequestRefused):
            break
    hand_over(None)
