"""License utilization: which share of the licences is in use, by subscription and by instance, and what that means."""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from c360cli.blocks import Block, Column, Notice, Table, Tile, Tiles
from c360cli.health.judging import Account
from c360cli.health.licenses import level, percent
from c360cli.kinds import KINDS
from c360cli.records import Customer, Row
from c360cli.sections._lists import COUNT, why_empty
from c360cli.sections._usage_months import months_of, summed
from c360cli.sections.subscriptions import VIEWS
from c360cli.store import Store
from c360cli.times import add_months, days_between, months_between
from c360cli.tuples import NamedTuple

TITLE = "License utilization"
OPTIONS: dict[str, Any] = {
    "billable": ["billable_users", "active_users"],
    "licensed": ["licensed_users"],
    "months": 18,
    "limit": 10,
}
RANGES = {"months": (1, 120)}

_SHARE = (Column("percent", "Used", "percent"), Column("level", "Level"))
_SUBSCRIPTIONS = (
    Column("product", "Subscription", grows=True),
    Column("licensed", "Licences", "integer"),
    *_SHARE,
    Column("end_on", "End", "day"),
)
_INSTANCES = (
    Column("instance", "Instance", grows=True),
    Column("billable", "Billable", "real"),
    Column("licensed", "Licences", "real"),
    *_SHARE,
    Column("day", "Day", "day"),
)


class _Counted(NamedTuple):
    """A measure at its last day: all instances together on ``day``, and each one at its own last day."""

    measure: str
    value: float
    day: str
    instances: Mapping[str, Row]


def build(customer: Customer, store: Store, options: Mapping[str, Any]) -> list[Block]:
    """Return the share of all licences with a trend and its level, then a table by subscription and one by instance.

    Billable users are figures of the first measure in ``billable`` that the customer has, licences those of
    ``licensed``, each the total of its last day. The level is that of GitLab's health model: red, yellow or green by
    the share and the age of the account; NA in its first two months, and for figures older than 60 days.
    """
    billable, licensed = (_counted(customer, store, options[name]) for name in ("billable", "licensed"))
    if billable is None:
        named = " or ".join(options["billable"])
        told = store.one("select 1 from usage where customer_id = :id and deleted_at is null", id=customer.id)
        why = f"No figures of {named}." if told else why_empty(KINDS["usage"], customer, store)
        return [Notice("empty", why)]
    account = _account(customer, store.today())
    whole, words = _whole(billable, licensed, account, store, _trend(customer, store, billable, licensed, options))
    by_subscription = _subscriptions(customer, store, billable, account)
    by_instance = _instances(billable, licensed, account, store)
    blocks: list[Block] = [Tiles("utilization", [whole])]
    if words:
        blocks.append(Notice("level", words))
    if whole.value is not None:
        blocks.insert(0, Notice(COUNT, " ".join(filter(None, (f"{whole.value:g} %", whole.note.partition(" ")[0])))))
    for name, title, columns, rows in (
        ("subscriptions", "By subscription", _SUBSCRIPTIONS, by_subscription),
        ("instances", "By instance", _INSTANCES, by_instance),
    ):
        if rows:
            blocks.append(Table(name, columns, rows[: options["limit"]], len(rows), title=title))
    return blocks


def _whole(
    billable: _Counted, licensed: _Counted | None, account: Account, store: Store, trend: Sequence[float | None]
) -> tuple[Tile, str]:
    """Return the share of all licences, and which line of the levels it falls under."""
    used = f"{billable.value:,.0f} {billable.measure.replace('_', ' ')}"
    share = percent(billable.value, licensed.value if licensed else None)
    if licensed is None or share is None:
        why = "no figures of licences" if licensed is None else f"{licensed.value:,.0f} licences"
        return Tile("utilization", "Utilization", None, "percent", reason=f"{used}, but {why}"), ""
    day = min(billable.day, licensed.day)
    judged = level(share, days_between(day, store.today()), account)
    age = "" if account.months is None else f", the account is {account.months:,} months old"
    note = f"{judged.colour or 'NA'}  {used} of {licensed.value:,.0f} licences, {day}"
    return (
        Tile("utilization", "Utilization", round(float(share), 1), "percent", note=note, trend=trend),
        f"{(judged.colour or 'not judged').capitalize()}: {judged.words}{age}.",
    )


def _subscriptions(customer: Customer, store: Store, billable: _Counted, account: Account) -> list[Row]:
    """Return what is bought now, each beside all billable users: whose licence somebody has is not told."""
    rows = store.rows(
        "select t.id, t.source, t.source_id, coalesce(t.product, t.name) as product, t.quantity as licensed, t.end_on"
        " from subscription t where t.customer_id = :customer and t.deleted_at is null"
        f" and {VIEWS['current'].condition} order by t.end_on is null, t.end_on, t.id",
        customer=customer.id,
        today=store.today(),
    )
    age = days_between(billable.day, store.today())
    used = billable.value
    return [{**row, "billable": used, **_judged(used, row["licensed"], age, account)} for row in rows]


def _instances(billable: _Counted, licensed: _Counted | None, account: Account, store: Store) -> list[Row]:
    """Return the share of each instance: of its own licences where those are counted, else of all."""
    own = licensed.instances if licensed else {}
    rows = []
    for instance, row in sorted(billable.instances.items()):
        if not instance:  # the whole account, which stands above
            continue
        of = own[instance]["value"] if instance in own else licensed.value if licensed else None
        age = days_between(row["day"], store.today())
        judged = _judged(row["value"], of, age, account)
        rows.append({"instance": instance, "billable": row["value"], "licensed": of, **judged, "day": row["day"]})
    return rows


def _judged(billable: float, licensed: float | None, age_days: int, account: Account) -> Row:
    share = percent(billable, licensed)
    if share is None:
        return {"percent": None, "level": "NA"}
    return {"percent": round(float(share), 1), "level": level(share, age_days, account).colour or "NA"}


def _account(customer: Customer, today: str) -> Account:
    since = customer.original_contract_on
    return Account(days_between(since, today), months_between(since, today)) if since else Account()


def _counted(customer: Customer, store: Store, measures: Sequence[str]) -> _Counted | None:
    """Return the first of these measures that the customer has figures of."""
    for measure in measures:
        rows = store.rows(
            "select coalesce(t.instance, '') as instance, t.day, sum(t.value) as value from usage t"
            " where t.customer_id = :customer and t.deleted_at is null and t.measure = :measure"
            " and t.value is not null and t.day <= :today group by 1, t.day order by t.day",
            customer=customer.id,
            measure=measure,
            today=store.today(),
        )
        if rows:
            last = rows[-1]["day"]
            total = sum(row["value"] for row in rows if row["day"] == last)
            return _Counted(measure, total, last, {row["instance"]: row for row in rows})
    return None


def _trend(
    customer: Customer, store: Store, billable: _Counted, licensed: _Counted | None, options: Mapping[str, Any]
) -> list[float | None]:
    """Return the share of each month, of the means of its figures; a month without one of the two is a gap."""
    if licensed is None:
        return []
    first = add_months(date.fromisoformat(store.today()).replace(day=1), 1 - options["months"])
    read = months_of(customer, store, first.isoformat())
    used, of = (summed(read.get(each.measure, {})) for each in (billable, licensed))
    shares: list[Fraction | None] = []
    for number in range(options["months"]):
        month = add_months(first, number).isoformat()[:7]
        is_known = month in used and month in of
        shares.append(percent(used[month].mean, of[month].mean) if is_known else None)
    while shares and shares[0] is None:
        shares.pop(0)
    while shares and shares[-1] is None:
        shares.pop()
    return [None if share is None else round(float(share), 1) for share in shares]
