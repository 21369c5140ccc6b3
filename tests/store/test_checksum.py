"""A checksum is the same for the same rows and another for any other, on every engine."""

import pytest

from c360cli.store import Store
from c360cli.store.checksum import Content, content_of
from tests.store.conftest import account, page

COLUMNS = ["id", "name", "source", "source_id"]


def put(store: Store, *rows: tuple[str, str | None]) -> Content:
    """Replace the answers by rows of (id, comment) and return their content."""
    with store.transaction():
        store.database.execute("delete from survey")
        store.database.copy_in(
            "survey",
            ("id", "source", "source_id", "recorded_at", "comment", "score"),
            [(id_, "nps", id_, "2026-01-01T00:00:00Z", comment, 0.1) for id_, comment in rows],
        )
    return content_of(store.database, "survey", ["id", "comment", "score"])


def test_the_order_of_rows_does_not_count(store: Store) -> None:
    assert put(store, ("1", "a"), ("2", "b"), ("3", "c")) == put(store, ("3", "c"), ("1", "a"), ("2", "b"))


def test_nothing_at_all_is_content_too(store: Store) -> None:
    assert put(store) == Content(0, "0" * 32)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([("1", None)], [("1", "")]),
        ([("1", None)], [("1", "null")]),
        ([("1", "a"), ("2", "b")], [("1", "b"), ("2", "a")]),
        ([("1", "a\tb")], [("1", "a\\tb")]),
        ([("1", "é")], [("1", "e\u0301")]),
        ([("1", '","')], [("1", "")]),
        ([("1", "\\N")], [("1", None)]),
    ],
)
def test_what_differs_adds_up_to_something_else(
    store: Store, one: list[tuple[str, str | None]], other: list[tuple[str, str | None]]
) -> None:
    assert put(store, *one).checksum != put(store, *other).checksum


def test_a_checksum_is_one_number_whatever_the_engine(store: Store) -> None:
    assert put(store, ("1", "株 \x01 🙂 \\"), ("2", None)) == Content(2, "872310388c6ce30efdd3c3116ff6381a")


def test_the_sign_of_a_zero_does_not_count(store: Store) -> None:
    with store.transaction():
        sums = []
        for score in (0.0, -0.0):
            store.database.execute("delete from survey")
            row = ("1", "nps", "1", "2026-01-01T00:00:00Z", score)
            store.database.copy_in("survey", ("id", "source", "source_id", "recorded_at", "score"), [row])
            sums.append(content_of(store.database, "survey", ["id", "score"]))
    assert sums[0] == sums[1]


def test_progress_ends_with_all_rows(store: Store) -> None:
    merge = store.merge()
    merge.page("crm", "accounts", page(*(account(str(number), name="Acme") for number in range(2500))))
    heard: list[int] = []
    content_of(store.database, "account", COLUMNS, heard.append)
    assert heard == [1000, 2000, 2500]
