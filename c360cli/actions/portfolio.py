"""Many customers as a list: those of one CSM, or all."""

from typing import Any

from c360cli.blocks import Column, Table
from c360cli.errors import ConfigError, UsageError
from c360cli.nearest import did_you_mean
from c360cli.records import Row
from c360cli.store import Store

COLUMNS = (
    Column("slug", "Customer", "id"),
    Column("name", "Name", grows=True),
    Column("status", "Status"),
    Column("stage", "Stage"),
    Column("arr", "ARR", "money"),
    Column("renewal_on", "Renewal", "day"),
    Column("open_cases", "Cases", "integer"),
    Column("last_activity_at", "Last activity", "age"),
    Column("nps", "NPS", "signed"),
)
# Sorted by one of these, the largest comes first; the rest begin at A, or at the nearest day.
_LARGEST_FIRST = ("arr", "open_cases", "last_activity_at", "nps")

# The NPS is that of the survey answered last, as in the summary: the mean of +100, 0 and -100.
_QUERY = """
select c.id, c.slug, c.name, c.status, c.stage, c.csm, c.arr, c.currency, c.renewal_on, c.source, c.source_id,
 c.changed_at,
 (select count(*) from support_case t where t.customer_id = c.id and t.is_open = 1 and t.deleted_at is null)
  as open_cases,
 (select max(t.happened_at) from activity t
  where t.customer_id = c.id and t.deleted_at is null and t.happened_at <= :now) as last_activity_at,
 (select avg(case when t.score >= 9 then 100.0 when t.score >= 7 then 0.0 else -100.0 end) from survey t
  where t.customer_id = c.id and t.kind = 'nps' and t.score >= 0 and t.score <= 10 and t.deleted_at is null
  and coalesce(t.survey, '') = (select coalesce(u.survey, '') from survey u
   where u.customer_id = c.id and u.kind = 'nps' and u.score >= 0 and u.score <= 10 and u.deleted_at is null
   order by u.answered_at is null, u.answered_at desc, u.id desc limit 1)) as nps
from customer c
"""
_MINE = (
    " and (c.csm in (:user, :folded) or c.csm in"
    " (select u.name from app_user u where u.email in (:user, :folded) and u.deleted_at is null union"
    " select u.email from app_user u where u.name = :user and u.deleted_at is null))"
)


def portfolio(store: Store, user: str | None, *, everyone: bool = False, sort: str = "arr") -> Table:
    """Return the customers whose CSM is ``user`` (an e-mail or a name), or with ``everyone`` all, sorted by a column.

    What is not known comes last. Raises ConfigError without a user, UsageError for a column that is not there.
    """
    names = [column.name for column in COLUMNS]
    if sort not in names:
        raise UsageError(
            f'there is no column "{sort}" to sort by.', did_you_mean(sort, names) or f"Columns: {', '.join(names)}."
        )
    if not everyone and not user:
        raise ConfigError(
            "whose customers? c360 does not know who you are.",
            "Write user: you@example.com into config.yaml, or say --user EMAIL, or --all for every customer.",
        )
    rows = store.rows(
        f"{_QUERY} where c.deleted_at is null{'' if everyone else _MINE} order by c.slug",
        now=store.now(),
        user=user,
        folded=(user or "").lower(),
    )
    for row in rows:
        row["nps"] = None if row["nps"] is None else round(row["nps"])
        row["url"] = store.url("customer", row)
    known = [row for row in rows if row[sort] is not None]
    known.sort(key=lambda row: _key(row, sort), reverse=sort in _LARGEST_FIRST)
    return Table("portfolio", COLUMNS, [*known, *(row for row in rows if row[sort] is None)])


def _key(row: Row, sort: str) -> Any:
    value = row[sort]
    if sort == "arr":
        from c360cli.money import major

        return major(value, row["currency"])  # whole units: ¥5,000 is not more than $4,900 because it has no cents
    return value.casefold() if isinstance(value, str) else value
