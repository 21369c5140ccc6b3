"""What scoring asks of the customers themselves: which scorecard each gets, how old it is, which filters it fits.

Who is asked about stands in the temporary table ``scored``.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from c360cli.datasets import Dataset, dataset
from c360cli.filters import Filter, Now, read
from c360cli.health.judging import Account
from c360cli.layout.scorecards import NONE, Assigned
from c360cli.scores.cards import Cards
from c360cli.scores.steady import is_moving, is_own
from c360cli.store import Store
from c360cli.times import days_between, months_between


class Facts(NamedTuple):
    """A customer for scoring: its scorecard (``none`` for none), what thresholds ask of it, its original contract."""

    scorecard: str
    account: Account
    since: str | None


class Asked(NamedTuple):
    """The filters over customers that decide anything, and the columns they ask about."""

    lines: tuple[Assigned, ...]
    filters: Mapping[str, Filter]
    conditions: Mapping[str, tuple[str, ...]]
    dataset: Dataset
    columns: Mapping[str, str]

    def is_steady(self, texts: Iterable[str], now: Now) -> bool:
        """Tell whether filters change for a customer only with what is told or said of it, on whatever day."""
        filters = [self.filters[text] for text in texts]
        names = {name for each in filters for name in each.names()}
        return not any(is_moving(each, self.dataset, now) for each in filters) and all(
            is_own(self.dataset, name) for name in names
        )


def asked(store: Store, cards: Cards, now: Now) -> Asked:
    """Return what has to be asked of customers for these scorecards."""
    known = dataset("customers", store)
    conditions = {name: tuple(card.conditions()) for name, card in cards.by_name.items()}
    texts = [line.where for line in cards.lines if line.where]
    texts += [text for each in conditions.values() for text in each]
    filters = {text: read(text, known.fields(), now) for text in dict.fromkeys(texts)}
    names = {name for each in filters.values() for name in each.names()}
    names = {"extra" if name.startswith("extra.") else name for name in names}
    # An amount is compared in its currency.
    wanted = sorted({*names, "original_contract_on", "currency"} - {"id"})
    return Asked(cards.lines, filters, conditions, known, {name: known.arms[0].sql[name] for name in wanted})


def look_at(store: Store, asked: Asked, today: str) -> dict[str, Facts]:
    """Return the facts of each living customer in ``scored``."""
    arm = asked.dataset.arms[0]
    columns = ", ".join(f"{sql} as {name}" for name, sql in asked.columns.items())
    rows = store.database.rows(
        f"select t.id as id, {columns} from scored x cross join {arm.tables} where t.id = x.id and {arm.where}",
        asked.dataset.values,
    )
    return {row["id"]: _facts(row, asked, today) for row in rows}


def fitting(row: Mapping[str, Any], filters: Mapping[str, Filter], texts: Iterable[str]) -> frozenset[str]:
    """Return those filters that a customer fits."""
    return frozenset(text for text in texts if filters[text].fits(row))


def _facts(row: Mapping[str, Any], asked: Asked, today: str) -> Facts:
    name = next((line.scorecard for line in asked.lines if not line.where or asked.filters[line.where].fits(row)), NONE)
    since = row["original_contract_on"]
    fits = fitting(row, asked.filters, asked.conditions.get(name, ()))
    return Facts(name, aged(since, today, fits), since)


def aged(since: str | None, today: str, fits: frozenset[str]) -> Account:
    """Return a customer whose original contract is of ``since`` as thresholds ask for it."""
    if since is None:
        return Account(None, None, fits)
    return Account(days_between(since, today), months_between(since, today), fits)
