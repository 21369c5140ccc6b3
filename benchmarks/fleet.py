"""What one person costs a shared PostgreSQL, and what a fleet would: queries, bytes, processor time, room on the disk.

Not one of ``make bench``: it fails nothing, it gives the figures of docs/teams.md. Each command goes through a relay
that counts (``relay.py``). The server's processor time is what its processes have used up when they are gone.
"""

import argparse
import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from typing import NamedTuple

from cluster import Cluster, cluster, find
from company import make_home
from relay import Counts, relay
from timing import machine, table

from c360cli.records import Record, RecordPage
from c360cli.store import open_store
from c360cli.store.merge import SourceFacts

C360 = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), ".venv/bin/c360")
# How often each CSM does what in a day.
HABITS = {"show CUSTOMER": 40, "search, words": 10, "show (the CSM's customers)": 5, "tag": 5, "comment": 5}
CSMS = 500
PAGE = 1000


class Cost(NamedTuple):
    """What one command costs: means over the times it was run."""

    statements: float
    round_trips: float
    kb_there: float
    kb_back: float
    server_ms: float
    ms: float


def main() -> None:
    """Measure and print."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--customers", type=int, default=100_000)
    words.add_argument("--changed", type=int, default=20_000, help="changed rows of a nightly sync")
    words.add_argument("--times", type=int, default=20, help="how often each command is run")
    options = words.parse_args()
    programs = find()
    if programs is None:
        raise SystemExit("PostgreSQL was not found (C360_TEST_POSTGRES_BIN names the folder of its programs).")
    with tempfile.TemporaryDirectory() as home, cluster(programs) as server, relay(server.folder) as (folder, counts):
        print(f"\nPostgreSQL {server.version}, {options.customers:,} customers ({machine()})")
        # Else its processor time would be taken for that of whoever runs a command meanwhile.
        for statement in ("alter system set autovacuum = off", "select pg_reload_conf()"):
            server.run(statement)
        url = server.new("company").replace(server.folder, folder)
        make_home(home, options.customers, url)
        server.run("vacuum analyze", "company")
        rooms(server, options.customers)
        costs = people(server, counts, home, options.customers, options.times)
        costs |= {f"a page of {PAGE:,} {words} cases": cost
                  for words, cost in pages(server, counts, url, options.changed).items()}  # fmt: skip
        print(table("one command, means", ("", "statements", "round trips", "KB there", "KB back", "server ms", "ms"),
                    [(name, *(f"{value:.1f}" for value in cost)) for name, cost in costs.items()]))  # fmt: skip
        fleet(costs)
        print(f"\nconnections a second, opened and closed: {connections(server):.0f}")


def people(server: Cluster, counts: Counts, home: str, customers: int, times: int) -> dict[str, Cost]:
    """Return what the commands cost that people type."""
    start = [C360, "--home", home]
    chosen = [f"customer-{number * (customers // (times + 1))}" for number in range(times + 1)]
    commands: dict[str, Callable[[int], list[str]]] = {
        "show CUSTOMER": lambda each: ["show", chosen[each]],
        "show CUSTOMER --json": lambda each: ["show", chosen[each], "--json"],
        "search, words": lambda each: ["search", "sso login", "--limit", "10"],
        "search, parts of words": lambda each: ["search", "ebhoo", "--limit", "10"],
        "show (the CSM's customers)": lambda each: ["show"],
        "tag": lambda each: ["tag", chosen[each], "renewal-risk"],
        "comment": lambda each: ["comment", chosen[each], "They asked for a call on Monday."],
        "export cases --customer": lambda each: ["export", "cases", "--customer", chosen[each]],
    }
    return {
        name: measured(server, counts, times, lambda each, command=command: quietly([*start, *command(each)]))
        for name, command in commands.items()
    }


def pages(server: Cluster, counts: Counts, url: str, rows: int) -> dict[str, Cost]:
    """Return what a page of a sync costs: new cases, the same cases changed, and the same again."""

    def page(number: int, status: str) -> RecordPage:
        return RecordPage(
            [Record("case", "desk", str(number * PAGE + each), "2026-11-21T00:00:00Z",
                    {"number": str(each), "subject": f"SSO login loops {each}", "description": "As said. " * 30,
                     "status": status, "is_open": True, "opened_at": "2026-11-20T10:00:00Z", "customer": "unknown"})
             for each in range(PAGE)],
            {"after": number},
        )  # fmt: skip

    count = max(1, rows // PAGE)
    costs = {}
    for words, status in {"new": "open", "changed": "pending", "unchanged": "pending"}.items():
        with open_store(url) as store, store.database.in_bulk():
            merge = store.merge()
            merge.begin([SourceFacts("desk", "zendesk", 1, False, {})], ("crm",))
            costs[words] = measured(
                server, counts, count,
                lambda each, merge=merge, status=status: merge.page("desk", "tickets", page(each, status)),
                close=store.close,
            )  # fmt: skip
    return costs


def measured(
    server: Cluster,
    counts: Counts,
    times: int,
    work: Callable[[int], object],
    close: Callable[[], object] = lambda: None,
) -> Cost:
    """Do ``work`` so many times, after once for nothing, and return what one time costs."""
    work(times)
    time.sleep(1)  # the server buries its processes, also those of whoever was measured before
    before = used(server)
    counts.reset()
    begun = time.perf_counter()
    for each in range(times):
        work(each)
    wall = time.perf_counter() - begun
    close()
    time.sleep(1)
    spent = used(server) - before
    said = (counts.statements, counts.round_trips, counts.there / 1024, counts.back / 1024)
    return Cost(*(value / times for value in (*said, spent * 1000, wall * 1000)))


def used(server: Cluster) -> float:
    """Return the processor seconds of the server's processes that have ended."""
    with open(os.path.join(server.folder, "data/postmaster.pid")) as file:
        number = file.readline().strip()
    with open(f"/proc/{number}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")


def quietly(command: list[str]) -> None:
    """Run a command to its end."""
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "C360_USER": "csm0@example.com"})


def rooms(server: Cluster, customers: int) -> None:
    """Print the room on the disk by table."""
    rows = server.run(
        "select c.relname, c.reltuples::bigint, pg_table_size(c.oid), pg_indexes_size(c.oid) from pg_class c"
        " where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and c.reltuples > 100 order by 1",
        "company",
    )
    lines = [
        (name, f"{count:,}", f"{heap / count:.0f}", f"{index / count:.0f}", f"{(heap + index) / customers:.0f}")
        for name, count, heap, index in rows
    ]
    total = sum(heap + index for _, _, heap, index in rows) / customers
    lines.append(("all", "", "", "", f"{total:.0f}"))
    print(table("room on the disk, bytes", ("table", "rows", "a row", "its indexes", "a customer"), lines))


def fleet(costs: dict[str, Cost]) -> None:
    """Print what ``CSMS`` people with ``HABITS`` cost in a day."""
    lines, sums = [], [0.0] * 4
    for name, often in HABITS.items():
        cost, times = costs[name], CSMS * often
        day = (times, times * cost.statements, times * (cost.kb_there + cost.kb_back) / 1024,
               times * cost.server_ms / 1000)  # fmt: skip
        sums = [total + value for total, value in zip(sums, day, strict=True)]
        lines.append((f"{name}, {often} a day", *(f"{value:,.0f}" for value in day)))
    lines.append(("all", *(f"{value:,.0f}" for value in sums)))
    print(table(f"{CSMS} CSMs in a day", ("", "commands", "statements", "MB", "server s"), lines))


def connections(server: Cluster) -> float:
    """Return how many connections a second the server opens and closes for eight clients."""
    script = os.path.join(server.folder, "one.sql")
    with open(script, "w", encoding="utf-8") as file:
        file.write("select 1;\n")
    os.chmod(script, 0o644)
    done = subprocess.run(
        [os.path.join(server.programs, "pgbench"), "-n", "-C", "-c", "8", "-j", "2", "-T", "5", "-f", script,
         "-h", server.folder, "-U", "c360", "company"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return next(float(line.split()[2]) for line in done.stdout.splitlines() if line.startswith("tps"))


if __name__ == "__main__":
    main()
