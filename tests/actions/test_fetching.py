"""What is on its way while other things are merged, and what is not."""

import threading
from collections.abc import Callable, Iterator, Sequence

from c360cli.actions.fetching import Arrival, Ends, Fetching, Reading
from c360cli.connector import Stream
from c360cli.records import Cursor, Record, RecordPage
from c360cli.store.staging import Prepared, prepare

NOW = "2026-11-28T12:00:00Z"
LONG = 20  # seconds a test waits for what has to come


class Source:
    """A source with customers and cases, which does something before it gives either."""

    links: dict[str, str] = {}  # noqa: RUF012 -- never changed
    streams = (Stream("accounts", ("customer",)), Stream("cases", ("case",)))

    def __init__(self, name: str, before: Callable[[str], object]) -> None:
        self.name = name
        self.before = before

    def check(self) -> str:
        """Say that all is well."""
        return "here"

    def fetch(self, stream: str, cursor: Cursor | None) -> Iterator[RecordPage]:
        """Yield two pages of one record."""
        for number in (1, 2):
            self.before(stream)
            kind = "customer" if stream == "accounts" else "case"
            yield RecordPage([Record(kind, self.name, f"{number}", None, {"name": "Acme"})], {"at": number})


def _prepare(source: str, stream: str, page: RecordPage) -> Prepared:
    return prepare(source, stream, page, "USD", NOW)


def _reading(source: Source, *, waits: bool = False) -> Reading:
    return Reading(source.name, source, ({"accounts": None}, {"cases": None}), waits=waits)


def _told(arrivals: Sequence[Arrival]) -> set[tuple[str, str]]:
    return {(arrival.source, arrival.stream) for arrival in arrivals}


def test_who_watches_hears_before_each_page_which_stream_is_asked_and_after_it_that_it_came() -> None:
    heard: list[str | None] = []
    desk = Source("desk", lambda stream: heard.append(f"reads {stream}"))
    fetching = Fetching([_reading(desk)], _prepare, Ends(), lambda source, stream: heard.append(stream))
    for phase in (0, 1):
        list(fetching.phase(phase))
    fetching.close()
    page = ["reads accounts", None, "accounts"]
    assert heard[:8] == ["accounts", *page, *page, None]


def test_a_source_that_is_through_with_its_customers_goes_on_while_another_still_reads_its_own() -> None:
    asked = threading.Event()
    waited: list[bool] = []
    desk = Source("desk", lambda stream: asked.set() if stream == "cases" else None)
    crm = Source("crm", lambda stream: waited.append(asked.wait(LONG)))
    fetching = Fetching([_reading(desk), _reading(crm)], _prepare, Ends())
    first = list(fetching.phase(0))
    assert all(waited)
    assert _told(first) == {("desk", "accounts"), ("crm", "accounts")}  # merged in their order all the same
    assert _told(list(fetching.phase(1))) == {("desk", "cases"), ("crm", "cases")}
    fetching.close()


def test_a_source_that_waits_is_asked_for_nothing_more_before_its_customers_are_merged() -> None:
    asked = threading.Event()
    desk = Source("desk", lambda stream: asked.set() if stream == "cases" else None)
    fetching = Fetching([_reading(desk, waits=True)], _prepare, Ends())
    assert len(list(fetching.phase(0))) == 3  # two pages and the end
    assert not asked.wait(0.3)
    assert len(list(fetching.phase(1))) == 3
    fetching.close()


def test_of_a_source_that_is_given_up_nothing_more_is_asked() -> None:
    asked: list[str] = []
    ends = Ends()
    fetching = Fetching([_reading(Source("desk", asked.append), waits=True)], _prepare, ends)
    list(fetching.phase(0))
    ends.give_up("desk")
    assert list(fetching.phase(1)) == []
    assert asked == ["accounts", "accounts"]
    fetching.close()


def test_closing_ends_a_source_that_waits_and_one_that_nobody_takes_from() -> None:
    fetching = Fetching(
        [_reading(Source("desk", str), waits=True), _reading(Source("crm", str))],
        _prepare,
        Ends(),
    )
    next(fetching.phase(0))
    fetching.close()
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("fetch ")] == []
