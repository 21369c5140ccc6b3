"""The figures measures are read from: one query a figure, for all customers in the temporary table ``scored``.

A query brings, for each customer, the figure and the first of the rows it rests on, so that a reader can look them up.
Rows that lie in the future do not count yet, and windows begin with a day of the reader's: so a figure that is read
twice on one day is the same.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any, NamedTuple

from c360cli.datasets import Dataset, dataset
from c360cli.filters import Filter, Now, read
from c360cli.filters.evaluate import fits
from c360cli.filters.tree import All, OneOf, Tree
from c360cli.health.card import Take
from c360cli.health.exact import exact
from c360cli.kinds import KINDS
from c360cli.store import Store
from c360cli.times import day_in, days_between, moment

# Of the rows a figure rests on, these many are kept by their ids.
ROWS_KEPT = 5

_OF_ONE_ROW = ("last", "age", "min", "max")

# What happens, and is not planned: a row of these that lies in the future is known too early.
_HAPPENS = ("usage", "surveys", "cases", "activities")
_TABLES = {kind.dataset: kind.table for kind in KINDS.values()}
_MARK = "(case when {0} >= 9 then 100 when {0} >= 7 then 0 else -100 end)"
_ON_SCALE = "{0} >= 0 and {0} <= 10"


class Figure(NamedTuple):
    """A figure of one customer, the ids of the first ``rows`` of those ``found``, and the day of the latest of them.

    ``value`` None is NA, and ``reason`` says why.
    """

    value: Fraction | None
    rows: Sequence[str] = ()
    found: int = 0
    on: str | None = None
    reason: str = ""


class Figures:
    """Reads figures at one present; ``known`` are the spellings of the measures of usage that the customers have."""

    def __init__(self, store: Store, now: Now) -> None:
        self.store = store
        self.now = now
        self._data: dict[str, Dataset] = {}
        self._filters: dict[tuple[str, str], Filter] = {}
        self._spellings: list[str] | None = None
        self._offering: dict[str, set[str]] = {}

    def next_customers(self) -> None:
        """Forget what was true of the customers that were in ``scored`` before."""
        self._spellings = None
        self._offering = {}

    def read(self, take: Take) -> Callable[[str], Figure]:
        """Return a function: customer -> its figure."""
        found = self._found(take)
        offering = self._offered(take.data) if take.if_none is not None else set()

        def of(customer_id: str) -> Figure:
            figure = found.get(customer_id)
            if figure is not None:
                return figure
            if customer_id in offering:
                return Figure(take.if_none)
            return Figure(None, reason=f"no {_named(take)}")

        return of

    def _found(self, take: Take) -> dict[str, Figure]:
        sql, values = self._query(take)
        is_one = take.aggregate in _OF_ONE_ROW
        found: dict[str, Figure] = {}
        rows_of: dict[str, list[str]] = {}
        for customer_id, id_, value, at, count, total, latest in self.store.database.stream(sql, values):
            if customer_id in rows_of:
                rows_of[customer_id].append(id_)
                continue
            rows = rows_of[customer_id] = [id_]
            on = self._day(at if is_one else latest)
            found[customer_id] = Figure(self._value(take, value, count, total, on), rows, 1 if is_one else count, on)
        return found

    def _value(self, take: Take, value: Any, count: int, total: Any, on: str | None) -> Fraction | None:
        """Return the figure, from its first row and what all of them add up to."""
        if take.aggregate == "count":
            return Fraction(count)
        if take.aggregate == "age":
            return None if on is None else Fraction(days_between(on, self.now.today))
        if take.aggregate in ("sum", "last_sum"):
            return _steady(total)
        if take.aggregate in ("avg", "nps"):
            return _steady(total) / count
        return exact(value)

    def _query(self, take: Take) -> tuple[str, dict[str, Any]]:
        """Return rows of (customer, id, value, at, count, total, latest), those of a customer in their order."""
        data = self._dataset(take.data)
        arm = data.arms[0]
        value = arm.sql[take.column] if take.column else "null"
        at_name = take.column if take.aggregate == "age" else take.by
        at = arm.sql[at_name] if at_name else "cast(null as text)"
        conditions, values = self._conditions(take, data, value, at, at_name)
        order = {"min": "b.value, ", "max": "b.value desc, "}.get(take.aggregate, "")
        total = "0"
        if take.aggregate in ("sum", "avg", "last_sum"):
            total = "sum(cast(b.value as double precision)) over w"
        elif take.aggregate == "nps":
            total = f"sum({_MARK.format('b.value')}) over w"
        owner = "t.id" if take.data == "customers" else "t.customer_id"
        ranked = f", rank() over (partition by x.id order by {at} desc) as standing" if _is_latest_day(take) else ""
        base = (
            f"select x.id as customer_id, {arm.key} as id, {value} as value, {at} as at{ranked}"
            f" from scored x cross join {arm.tables} where {owner} = x.id and {arm.where}{conditions}"
        )
        if ranked:
            base = f"select * from ({base}) r where r.standing = 1"
        sql = (
            "select f.customer_id, f.id, f.value, f.at, f.found, f.total, f.latest from"
            f" (select b.customer_id, b.id, b.value, b.at, count(*) over w as found, {total} as total,"
            " max(b.at) over w as latest, row_number() over"
            f" (partition by b.customer_id order by {order}b.at is null, b.at desc, b.id desc) as place"
            f" from ({base}) b window w as (partition by b.customer_id)) f"
            f" where f.place <= {1 if take.aggregate in _OF_ONE_ROW else ROWS_KEPT} order by f.customer_id, f.place"
        )
        return sql, values

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
            said.append(_ON_SCALE.format(value))
        if take.data == "activities":
            said.append("t.is_draft = 0")
        if at_name:
            is_day = data.column(at_name).type == "day"
            needs_day = take.days or take.aggregate in ("last", "last_sum", "age")
            if needs_day or take.data in _HAPPENS:
                until = ":until_day" if is_day else ":until_moment"
                values[until[1:]] = self.now.today if is_day else self.now.moment
                said.append(f"{at} <= {until}" if needs_day else f"({at} is null or {at} <= {until})")
            if take.days:
                since = ":since_day" if is_day else ":since_moment"
                values[since[1:]] = self._since(take.days, is_day)
                said.append(f"{at} >= {since}")
        return "".join(f" and {each}" for each in said), values

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

    def _offered(self, data: str) -> set[str]:
        """Return the customers of which some source would tell, had they any such rows: those linked to one that does.

        A source without customers of its own, like a file, tells of all.
        """
        if data not in self._offering:
            # A source's ids begin with its name, so the index answers whether it has any.
            telling = self.store.rows(
                "select o.name, o.has_customers from source o where exists"
                f" (select 1 from {_TABLES[data]} t where t.id >= o.name || ':' and t.id < o.name || ';')"
            )
            asked, values = "select x.id from scored x", {}
            if all(source["has_customers"] for source in telling):
                values = {f"source_{number}": source["name"] for number, source in enumerate(telling)}
                names = ", ".join(f":{name}" for name in values) or "null"
                asked += f" where exists (select 1 from link l where l.customer_id = x.id and l.source in ({names}))"
            self._offering[data] = {row[0] for row in self.store.database.stream(asked, values)}
        return self._offering[data]

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
        first = date.fromisoformat(self.now.today) - timedelta(days=days - 1)
        if is_day:
            return first.isoformat()
        return moment(datetime(first.year, first.month, first.day, tzinfo=self.now.zone))

    def _day(self, at: str | None) -> str | None:
        return at if at is None or len(at) == len("2026-01-01") else day_in(self.now.zone, at)


def _is_latest_day(take: Take) -> bool:
    return take.aggregate == "last_sum"


def _named_by(tree: Tree, field: str) -> OneOf | None:
    """Return the test of a field for words that every row has to pass."""
    parts = tree.parts if isinstance(tree, All) else (tree,)
    return next((part for part in parts if isinstance(part, OneOf) and part.field == field), None)


def _steady(total: Any) -> Fraction:
    """Return a sum without the digits that depend on the order in which an engine has added."""
    return exact(float(f"{float(total or 0):.12g}"))


def _named(take: Take) -> str:
    """Return what has no rows, for people."""
    what = take.data if take.data != "usage" else "figures"
    since = f" in {take.days} days" if take.days else ""
    return f"{what}{f' with {take.where}' if take.where else ''}{since}"
