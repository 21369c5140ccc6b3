"""The figures measures are read from: one query a figure, for all customers in the temporary table ``scored``.

A query brings the rows of a figure, and each is added and let go: kept are the figure and the first of the rows it
rests on, so that a reader can look them up.
Rows that lie in the future do not count yet, and windows begin with a day of the reader's: so a figure that is read
twice on one day is the same.
"""

from collections.abc import Callable, Collection, Hashable
from datetime import date, timedelta
from typing import Any

from c360cli.datasets import Dataset, dataset
from c360cli.filters import Filter, Now, read
from c360cli.filters.evaluate import fits
from c360cli.filters.letters import lower
from c360cli.filters.tree import All, OneOf, Tree
from c360cli.health.card import Take
from c360cli.scores.gathering import Gathered, adding
from c360cli.scores.offers import Telling, offered, telling
from c360cli.scores.steady import is_moving, is_own
from c360cli.scores.taken import Taken
from c360cli.store import Store
from c360cli.times import day_begins

# Of the rows a figure rests on, these many are kept by their ids.
ROWS_KEPT = 5

# What happens, and is not planned: a row of these that lies in the future is known too early.
_HAPPENS = ("usage", "surveys", "cases", "activities")


class Figures:
    """Reads figures at one present."""

    def __init__(self, store: Store, now: Now) -> None:
        self.store = store
        self.now = now
        self._data: dict[str, Dataset] = {}
        self._filters: dict[tuple[str, str], Filter] = {}
        self._spellings: list[str] | None = None
        self._telling: dict[str, Telling] = {}
        self._offering: dict[str, set[str]] = {}

    def next_customers(self) -> None:
        """Forget what was true of the customers that were in ``scored`` before."""
        self._spellings = None
        self._offering = {}

    def read(self, take: Take) -> Taken:
        """Return what was read for a figure of all customers in ``scored``."""
        offering = self._offered(take.data) if take.if_none is not None else ()
        meetings = self._meetings() if take.data == "roles" else {}
        return Taken(take, self.now, self._gathered(take), offering, meetings)

    def is_steady(self, take: Take) -> bool:
        """Tell whether a figure changes only with rows of its own data set, or when one of them leaves or enters.

        A filter may ask about "today", or about what stands elsewhere: the name of an owner, the slug of a parent.
        """
        data = self._dataset(take.data)
        names = {take.column, take.by} - {""}
        if take.where:
            asked = self._filter(take, data)
            if is_moving(asked, data, self.now):
                return False
            names |= set(asked.names())
        return all(is_own(data, name) for name in names)

    def _meetings(self) -> dict[str, str]:
        """Return the moment of the next activity ahead of each customer that has one: somebody may be met in it."""
        rows = self.store.database.stream(
            "select x.id, min(k.happened_at) from scored x cross join activity k where k.customer_id = x.id"
            " and k.happened_at > :now and k.deleted_at is null and k.is_draft = 0 group by x.id",
            {"now": self.now.moment},
        )
        return {row[0]: row[1] for row in rows}

    def _offered(self, data: str) -> Collection[str]:
        if data not in self._offering:
            self._offering[data] = offered(self.store, self.telling(data))
        return self._offering[data]

    def telling(self, data: str) -> Telling:
        """Return the sources that tell of the rows of a data set."""
        if data not in self._telling:
            self._telling[data] = telling(self.store, data)
        return self._telling[data]

    def _gathered(self, take: Take) -> dict[str, Gathered]:
        """Return what a figure rests on by customer; rows come in whatever order, and none of them is held."""
        sql, values, until = self._query(take)
        add = adding(take.aggregate, ROWS_KEPT, self._alike(take))
        found: dict[str, Gathered] = {}
        for customer_id, id_, value, at in self.store.database.stream(sql, values):
            rows = found.get(customer_id)
            if rows is None:
                rows = found[customer_id] = Gathered()
            if until and at is not None and at > until:
                if rows.ahead is None or at < rows.ahead:
                    rows.ahead = at
            else:
                add(rows, id_, value, at)
        if take.aggregate == "distinct":
            for rows in found.values():
                rows.count_each(ROWS_KEPT)
        return found

    def _alike(self, take: Take) -> Callable[[Any], Hashable]:
        """Return what values that are one to ``distinct`` have in common: case tells ids apart, and no words."""
        is_text = take.column and self._dataset(take.data).fields().family(take.column) == "text"
        return lower if is_text else lambda value: value

    def _query(self, take: Take) -> tuple[str, dict[str, Any], str]:
        """Return the query of rows of (customer, id, value, at), its values, and after when rows are still ahead."""
        data = self._dataset(take.data)
        arm = data.arms[0]
        value = arm.sql[take.column] if take.column else "null"
        at_name = take.column if take.aggregate == "age" else take.by
        at = arm.sql[at_name] if at_name else "cast(null as text)"
        conditions, values = self._conditions(take, data, value, at, at_name)
        owner = "t.id" if take.data == "customers" else "t.customer_id"
        sql = (
            f"select x.id, {arm.key}, {value}, {at} from scored x cross join {arm.tables}"
            f" where {owner} = x.id and {arm.where}{conditions}"
        )
        return sql, values, self._until(take, data, at_name)

    def _conditions(self, take: Take, data: Dataset, value: str, at: str, at_name: str) -> tuple[str, dict[str, Any]]:
        said, values = [], dict[str, Any](data.values)
        if take.where:
            asked = self._filter(take, data)
            condition = asked.sql(data.arms[0].sql, self.store.database, "where", data.arms[0].currency)
            said.append(condition.sql)
            values |= condition.values
            said += self._spelled(take, asked, values)
        if take.aggregate not in ("count", "age"):
            said.append(f"{value} is not null")
        if take.aggregate == "nps":
            said.append(f"{value} >= 0 and {value} <= 10")
        if take.data == "activities":
            said.append("t.is_draft = 0")
        if at_name and take.days:
            values["since"] = self._since(take.days, data.column(at_name).type == "day")
            said.append(f"{at} >= :since")
        elif at_name and _needs_day(take):
            said.append(f"{at} is not null")
        return "".join(f" and {each}" for each in said), values

    def _until(self, take: Take, data: Dataset, at_name: str) -> str:
        """Return the last day or moment whose rows count by now; empty where all of them do."""
        if not at_name or not (_needs_day(take) or take.data in _HAPPENS):
            return ""
        return self.now.today if data.column(at_name).type == "day" else self.now.moment

    def _spelled(self, take: Take, asked: Filter, values: dict[str, Any]) -> list[str]:
        """Return which measures a filter over usage selects, as they are spelled: an index finds them by that.

        The filter says it already, but over the folded text of each row, and a customer may have many of them.
        """
        leaf = _named_by(asked.tree, "measure") if take.data == "usage" else None
        if leaf is None:
            return []
        if self._spellings is None:
            self._spellings = [
                measure
                for (measure,) in self.store.database.stream(
                    "select distinct t.measure from scored x cross join usage t"
                    " where t.customer_id = x.id and t.measure is not null order by t.measure"
                )
            ]
        fitting = [measure for measure in self._spellings if fits(leaf, {"measure": measure})]
        names = {f"spelled_{number}": measure for number, measure in enumerate(fitting)}
        values |= names
        return [f"t.measure in ({', '.join(f':{name}' for name in names)})" if names else "1 = 0"]

    def _dataset(self, name: str) -> Dataset:
        if name not in self._data:
            self._data[name] = dataset(name, self.store)
        return self._data[name]

    def _filter(self, take: Take, data: Dataset) -> Filter:
        key = (take.data, take.where)
        if key not in self._filters:
            self._filters[key] = read(take.where, data.fields(), self.now)
        return self._filters[key]

    def _since(self, days: int, is_day: bool) -> str:
        """Return the first of the last ``days`` days, today one of them."""
        first = (date.fromisoformat(self.now.today) - timedelta(days=days - 1)).isoformat()
        return first if is_day else day_begins(self.now.zone, first)


def _needs_day(take: Take) -> bool:
    return bool(take.days) or take.aggregate in ("last", "last_sum", "age")


def _named_by(tree: Tree, field: str) -> OneOf | None:
    """Return the test of a field for words that every row has to pass."""
    parts = tree.parts if isinstance(tree, All) else (tree,)
    return next((part for part in parts if isinstance(part, OneOf) and part.field == field), None)
