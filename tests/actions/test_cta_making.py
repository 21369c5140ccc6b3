"""What a rule asks for: one open CTA for one cause, brought up to date, never two."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from c360cli.actions import cta, cta_tasks
from c360cli.actions.cta_fields import cut_name
from c360cli.actions.cta_making import Cause, Made, find_or_add
from c360cli.errors import UsageError
from c360cli.layout import cta_words, playbooks
from c360cli.layout.cta_words import Words
from c360cli.records import Row
from c360cli.store import Store
from c360cli.store.writing import write
from tests.sections.company import empty_store, fill

JANE, RULE = "jane@example.com", "rule low-nps"


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with empty_store(store_url) as opened:
        fill(opened)
        yield opened


@pytest.fixture
def home(tmp_path: Path) -> str:
    return str(tmp_path)


@pytest.fixture
def words(home: str) -> Words:
    return cta_words.load(home)


@pytest.fixture
def cause(store: Store) -> Cause:
    return Cause(store.find_customer("acme").id, "NPS of 3", "Risk", "Low NPS", notes="3 of 10", due_on="2026-12-01")


def ask(store: Store, words: Words, cause: Cause) -> Made:
    return write(store, RULE, "rule", lambda entry: find_or_add(entry, words, cause))


def row(store: Store, made: Made) -> Row:
    return store.row("select * from cta where id = :id", id=made.id) or {}


def test_asked_twice_there_is_one_and_it_says_what_was_said_last(store: Store, words: Words, cause: Cause) -> None:
    first = ask(store, words, cause)
    again = ask(store, words, cause._replace(name="NPS of 2", notes="2 of 10", reason="LOW nps", due_on="2026-12-09"))
    assert (first.is_new, again) == (True, Made(first.id, is_new=False))
    kept = row(store, first)
    assert (kept["name"], kept["notes"], kept["made_by"]) == ("NPS of 2", "2 of 10", RULE)
    assert kept["due_on"] == "2026-12-01", "people plan by it"


def test_a_person_may_move_what_a_rule_has_made(store: Store, words: Words, cause: Cause, home: str) -> None:
    made = ask(store, words, cause._replace(owner=JANE))
    cta.edit(store, home, made.id, cta.Wanted(due="2027-01-01", owner="ada@example.com"), JANE)
    ask(store, words, cause._replace(owner=JANE))
    assert (row(store, made)["owner"], row(store, made)["due_on"]) == ("ada@example.com", "2027-01-01")


def test_another_customer_type_or_reason_is_another_cause(store: Store, words: Words, cause: Cause) -> None:
    quiet = store.find_customer("quiet").id
    others = [cause._replace(customer_id=quiet), cause._replace(type="Event"), cause._replace(reason="Support")]
    assert all(ask(store, words, each).is_new for each in (cause, *others))
    assert not any(ask(store, words, each).is_new for each in (cause, *others))


def test_by_name_another_name_is_another_cause(store: Store, words: Words, cause: Cause) -> None:
    by_name = cause._replace(by_name=True)
    assert ask(store, words, by_name).is_new
    assert ask(store, words, by_name._replace(name="nps  OF 3")).is_new is False
    assert ask(store, words, by_name._replace(name="NPS of 4")).is_new


def test_a_snoozed_one_is_found_and_a_closed_one_is_not(store: Store, words: Words, cause: Cause, home: str) -> None:
    made = ask(store, words, cause)
    cta.snooze(store, made.id, "+2w", None, JANE)
    assert ask(store, words, cause) == Made(made.id, is_new=False)
    assert row(store, made)["snoozed_through"] == "2026-12-05"
    cta.close(store, home, made.id, "success", None, None, JANE)
    assert ask(store, words, cause).is_new


def test_one_of_a_source_is_found_and_left_to_the_source(store: Store, words: Words, cause: Cause) -> None:
    made = ask(store, words, cause._replace(reason=None, name="Other", notes="x"))
    assert made == Made("crm:t1", is_new=False)
    assert row(store, made)["name"] == "Sponsor left"


def test_a_playbook_is_applied_where_none_was(store: Store, words: Words, cause: Cause, home: str) -> None:
    with_tasks = cause._replace(playbook=playbooks.load("scale-nps-detractor", home, words))
    made = ask(store, words, cause)
    for _ in range(3):
        ask(store, words, with_tasks)
    tasks = cta_tasks.list_tasks(store, made.id, None)
    assert [task["number"] for task in tasks] == [1, 2, 3, 4]
    assert row(store, made)["playbook"] == "scale-nps-detractor"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("x" * 200, "x" * 80),
        ("a \n b", "a b"),
        ("e\u0301" * 90, "e\u0301" * 80),
        ("株" * 90, "株" * 80),
        ("short", "short"),
    ],
)
def test_a_made_name_has_at_most_80_characters(name: str, kept: str) -> None:
    assert cut_name(name) == kept


def _at_once(url: str, count: int, work: object) -> list[object]:
    """Run ``work(store)`` in threads that each have a store of their own, and return what they gave or raised."""
    gate, results = threading.Barrier(count), []

    def run() -> None:
        with empty_store(url) as mine:
            gate.wait()
            try:
                results.append(work(mine))  # type: ignore[operator]
            except UsageError as error:
                results.append(error)

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_those_who_ask_at_once_get_the_same_one(store: Store, store_url: str, words: Words, cause: Cause) -> None:
    made = _at_once(store_url, 6, lambda mine: ask(mine, words, cause))
    assert len({each.id for each in made}) == 1  # type: ignore[attr-defined]
    assert [each.is_new for each in made].count(True) == 1  # type: ignore[attr-defined]


def test_of_those_who_apply_a_playbook_at_once_one_does(store: Store, store_url: str, words: Words, home: str,
                                                        cause: Cause) -> None:  # fmt: skip
    id_ = ask(store, words, cause).id
    names = iter(["at-risk", "product-risk"] * 2)
    results = _at_once(store_url, 4, lambda mine: cta_tasks.apply(mine, home, id_, next(names), JANE))
    assert sum(isinstance(each, UsageError) for each in results) == 3
    playbook = store.one("select playbook from cta where id = :id", id=id_)
    tasks = store.rows("select playbook, number from task where cta_id = :id order by number", id=id_)
    assert {task["playbook"] for task in tasks} == {playbook}


def test_tasks_that_are_added_at_once_get_a_number_each(store: Store, store_url: str, words: Words, home: str,
                                                        cause: Cause) -> None:  # fmt: skip
    id_ = ask(store, words, cause).id
    _at_once(store_url, 6, lambda mine: cta_tasks.add(mine, home, id_, cta_tasks.Wanted(name="x"), JANE))
    numbers = [row["number"] for row in store.rows("select number from task where cta_id = :id", id=id_)]
    assert sorted(numbers) == [1, 2, 3, 4, 5, 6]
