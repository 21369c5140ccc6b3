"""How long it takes to score 10,000 customers anew, as a sync does once a day, against reading what scores are made of.

The floor reads the same inputs with one query a data set: the rows that the measures of the default scorecard look at,
and nothing is made of them. On the next day a sync looks at those customers whose score the clock can have moved.
"""

import argparse
import os
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from timing import aim, machine, table

from c360cli.records import Record, RecordPage
from c360cli.scores.rescoring import catch_up
from c360cli.store import Store, due, open_store
from c360cli.store.merge import SourceFacts

NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)
AIM = 5.0
# What each customer has: months of usage in three measures, cases, answers, calls.
MONTHS, CASES, ANSWERS, CALLS = 12, 6, 4, 6
MEASURES = ("active_users", "logins", "storage")

FLOOR = (
    "select t.id, t.users, t.original_contract_on from customer t where t.deleted_at is null",
    "select t.customer_id, t.id, t.value, t.day from usage t where t.measure = 'active_users' and t.deleted_at is null"
    " and t.customer_id is not null",
    "select t.customer_id, t.id, t.opened_at, t.is_open, t.priority from support_case t where t.deleted_at is null"
    " and t.customer_id is not null",
    "select t.customer_id, t.id, t.score, t.answered_at from survey t where t.kind = 'nps' and t.deleted_at is null"
    " and t.customer_id is not null",
    "select t.customer_id, t.id, t.happened_at from activity t where t.type in ('Call', 'Meeting')"
    " and t.deleted_at is null and t.customer_id is not null",
    "select j.customer_id, j.id, j.value, j.judged_at from judgement j where j.deleted_at is null",
)


def main() -> None:
    """Measure and print."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--customers", type=int, default=10_000)
    words.add_argument("--scorecard", default="default", help="which of those that ship: default or prove")
    words.add_argument("--rounds", type=int, default=3)
    words.add_argument("--quick", action="store_true", help="a tenth of the customers, one round")
    options = words.parse_args()
    customers = options.customers // 10 if options.quick else options.customers
    rounds = 1 if options.quick else options.rounds
    clock = [NOW]
    with (
        tempfile.TemporaryDirectory() as home,
        open_store(os.path.join(home, "c360.db"), clock=lambda: clock[0]) as store,
    ):
        assign(home, options.scorecard)
        fill(store, customers)
        first = timed(lambda: catch_up(store, home))
        floors, agains, days = [], [], []
        for _ in range(rounds):
            floors.append(timed(lambda: read(store)))
            store.database.whole(lambda: due.mark_all(store.database))
            agains.append(timed(lambda: catch_up(store, home)))
            clock[0] += timedelta(days=1)
            days.append(timed(lambda: catch_up(store, home)))
    floor = median(floors)
    lines = [
        (name, f"{seconds:.2f}", f"{seconds / floor:.1f}x", f"{1e6 * seconds / customers:.0f}")
        for name, seconds in (
            ("the floor", floor),
            ("the first scores", first),
            ("all again, nothing new", median(agains)),
            ("the next day, nothing new", median(days)),
        )
    ]
    title = f"scores of {customers:,} customers by {options.scorecard} ({machine()}, {rounds} rounds)"
    print(table(title, ("in one process", "processor s", "of floor", "µs a customer"), lines))
    print(f"\nall again    {aim(median(agains) / floor, AIM)}")
    print(f"next day     {aim(median(days) / floor, AIM)}")
    print(f"peak memory  {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def assign(home: str, scorecard: str) -> None:
    """Give every customer of ``home`` this scorecard."""
    folder = os.path.join(home, "layouts", "scorecards")
    os.makedirs(folder)
    with open(os.path.join(folder, "assignment.yaml"), "w") as file:
        file.write(f"scorecards:\n  - {{scorecard: {scorecard}}}\n")


def read(store: Store) -> None:
    """Read every row that a score is made of."""
    for query in FLOOR:
        for _ in store.stream(query):
            pass


def timed(work: Callable[[], Any]) -> float:
    """Return the seconds of processor time that ``work`` takes: all of it happens in this process."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


def median(values: Sequence[float]) -> float:
    """Return the middle one."""
    return sorted(values)[len(values) // 2]


def fill(store: Store, customers: int) -> None:
    """Bring made-up customers in, with all that the default scorecard looks at."""
    merge = store.merge()
    merge.begin([SourceFacts("crm", "salesforce", 0, True, {}), SourceFacts("files", "files", 1, False, {}, False)])
    with store.database.in_bulk():
        page: list[Record] = []
        for record in records(customers):
            page.append(record)
            if len(page) == 2000:
                merge.page(record.source, "all", RecordPage(page, {}))
                page = []
        if page:
            merge.page(page[0].source, "all", RecordPage(page, {}))
        merge.settle()


def records(customers: int) -> Iterator[Record]:
    """Yield customers, then what hangs on them, one kind after the other."""

    def of(what: str, id_: str, customer: int, /, **values: Any) -> Record:
        return Record(what, "crm", id_, "2026-11-01T00:00:00Z", {"customer_ref": str(customer), **values})

    def ago(days: int) -> str:
        return (NOW - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")

    for number in range(customers):
        values = {"name": f"Customer {number:05}", "users": 100 + number % 900, "original_contract_on": "2024-01-15"}
        yield Record("customer", "crm", str(number), "2026-11-01T00:00:00Z", {**values, "segment": "Mid"})
    for number in range(customers):
        for month in range(MONTHS):
            for measure in MEASURES:
                day = ago(12 + 30 * month)[:10]
                yield of("usage", f"u{number}-{month}-{measure}", number, measure=measure, day=day, value=60 + month)
    for number in range(customers):
        for each in range(CASES):
            is_open = each == 0 and number % 3 == 0
            values = {"is_open": is_open, "priority": "urgent" if number % 7 == 0 else "normal", "subject": "A case"}
            yield of("case", f"c{number}-{each}", number, opened_at=ago(9 * each + number % 9), **values)
    for number in range(customers):
        for each in range(ANSWERS):
            yield of("survey", f"s{number}-{each}", number, survey="NPS", kind="nps", scale="0-10",
                     score=(number + each) % 11, answered_at=ago(60 * each + number % 60))  # fmt: skip
    for number in range(customers):
        for each in range(CALLS):
            yield of("activity", f"a{number}-{each}", number, type="Call" if each % 2 else "Email", subject="Talk",
                     happened_at=ago(20 * each + number % 20))  # fmt: skip


if __name__ == "__main__":
    main()
