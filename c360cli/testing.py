"""The tests every connector passes, for its author to run: what c360 relies on when it syncs.

    from c360cli.testing import ConnectorContract

    class TestMyConnector(ConnectorContract):
        secrets = ("the token the factory below gives it",)

        @pytest.fixture
        def connect(self, server):
            return lambda: my_connector.connect("mine", {"base_url": server.url, ...}, context)

``connect`` returns a factory: each call makes a new connector over the same source, which must not change during a
test and must refuse nothing. Small pages find more; a source of some dozens of records is large enough. Needs pytest.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from itertools import pairwise
from typing import Any

import pytest

from c360cli.connector import Connector, Stream
from c360cli.kinds import KINDS
from c360cli.records import Cursor, Record, RecordPage
from c360cli.times import moment, parse_moment

# Resuming is tried after this many pages at either end of a stream.
_RESUMED_PAGES = 8

Identity = tuple[str, str, str]


class ConnectorContract:
    """Derive a class named ``Test...``, give it the fixture ``connect``, and name the ``secrets`` of its options."""

    secrets: tuple[str, ...] = ()

    @pytest.fixture
    def connect(self) -> Callable[[], Connector]:
        """Return a factory of connectors: the one thing a derived class must bring."""
        raise NotImplementedError("give your test class a fixture called connect: see c360cli.testing")

    def test_it_has_a_name_and_streams_of_different_names(self, connect: Callable[[], Connector]) -> None:
        """The store keeps a cursor for each stream by its name."""
        connector = connect()
        names = [stream.name for stream in connector.streams]
        assert connector.name
        assert names
        assert all(names)
        assert len(set(names)) == len(names)

    def test_every_stream_has_kinds_c360_knows(self, connect: Callable[[], Connector]) -> None:
        """``c360cli.kinds`` declares them."""
        for stream in connect().streams:
            assert stream.kinds
            assert set(stream.kinds) <= KINDS.keys(), stream

    def test_every_link_is_a_web_address_with_a_place_for_the_id(self, connect: Callable[[], Connector]) -> None:
        """The store keeps the templates, and a page fills them in without the connector."""
        for kind, link in connect().links.items():
            assert kind in KINDS
            assert link.startswith(("https://", "http://"))
            assert link.count("{id}") == 1
            assert "{" not in link.replace("{id}", "")

    def test_check_says_in_one_line_who_we_are(self, connect: Callable[[], Connector]) -> None:
        """``c360 doctor`` prints it."""
        said = connect().check()
        assert said.strip()
        assert said.isprintable()

    def test_every_record_names_its_source_its_kind_and_its_id(self, connect: Callable[[], Connector]) -> None:
        """Together they are the identity of a record, so none may be missing, and none twice for two things."""
        connector = connect()
        count = 0
        for stream, page in _all_pages(connector):
            for record in page.records:
                count += 1
                assert record.source == connector.name
                assert record.kind in stream.kinds
                assert isinstance(record.source_id, str)
                assert record.source_id
        assert count, "a source without records proves nothing: give the test one that has some"

    def test_every_value_has_the_type_its_column_declares(self, connect: Callable[[], Connector]) -> None:
        """The store sets a record aside that it cannot keep."""
        wrong = [
            problem for _, page in _all_pages(connect()) for each in page.records for problem in wrong_values(each)
        ]
        assert wrong == []

    def test_what_belongs_to_a_customer_says_which(self, connect: Callable[[], Connector]) -> None:
        """``customer_ref`` may be missing here and there, not everywhere."""
        found: dict[str, bool] = {}
        for _, page in _all_pages(connect()):
            for record in page.records:
                if KINDS[record.kind].has_customer and not record.deleted:
                    found[record.kind] = found.get(record.kind, False) or bool(record.values.get("customer_ref"))
        assert [kind for kind, has_customer in found.items() if not has_customer] == []

    def test_every_cursor_and_aside_can_be_stored(self, connect: Callable[[], Connector]) -> None:
        """A cursor is stored as JSON in the transaction of its page."""
        for stream, page in _all_pages(connect()):
            assert json.loads(json.dumps(page.cursor, allow_nan=False)) == page.cursor
            assert all(each.stream == stream.name and each.reason for each in page.aside)
            assert all(note.isprintable() for note in page.notes)
            assert all(page.reread), "an empty beginning would forget every record set aside"

    def test_going_on_from_any_page_loses_nothing(self, connect: Callable[[], Connector]) -> None:
        """A sync may be killed after any page; the next one starts with the last cursor that was stored."""
        for stream in connect().streams:
            pages = list(connect().fetch(stream.name, None))
            everything = _newest(pages)
            for count in _counts(len(pages)):
                rest = connect().fetch(stream.name, _stored(pages[count - 1].cursor))
                found = _newest([*pages[:count], *rest])
                assert found == everything, f"{stream.name}: after page {count} of {len(pages)}"

    def test_a_second_sync_brings_nothing_that_was_not_there(self, connect: Callable[[], Connector]) -> None:
        """It may bring some records once more, just as they were: that merges into nothing."""
        for stream in connect().streams:
            pages = list(connect().fetch(stream.name, None))
            if not pages:
                continue
            everything = _newest(pages)
            again = _newest(connect().fetch(stream.name, _stored(pages[-1].cursor)))
            assert {key: record for key, record in again.items() if everything.get(key) != record} == {}, stream.name

    def test_a_second_sync_ends_where_the_first_one_did(self, connect: Callable[[], Connector]) -> None:
        """A cursor that moves though nothing changed would move past what is to come."""
        for stream in connect().streams:
            cursors = [page.cursor for page in connect().fetch(stream.name, None)]
            if cursors:
                later = [page.cursor for page in connect().fetch(stream.name, _stored(cursors[-1]))]
                third = [page.cursor for page in connect().fetch(stream.name, _stored((later or cursors)[-1]))]
                assert (third or later or cursors)[-1] == (later or cursors)[-1], stream.name

    def test_the_same_page_is_not_given_twice_in_a_row(self, connect: Callable[[], Connector]) -> None:
        """A connector that does not move on never ends."""
        for stream in connect().streams:
            for earlier, later in pairwise(connect().fetch(stream.name, None)):
                assert (earlier.cursor, earlier.records) != (later.cursor, later.records) or not later.records

    def test_no_secret_shows(self, connect: Callable[[], Connector]) -> None:
        """Not in what prints a connector, nor in anything it hands over."""
        connector = connect()
        shown = [repr(connector), str(connector), connector.check(), repr(connector.streams), repr(connector.links)]
        shown += [repr(page) for _, page in _all_pages(connector)]
        assert [secret for secret in self.secrets if any(secret in text for text in shown)] == []


def wrong_values(record: Record) -> list[str]:
    """Return a sentence for each value of ``record`` that has not the type ``c360cli.kinds`` declares for it."""
    if record.changed_at is not None and not _is_moment(record.changed_at):
        return [f"{record.source_id}: changed_at is {record.changed_at!r}, not a stored moment"]
    declared = {column.name: column.type for column in KINDS[record.kind].columns} | {"customer_ref": "ref"}
    return [
        f"{record.source_id}: {name} is {value!r}, not {declared[name]}"
        for name, value in record.values.items()
        if value is not None and name in declared and not _TYPES[declared[name]](value)
    ]


def _all_pages(connector: Connector) -> Iterator[tuple[Stream, RecordPage]]:
    for stream in connector.streams:
        for page in connector.fetch(stream.name, None):
            yield stream, page


def _counts(pages: int) -> list[int]:
    counts = range(1, pages + 1)
    return sorted({*counts[:_RESUMED_PAGES], *counts[-_RESUMED_PAGES:]})


def _stored(cursor: Cursor) -> Cursor:
    """Return a cursor as it comes back from the store."""
    stored: Cursor = json.loads(json.dumps(cursor))
    return stored


def _newest(pages: "Iterator[RecordPage] | list[RecordPage]") -> dict[Identity, Record]:
    """Return the records of ``pages`` as a store ends up with them: the later one counts, unless it is older."""
    found: dict[Identity, Record] = {}
    for page in pages:
        for record in page.records:
            key = (record.kind, record.source, record.source_id)
            earlier = found.get(key)
            if earlier is None or (earlier.changed_at or "") <= (record.changed_at or ""):
                found[key] = record
    return found


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value.encode("utf-8", "replace") == value.encode("utf-8", "surrogatepass")


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63


def _is_number(value: Any) -> bool:
    return _is_integer(value) or (isinstance(value, float) and abs(value) < 1e308)


def _is_money(value: Any) -> bool:
    try:
        return _is_number(value) or (isinstance(value, str) and abs(float(value)) < 1e308)
    except ValueError:
        return False


def _is_day(value: Any) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _is_moment(value: Any) -> bool:
    try:
        return isinstance(value, str) and moment(parse_moment(value)) == value
    except ValueError:
        return False


_TYPES: Mapping[str, Callable[[Any], bool]] = {
    "text": _is_text,
    "ref": lambda value: _is_text(value) and bool(value),
    "integer": _is_integer,
    "real": _is_number,
    "money": _is_money,
    "bool": lambda value: isinstance(value, bool),
    "day": _is_day,
    "moment": _is_moment,
    "list": lambda value: isinstance(value, list) and all(_is_text(each) for each in value),
}
