"""Many customers as a list: those of one CSM, or all."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from c360cli.blocks import Column, Table
from c360cli.errors import ConfigError, UsageError
from c360cli.health.shown import whole
from c360cli.kinds import KINDS, bare
from c360cli.nearest import did_you_mean
from c360cli.records import Row
from c360cli.sections._lists import offers
from c360cli.store import Store, plans
from c360cli.store.authors import IS_CSM, folded
from c360cli.store.last_activity import LAST_ACTIVITY, LAST_TIMELINE
from c360cli.store.scores import LAST
from c360cli.store.tags import joined_to

# What a person needs in the morning comes first: on a narrow terminal the rest is left out, the name too, for which
# the slug speaks.
COLUMNS = (
    Column("slug", "Customer", "id"),
    Column("name", "Name", grows=True, is_spare=True),
    Column("arr", "ARR", "money", says_na=True),
    Column("renewal_on", "Renewal", "day", says_na=True),
    Column("health", "Health", "integer", says_na=True),
    Column("band", "Band"),
    Column("nps", "NPS", "signed", says_na=True),
    Column("open_cases", "Cases", "integer", says_na=True),
    Column("last_activity_at", "Last activity", "age", says_na=True),
    Column("last_timeline_at", "Timeline", "age", is_spare=True),
    Column("status", "Status", is_spare=True),
    Column("stage", "Stage", is_spare=True),
    Column("tags", "Tags", "list", is_spare=True),
    Column("objectives_done", "Objectives", "progress", is_spare=True),
    Column("plan_percent", "Plan", "percent", is_spare=True),
)
# Sorted by one of these, the largest comes first; the rest begin at A, or at the nearest day.
_LARGEST_FIRST = ("arr", "open_cases", "last_activity_at", "last_timeline_at", "nps")

# The NPS is that of the survey answered last, as in the summary: the mean of +100, 0 and -100.
_QUERY = """
select c.id, c.slug, c.name, c.status, c.stage, c.csm, c.arr, c.currency, c.renewal_on, c.source, c.source_id,
 c.changed_at, {tags} as tags, h.effective as health, h.band,
 case when exists (select 1 from support_case t where t.customer_id = c.id and t.deleted_at is null) or {knows_cases}
  then (select count(*) from support_case t where t.customer_id = c.id and t.is_open = 1 and t.deleted_at is null) end
  as open_cases,
 {last_activity} as last_activity_at, {last_timeline} as last_timeline_at,
 {objectives} as objectives_count, {objectives_done} as objectives_done, {plan_percent} as plan_percent,
 (select avg(case when t.score >= 9 then 100.0 when t.score >= 7 then 0.0 else -100.0 end) from survey t
  where t.customer_id = c.id and t.kind = 'nps' and t.score >= 0 and t.score <= 10 and t.deleted_at is null
  and coalesce(t.survey, '') = (select coalesce(u.survey, '') from survey u
   where u.customer_id = c.id and u.kind = 'nps' and u.score >= 0 and u.score <= 10 and u.deleted_at is null
   order by u.answered_at is null, u.answered_at desc, u.id desc limit 1)) as nps
from customer c left join score h on h.customer_id = c.id and h.number = {last} {tagged}
"""

_LAST = {
    "last": LAST.format("c.id"),
    "last_activity": LAST_ACTIVITY.format("c.id"),
    "last_timeline": LAST_TIMELINE.format("c.id"),
    "objectives": plans.ALL_OBJECTIVES.format("c.id"),
    "objectives_done": plans.ALL_DONE.format("c.id"),
    "plan_percent": plans.ALL_PERCENT.format("c.id"),
}


def portfolio(
    store: Store,
    user: str | None,
    *,
    everyone: bool = False,
    sort: str = "arr",
    currency: str | None = None,
    where: Sequence[str] = (),
) -> Table:
    """Return the customers whose CSM is ``user`` (an e-mail or a name), or with ``everyone`` all, sorted by a column.

    ``where`` are filters over the columns of the data set customers, all of which must hold.
    ``sort`` is a column's name or heading, in the order that suits it; with a - before it the largest or latest come
    first, with a + the smallest or earliest. What is not known comes last. Amounts of different currencies are not
    compared: those in ``currency`` come first, then those that most customers have. Raises ConfigError without a
    user, UsageError for a column that is not there.
    """
    column, is_reversed = _read_sort(sort)
    if not everyone and not user:
        raise ConfigError(
            "whose customers? c360 does not know who you are.",
            "Write user: you@example.com into config.yaml, or say --user EMAIL, or --all for every customer.",
        )
    sources = [source for source in offers(KINDS["case"], store) if source["has_rows"]]
    named = {f"source_{number}": source["name"] for number, source in enumerate(sources)}
    knows_cases = (
        "1 = 1"
        if any(source["knows_all"] for source in sources)
        else "exists (select 1 from link l where l.customer_id = c.id"
        f" and l.source in ({', '.join(f':{name}' for name in named) or 'null'}))"
    )
    tagged, tags = joined_to(store.database, "c")
    rows = store.rows(
        f"{_QUERY.format(knows_cases=knows_cases, tagged=tagged, tags=tags, **_LAST)} where c.deleted_at is null"
        f"{'' if everyone else f' and {IS_CSM}'} order by c.slug",
        now=store.now(),
        user=user,
        folded=folded(user or ""),
        **named,
    )
    if where:
        from c360cli.actions.narrowing import narrow

        rows = narrow(store, "customers", where, rows)
    for row in rows:
        row["health"] = None if row["health"] is None else whole(row["health"])
        row["plan_percent"] = None if row["plan_percent"] is None else round(row["plan_percent"])
        row["nps"] = None if row["nps"] is None else round(row["nps"])
        row["tags"] = json.loads(row["tags"] or "[]")
        row["url"] = store.url("customer", row)
    known = [row for row in rows if row[column] is not None]
    known.sort(key=lambda row: _key(row, column), reverse=is_reversed)
    notes = [] if sources or not rows else ["Cases NA: no source brings any."]
    if column == "arr":
        counts = Counter(row["currency"] or "" for row in known)
        currencies = sorted(counts, key=lambda code: (code != currency, -counts[code], code))
        known.sort(key=lambda row: currencies.index(row["currency"] or ""))
        if len(currencies) > 1:
            codes = ", ".join(code or "without a currency" for code in currencies)
            notes.append(f"By ARR within each currency: {codes}.")
    unknown = [row for row in rows if row[column] is None]
    return Table("portfolio", COLUMNS, [*known, *unknown], note=" ".join(notes))


def _read_sort(words: str) -> tuple[str, bool]:
    """Return the column a person means, and whether the largest come first."""
    wanted = bare(words.lstrip("+-").strip()).lower().replace("_", " ")
    named = {name.lower().replace("_", " "): each.name for each in COLUMNS for name in (each.name, each.label)}
    if wanted not in named:
        headings = [each.label for each in COLUMNS]
        raise UsageError(
            f'there is no column "{words}" to sort by.',
            did_you_mean(wanted, [*headings, *named]) or f"Columns: {', '.join(headings)}.",
        )
    column = named[wanted]
    return column, words.startswith("-") or (column in _LARGEST_FIRST and not words.startswith("+"))


def _key(row: Row, column: str) -> Any:
    value = row[column]
    return value.casefold() if isinstance(value, str) else value
