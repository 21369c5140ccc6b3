"""What a data set is made of: columns, the queries behind them, and the fields that are a source's own."""

from collections.abc import Mapping, Sequence

from c360cli.errors import UsageError
from c360cli.filters import EXTRA, Fields, Own, is_extra
from c360cli.kinds import bare
from c360cli.nearest import did_you_mean
from c360cli.store.database import Database
from c360cli.tuples import NamedTuple


class Column(NamedTuple):
    """One column; ``is_main`` says that it is there unasked.

    Its type is as in ``c360cli.kinds``, or ``json``, or ``logged``: text, and money where there is a currency.
    """

    name: str
    type: str = "text"
    is_main: bool = True

    @property
    def is_identity(self) -> bool:
        """Whether its values name one thing exactly: ids that differ in case alone are two."""
        return self.name in ("id", "source_id", "item")


class Arm(NamedTuple):
    """One query of a data set: its tables, the SQL of each column, and which rows count.

    ``key`` is the row's own id; ``of_customer`` keeps the rows of ``:customer_id`` and is empty where no row can
    belong to one. ``currency`` is the SQL of the code beside money.
    """

    tables: str
    sql: Mapping[str, str]
    where: str = "t.deleted_at is null"
    of_customer: str = "t.customer_id = :customer_id"
    key: str = "t.id"
    currency: str = "t.currency"


def is_of_customer(dataset: str) -> bool:
    """Tell the data sets whose rows are customers, as c360 has them or as each source does."""
    return dataset in ("customers", "accounts")


class NoColumn(UsageError):
    """A data set has no column called ``name``."""

    def __init__(self, dataset: str, name: str, hint: str) -> None:
        self.name = name
        super().__init__(f'{dataset} has no column "{name}".', hint)

    @property
    def code(self) -> str:
        """To a script it is what any mistaken word is."""
        return UsageError.__name__


class Dataset(NamedTuple):
    """One data set: the rows of all its arms, by key unless ``order`` says more; values bound in ``values``."""

    name: str
    columns: tuple[Column, ...]
    arms: tuple[Arm, ...]
    order: str = ""
    values: Mapping[str, str] = {}

    def column(self, name: str) -> Column:
        """Return the column of that name, ``extra.KEY`` too; UsageError names the nearest and all others."""
        name = bare(name) if self.of_customer else name
        for column in self.columns:
            if column.name == name:
                return column
        if is_extra(name) and self.has_extra:
            return Column(name, "text", is_main=False)
        known = [column.name for column in self.columns]
        hint = f"{did_you_mean(name, known)} Columns: {', '.join(known)}"
        raise NoColumn(self.name, name, hint.strip())

    def fields(self, own: Mapping[str, Own] = {}) -> Fields:
        """Return what a filter may ask of the rows; ``own`` is what customers' fields of one's own may hold."""
        types = {column.name: "exact" if column.is_identity else column.type for column in self.columns}
        return Fields(self.name, types, self.has_extra, self.of_customer, own if self.name == "customers" else {})

    @property
    def of_customer(self) -> bool:
        """Whether the rows are customers, so that ``account.arr`` is their ``arr``."""
        return is_of_customer(self.name)

    @property
    def has_extra(self) -> bool:
        """Whether rows keep what their source says beyond the columns."""
        return any(arm.sql["extra"] != "null" for arm in self.arms)

    def with_extra(self, names: Sequence[str], database: Database) -> "Dataset":
        """Return the data set with a column for each ``extra.KEY``, its key bound as a value."""

        def member(sql: str, key: str) -> str:
            return sql if sql == "null" else database.member(sql, f":{key}")

        columns = {name: f"extra_key_{number}" for number, name in enumerate(names)}
        arms = [
            arm._replace(sql={**arm.sql, **{name: member(arm.sql["extra"], bound) for name, bound in columns.items()}})
            for arm in self.arms
        ]
        keys = {bound: name.removeprefix(EXTRA) for name, bound in columns.items()}
        return self._replace(arms=tuple(arms), values={**self.values, **keys})
