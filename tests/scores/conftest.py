"""A store of each engine with the made-up company, scored by a scorecard of the test's own."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from c360cli.scores.rescoring import catch_up
from c360cli.store import Store, open_store, scores
from c360cli.store.writing import Write, write
from tests.sections.company import fill
from tests.store.conftest import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(store_url: str, clock: Clock) -> Iterator[Store]:
    import c360cli.actions  # noqa: F401 -- whoever writes by an action has opened it

    with open_store(store_url, clock=clock) as opened:
        fill(opened)
        yield opened


@pytest.fixture
def home(tmp_path: Path) -> Callable[..., str]:
    """Return a function: scorecards by name, and the lines of the assignment -> the home that has them."""

    def made(assignment: str = "", **cards: str) -> str:
        folder = tmp_path / "layouts" / "scorecards"
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in {**cards, **({"assignment": assignment} if assignment else {})}.items():
            (folder / f"{name}.yaml").write_text(text)
        return str(tmp_path)

    return made


@pytest.fixture
def score(store: Store, home: Callable[..., str]) -> Callable[..., Any]:
    """Return a function: brings scorecards into force, scores whoever is due and gives the last score of acme."""

    def scored(slug: str = "acme", assignment: str = "", **cards: str) -> Any:
        catch_up(store, home(assignment, **cards))
        return scores.last(store, store.find_customer(slug).id)

    return scored


def judge(store: Store, measure: str, value: str, customer: str = "crm:001", note: str | None = None) -> None:
    """Judge a measure as a person does."""

    def work(entry: Write) -> None:
        row = {"customer_id": customer, "measure": measure, "value": value, "note": note, "author": entry.author}
        entry.insert("judgement", {"id": entry.new_id(), **row, "judged_at": entry.now, "recorded_at": entry.now})

    write(store, "jane@example.com", "judge", work)
